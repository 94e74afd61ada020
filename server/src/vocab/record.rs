//! What outlives a session: accounts and characters as they are stored.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{
    AccountId, Background, Capability, ChannelName, Charset, Colour, ColourDepth, LinkMarks,
    MaskLevel, PlayerId, Rank, Resume, ResumeToken, RoomId, SessionId, ShownText, Transport,
};

/// Whoever logs in. The password's hash stays in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// Its name, that of its first character.
    pub name: SmolStr,
    /// What it may do.
    pub rank: Rank,
    /// When it was created.
    pub created: DateTime<Utc>,
}

/// Someone to play, and what is kept of them between sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Character {
    /// The character.
    pub id: PlayerId,
    /// The account it belongs to; guests have none and are never stored.
    pub account: Option<AccountId>,
    /// The name as it was chosen.
    pub name: SmolStr,
    /// When it was created.
    pub created: DateTime<Utc>,
    /// When it was last in the world.
    pub last_seen: Option<DateTime<Utc>>,
    /// The rest.
    pub state: CharacterState,
}

/// Leave to play: what the world needs to bring a character in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The session that asked.
    pub session: SessionId,
    /// What it came in by.
    pub via: Transport,
    /// Where it comes from.
    pub address: IpAddr,
    /// Whom it plays.
    pub character: Character,
    /// What the account may do.
    pub rank: Rank,
    /// When the account was made; none without one.
    pub account_made: Option<DateTime<Utc>>,
    /// What the client saw last, if it was here before.
    pub resume: Option<Resume>,
    /// Whether the account was made just now.
    pub is_new: bool,
    /// What the client may come back by when the connection is lost; none without an account.
    pub token: Option<ResumeToken>,
}

/// Somebody shows what they were handed to come back by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returning {
    /// The session that asks.
    pub session: SessionId,
    /// What it came in by.
    pub via: Transport,
    /// Where it comes from.
    pub address: IpAddr,
    /// What is shown.
    pub token: ResumeToken,
    /// What it is exchanged for.
    pub next: ResumeToken,
    /// What the client saw last, if it knows.
    pub resume: Option<Resume>,
}

/// A character's changing part; stored as one JSON object, so fields may be added with a default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CharacterState {
    /// Where they were; none before the first arrival.
    pub room: Option<RoomId>,
    /// What they carry.
    pub inventory: Vec<HeldItem>,
    /// Whom they do not hear, with the names those had then.
    pub ignores: BTreeMap<PlayerId, SmolStr>,
    /// Own commands: a word, and what it stands for.
    pub aliases: BTreeMap<SmolStr, String>,
    /// Channels they left.
    pub left: BTreeSet<ChannelName>,
    /// Channels they joined that nobody is in unasked.
    pub joined: BTreeSet<ChannelName>,
    /// Own colours for channels.
    pub colours: BTreeMap<ChannelName, Colour>,
    /// Preferences.
    pub settings: Settings,
    /// Seconds spent in the world.
    pub seconds_played: u64,
    /// Rooms they have seen, in the order of their ids: a list takes less memory than a set.
    pub rooms_seen: Vec<RoomId>,
    /// What stands behind their name.
    pub title: Option<String>,
    /// What others see who look at them.
    pub description: Option<String>,
}

impl CharacterState {
    /// Whether they have seen a room.
    #[must_use]
    pub fn has_seen(&self, room: &RoomId) -> bool {
        self.rooms_seen.binary_search(room).is_ok()
    }

    /// They see a room.
    pub fn see(&mut self, room: &RoomId) {
        if let Err(at) = self.rooms_seen.binary_search(room) {
            self.rooms_seen.insert(at, room.clone());
        }
    }

    /// Takes away a text that the character shows.
    pub fn clear_text(&mut self, kind: ShownText) {
        match kind {
            ShownText::Title => self.title = None,
            ShownText::Description => self.description = None,
            ShownText::Away | ShownText::Echo => {}
        }
    }
}

/// An item in someone's hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldItem {
    /// The zone that defines it, `plane.zone`.
    pub zone: SmolStr,
    /// Its id there.
    pub id: SmolStr,
}

/// A player's preferences; none means that what the client said counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Own prompt; none for the usual one.
    pub prompt: Option<String>,
    /// Rooms without their description when walking.
    pub brief: bool,
    /// Colours, over what the client says it shows.
    pub colour: Option<ColourDepth>,
    /// Columns to wrap at, over what the client says; 0 never wraps.
    pub width: Option<u16>,
    /// No art and no tables, over what the client says.
    pub screen_reader: Option<bool>,
    /// The text encoding, over what the client says.
    pub charset: Option<Charset>,
    /// What their text stands on.
    pub background: Background,
    /// No empty lines, and lists in one line.
    pub compact: bool,
    /// Whether long texts come page by page.
    pub paging: Paging,
    /// Which words are masked; none is what the server says.
    pub mask: Option<MaskLevel>,
    /// Whether what can be pressed is marked.
    pub links: LinkChoice,
    /// What a client of our own dialect had the game keep, as JSON. Nobody else looks into it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
}

impl Settings {
    /// What to render for, given what the client said.
    #[must_use]
    pub fn over(&self, client: Capability) -> Capability {
        let screen_reader = self.screen_reader.unwrap_or(client.screen_reader);
        Capability {
            colour: self.colour.unwrap_or(client.colour),
            charset: self.charset.unwrap_or(client.charset),
            // A voice has no columns; a pause in the middle of a sentence is in the way.
            width: self.width.unwrap_or(if screen_reader { 0 } else { client.width }),
            screen_reader,
            compact: self.compact,
            background: self.background,
            links: self.links.over(client.links),
            sounds: client.sounds,
            spans: client.spans,
            typing: client.typing,
        }
    }
}

/// Whether what can be pressed is marked for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkChoice {
    /// As far as the client says by itself that it knows.
    #[default]
    Auto,
    /// By OSC 8, whatever the client says.
    On,
    /// Never.
    Off,
    /// By MXP, if the client agrees to it.
    Mxp,
}

impl LinkChoice {
    /// Every choice.
    pub const ALL: [Self; 4] = [Self::Auto, Self::On, Self::Off, Self::Mxp];

    /// How links are marked, given what the client said.
    fn over(self, client: LinkMarks) -> LinkMarks {
        match (self, client) {
            (Self::Auto, LinkMarks::Osc8 { .. }) | (Self::Mxp, LinkMarks::Mxp) => client,
            (Self::On, _) => LinkMarks::OSC8,
            (Self::Auto | Self::Off | Self::Mxp, _) => LinkMarks::None,
        }
    }

    /// The choice as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::On => "on",
            Self::Off => "off",
            Self::Mxp => "mxp",
        }
    }
}

/// Whether long texts come page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Paging {
    /// All at once.
    #[default]
    Off,
    /// As many rows as the client's window has, if it says so and is not read aloud.
    Window,
    /// As many rows.
    Rows(u16),
}

impl Paging {
    /// The rows of a page on a screen; 0 is any number.
    #[must_use]
    pub fn rows(self, window_rows: u16, read_aloud: bool) -> u16 {
        match self {
            Self::Window if !read_aloud => window_rows,
            Self::Off | Self::Window => 0,
            Self::Rows(rows) => rows,
        }
    }
}
