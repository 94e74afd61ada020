//! Who stands where and should hear what, worked out anew: small, slow, and without a line of the server's own code.

use std::collections::BTreeSet;
use std::time::Duration;

use hearsay::vocab::Rank;

/// How long a link-dead player stays.
pub(crate) const LINKDEAD: Duration = Duration::from_secs(60);

/// The world of the tests: each room's place, and its ways out.
pub(crate) const ROOMS: [(&str, &[(&str, usize)]); 6] = [
    ("earth.harbour.docks.pier", &[("north", 1), ("down", 5), ("hatch", 2)]),
    ("earth.harbour.docks.quay", &[("south", 0), ("east", 3)]),
    ("earth.harbour.docks.cellar", &[("ladder", 0)]),
    ("earth.harbour.market.square", &[("west", 1), ("north", 4)]),
    ("earth.hill.top.gate", &[("south", 3)]),
    ("under.caves.shallows.foot", &[("up", 0)]),
];

/// Everyone there is.
pub(crate) const CAST: [(&str, Rank); 8] = [
    ("Ada", Rank::Player),
    ("Bob", Rank::Player),
    ("Gil", Rank::Player),
    ("Kim", Rank::Player),
    ("Lou", Rank::Player),
    ("Mia", Rank::Guest),
    ("Ned", Rank::Guest),
    ("Ova", Rank::Helper),
];

/// Channels, and the least rank that speaks on them. `realm` and `guild` are an operator's own.
pub(crate) const CHANNELS: [(&str, Rank); 10] = [
    ("say", Rank::Guest),
    ("emote", Rank::Guest),
    ("local", Rank::Guest),
    ("shout", Rank::Guest),
    ("realm", Rank::Player),
    ("global", Rank::Player),
    ("party", Rank::Guest),
    ("whisper", Rank::Guest),
    ("guild", Rank::Player),
    ("admin", Rank::Helper),
];

/// Channels that one may leave.
pub(crate) const LEAVABLE: [&str; 4] = ["shout", "realm", "global", "guild"];

/// Whether somebody is in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Away,
    Live,
    /// Without a connection since this moment.
    Dead(Duration),
}

/// One of the cast.
#[derive(Debug, Clone)]
pub(crate) struct Soul {
    pub(crate) rank: Rank,
    pub(crate) here: Here,
    pub(crate) room: usize,
    pub(crate) ignores: BTreeSet<usize>,
    pub(crate) left: BTreeSet<&'static str>,
    pub(crate) in_guild: bool,
    pub(crate) party: Option<usize>,
    pub(crate) invited_to: BTreeSet<usize>,
}

/// A party; no members when it is over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Party {
    pub(crate) leader: usize,
    pub(crate) members: Vec<usize>,
}

/// Whom words are for and who hears them, at the moment they are said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hearers {
    /// Those who are there for them.
    pub(crate) there: BTreeSet<usize>,
    /// Those of them who neither ignore the speaker nor left the channel.
    pub(crate) hear: BTreeSet<usize>,
    /// Whether they are for everyone of a rank and not for those who are there.
    pub(crate) wide: bool,
}

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) souls: Vec<Soul>,
    pub(crate) parties: Vec<Party>,
}

impl Model {
    pub(crate) fn new() -> Self {
        let soul = |(_, rank)| Soul {
            rank,
            here: Here::Away,
            room: 0,
            ignores: BTreeSet::new(),
            left: BTreeSet::new(),
            in_guild: false,
            party: None,
            invited_to: BTreeSet::new(),
        };
        Self { souls: CAST.into_iter().map(soul).collect(), parties: Vec::new() }
    }

    pub(crate) fn is_here(&self, who: usize) -> bool {
        self.souls[who].here != Here::Away
    }

    // Speech.

    /// Who hears `who` on a channel; none when it cannot be said.
    pub(crate) fn hearers(&self, who: usize, channel: &str, to: usize) -> Option<Hearers> {
        let least = CHANNELS.iter().find(|(name, _)| *name == channel)?.1;
        let speaker = &self.souls[who];
        let says_nothing = speaker.rank < least || speaker.left.contains(channel);
        if says_nothing && channel != "guild" || speaker.rank < least {
            return None;
        }
        let there = self.there(who, channel, to)?;
        let hears = |listener: &usize| *listener == who || self.wants(*listener, who, channel);
        let hear = there.iter().copied().filter(hears).collect();
        Some(Hearers { hear, there, wide: ["global", "admin"].contains(&channel) })
    }

    fn there(&self, who: usize, channel: &str, to: usize) -> Option<BTreeSet<usize>> {
        let speaker = &self.souls[who];
        let place = |parts: usize, soul: &Soul| place(soul.room, parts);
        let around = |parts| self.all(|_, soul| place(parts, soul) == place(parts, speaker));
        match channel {
            "say" | "emote" => Some(around(4)),
            "local" => Some(around(3)),
            "shout" => Some(around(2)),
            "realm" => Some(around(1)),
            "global" => Some(self.all(|_, _| true)),
            "admin" => Some(self.all(|_, soul| soul.rank >= Rank::Helper)),
            "guild" => speaker.in_guild.then(|| self.all(|_, soul| soul.in_guild)),
            "party" => speaker.party.map(|at| self.parties[at].members.iter().copied().collect()),
            "whisper" => self.whispered(who, to),
            other => panic!("no channel {other}"),
        }
    }

    fn whispered(&self, who: usize, to: usize) -> Option<BTreeSet<usize>> {
        let refused = self.souls[to].ignores.contains(&who) && !self.souls[who].rank.is_staff();
        (who != to && self.is_here(to) && !refused).then(|| BTreeSet::from([who, to]))
    }

    fn all(&self, is_one: impl Fn(usize, &Soul) -> bool) -> BTreeSet<usize> {
        let here = self.souls.iter().enumerate().filter(|(_, soul)| soul.here != Here::Away);
        here.filter(|(at, soul)| is_one(*at, soul)).map(|(at, _)| at).collect()
    }

    /// Whether one wants to hear another on a channel. What staff say arrives.
    pub(crate) fn wants(&self, listener: usize, speaker: usize, channel: &str) -> bool {
        let soul = &self.souls[listener];
        let ignores = soul.ignores.contains(&speaker) && !self.souls[speaker].rank.is_staff();
        !ignores && !soul.left.contains(channel)
    }

    // Deeds. Each says whether it happens.

    pub(crate) fn ignore(&mut self, who: usize, whom: usize) -> bool {
        let may = who != whom && self.is_here(whom) && !self.souls[whom].rank.is_staff();
        may && self.souls[who].ignores.insert(whom)
    }

    pub(crate) fn unignore(&mut self, who: usize, whom: usize) -> bool {
        self.souls[who].ignores.remove(&whom)
    }

    pub(crate) fn leave_channel(&mut self, who: usize, channel: &'static str) -> bool {
        let soul = &mut self.souls[who];
        let was_on = if channel == "guild" { soul.in_guild } else { !soul.left.contains(channel) };
        if was_on {
            soul.in_guild &= channel != "guild";
            soul.left.insert(channel);
        }
        was_on
    }

    pub(crate) fn join_channel(&mut self, who: usize, channel: &str) -> bool {
        let soul = &mut self.souls[who];
        let was_on = if channel == "guild" { soul.in_guild } else { !soul.left.contains(channel) };
        if !was_on {
            soul.in_guild |= channel == "guild";
            soul.left.remove(channel);
        }
        !was_on
    }

    pub(crate) fn enter(&mut self, who: usize) {
        self.souls[who].here = Here::Live;
    }

    /// Without a connection; guests leave at once.
    pub(crate) fn hang_up(&mut self, who: usize, now: Duration) {
        if self.souls[who].rank == Rank::Guest {
            self.depart(who);
        } else {
            self.souls[who].here = Here::Dead(now);
        }
    }

    /// Those who have been without a connection for too long.
    pub(crate) fn overdue(&self, now: Duration) -> Vec<usize> {
        let overdue = |soul: &Soul| matches!(soul.here, Here::Dead(at) if now - at >= LINKDEAD);
        (0..self.souls.len()).filter(|who| overdue(&self.souls[*who])).collect()
    }

    /// Out of the world and of every party. Of guests nothing is kept.
    pub(crate) fn depart(&mut self, who: usize) {
        self.leave_party(who);
        let soul = &mut self.souls[who];
        soul.here = Here::Away;
        soul.invited_to.clear();
        if soul.rank == Rank::Guest {
            soul.room = 0;
            soul.ignores.clear();
            soul.left.clear();
            soul.in_guild = false;
        }
    }

    // Parties.

    fn leads(&self, who: usize) -> Option<usize> {
        self.souls[who].party.filter(|at| self.parties[*at].leader == who)
    }

    pub(crate) fn create_party(&mut self, who: usize) {
        if self.souls[who].party.is_none() {
            self.parties.push(Party { leader: who, members: vec![who] });
            self.souls[who].party = Some(self.parties.len() - 1);
        }
    }

    pub(crate) fn invite(&mut self, who: usize, whom: usize) {
        let guest = &self.souls[whom];
        let may = self.souls[who].party.is_none() || self.leads(who).is_some();
        let wants = self.is_here(whom) && guest.party.is_none() && !guest.ignores.contains(&who);
        if may && wants && who != whom {
            self.create_party(who);
            let party = self.souls[who].party.expect("it was made just now");
            self.souls[whom].invited_to.insert(party);
        }
    }

    pub(crate) fn accept(&mut self, who: usize, leader: usize) {
        let party = self.souls[leader].party.filter(|_| self.is_here(leader));
        let soul = &mut self.souls[who];
        if let Some(party) = party.filter(|at| soul.invited_to.contains(at))
            && soul.party.is_none()
        {
            soul.party = Some(party);
            soul.invited_to.clear();
            self.parties[party].members.push(who);
        }
    }

    pub(crate) fn leave_party(&mut self, who: usize) {
        let Some(at) = self.souls[who].party.take() else { return };
        self.parties[at].members.retain(|member| *member != who);
        match self.parties[at].members.first() {
            Some(next) if self.parties[at].leader == who => self.parties[at].leader = *next,
            Some(_) => {}
            None => self.forget_party(at),
        }
    }

    pub(crate) fn kick(&mut self, who: usize, whom: usize) {
        if self.leads_with(who, whom) {
            self.leave_party(whom);
        }
    }

    pub(crate) fn lead(&mut self, who: usize, whom: usize) {
        if let Some(at) = self.leads(who).filter(|_| self.leads_with(who, whom)) {
            self.parties[at].leader = whom;
        }
    }

    fn leads_with(&self, who: usize, whom: usize) -> bool {
        who != whom && self.leads(who).is_some() && self.souls[whom].party == self.souls[who].party
    }

    pub(crate) fn disband(&mut self, who: usize) {
        if let Some(at) = self.leads(who) {
            for member in std::mem::take(&mut self.parties[at].members) {
                self.souls[member].party = None;
            }
            self.forget_party(at);
        }
    }

    fn forget_party(&mut self, at: usize) {
        for soul in &mut self.souls {
            soul.invited_to.remove(&at);
        }
    }
}

/// The first so many parts of where a room lies.
fn place(room: usize, parts: usize) -> Vec<&'static str> {
    ROOMS[room].0.split('.').take(parts).collect()
}
