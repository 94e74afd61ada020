//! Which packages a client wants. A few bits, whatever names it sends: what this server does not know is not kept.

use std::ops::{BitOr, BitOrAssign};

/// A set of packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Packages(u16);

impl Packages {
    /// None of them.
    pub(in crate::gateway) const NONE: Self = Self(0);
    /// `Char.Name`.
    pub(in crate::gateway) const NAME: Self = Self(1);
    /// `Char.StatusVars` and `Char.Status`.
    pub(in crate::gateway) const STATUS: Self = Self(1 << 1);
    /// `Char.Vitals`.
    pub(in crate::gateway) const VITALS: Self = Self(1 << 2);
    /// `Char.Login`.
    pub(in crate::gateway) const LOGIN: Self = Self(1 << 3);
    /// `Room.Info`.
    pub(in crate::gateway) const ROOM: Self = Self(1 << 4);
    /// `Room.Players` and what changes it.
    pub(in crate::gateway) const PLAYERS: Self = Self(1 << 5);
    /// `Comm.Channel`.
    pub(in crate::gateway) const CHANNEL: Self = Self(1 << 6);
    /// What `Char.Items` tells of the inventory.
    pub(in crate::gateway) const INVENTORY: Self = Self(1 << 7);
    /// What it tells of the room.
    pub(in crate::gateway) const THINGS: Self = Self(1 << 8);
    /// `Client.GUI`.
    pub(in crate::gateway) const GUI: Self = Self(1 << 9);
    /// `Client.Map`.
    pub(in crate::gateway) const MAP: Self = Self(1 << 10);
    /// `Client.Media`.
    pub(in crate::gateway) const MEDIA: Self = Self(1 << 11);
    /// `External.Discord`.
    pub(in crate::gateway) const DISCORD: Self = Self(1 << 12);
    /// `Char.Maxstats`.
    pub(in crate::gateway) const MAXSTATS: Self = Self(1 << 13);
    /// `Group`.
    pub(in crate::gateway) const GROUP: Self = Self(1 << 14);

    /// For clients that never say what they want. Not `Char.Login`: whoever gets that has to answer it.
    pub(in crate::gateway) const DEFAULT: Self =
        Self(Self::CHARACTER.0 | Self::ROOMS.0 | Self::CHANNEL.0);

    /// What our own JSON has no message for: talk, sounds, the login and the prompt come by messages of their own.
    pub(in crate::gateway) const IN_JSON: Self = Self(
        Self::NAME.0
            | Self::STATUS.0
            | Self::ROOMS.0
            | Self::ITEMS.0
            | Self::GROUP.0
            | Self::DISCORD.0,
    );

    /// For clients that take these without listing them.
    pub(in crate::gateway) const MUDLET: Self = Self(Self::GUI.0 | Self::MAP.0);

    const CHARACTER: Self = Self(Self::NAME.0 | Self::STATUS.0 | Self::VITALS.0 | Self::MAXSTATS.0);
    const ROOMS: Self = Self(Self::ROOM.0 | Self::PLAYERS.0);
    const ITEMS: Self = Self(Self::INVENTORY.0 | Self::THINGS.0);

    /// The names that clients may list, and what each stands for.
    pub(in crate::gateway) const NAMES: [(&str, Self); 18] = [
        ("Char", Self::CHARACTER),
        ("Char.Items", Self::ITEMS),
        ("Char.Login", Self::LOGIN),
        ("Char.Maxstats", Self::MAXSTATS),
        ("Char.Name", Self::NAME),
        ("Char.Status", Self::STATUS),
        ("Char.StatusVars", Self::STATUS),
        ("Char.Vitals", Self::VITALS),
        ("Client.GUI", Self::GUI),
        ("Client.Map", Self::MAP),
        ("Client.Media", Self::MEDIA),
        ("Comm", Self::CHANNEL),
        ("Comm.Channel", Self::CHANNEL),
        ("External.Discord", Self::DISCORD),
        ("Group", Self::GROUP),
        ("Room", Self::ROOMS),
        ("Room.Info", Self::ROOM),
        ("Room.Players", Self::PLAYERS),
    ];

    /// What an entry of a list stands for: a name in any spelling, and perhaps a version, which does not matter.
    pub(in crate::gateway) fn named(entry: &str) -> Self {
        let name = entry.split_ascii_whitespace().next().unwrap_or_default();
        let row = Self::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        row.map_or(Self::NONE, |(_, packages)| *packages)
    }

    /// Whether all of these are in the set.
    pub(in crate::gateway) fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// The set with none of these.
    pub(in crate::gateway) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// What is in both.
    pub(in crate::gateway) fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Packages {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Packages {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}
