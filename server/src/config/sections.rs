//! The sections of the configuration, with their defaults.

use std::path::PathBuf;

use garde::Validate;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::checks::{file_that_can_be, folder_that_can_be, folder_that_exists, id_part};
use super::{Floods, RateLimiting, ShownTexts};
use crate::vocab::{Colour, Rank};

section! {
    /// The database.
    Store {
        /// The SQLite file; its folder is made if it is not there.
        #[garde(custom(file_that_can_be))]
        path: PathBuf = PathBuf::from("data/hearsay.db"),
        /// How long lines of talk are gathered before they are committed together. Milliseconds.
        #[garde(range(min = 1, max = 1000))]
        group_ms: u64 = 20,
        /// How many jobs may wait for the database.
        #[garde(range(min = 16, max = 10_000_000))]
        queue_max: usize = 65_536,
    }
}

section! {
    /// The log files.
    Logs {
        /// The folder that holds `chat/`, `moderation/` and `system/`.
        #[garde(custom(folder_that_can_be))]
        dir: PathBuf = PathBuf::from("logs"),
        /// Files of talk older than this are removed. Days; 0 keeps them for ever.
        #[garde(range(max = 36_500))]
        chat_keep_days: u32 = 90,
        /// The same for the moderation log.
        #[garde(range(max = 36_500))]
        moderation_keep_days: u32 = 365,
        /// The same for the system log.
        #[garde(range(max = 36_500))]
        system_keep_days: u32 = 30,
        /// Whether names and words stand in the chat log, ids only, or nothing at all.
        #[garde(skip)]
        content: ChatContent = ChatContent::Full,
        /// Whether names and words in the moderation log are sealed under a key for each account.
        #[garde(skip)]
        moderation_sealed: bool = true,
        /// How many records may wait to be written.
        #[garde(range(min = 16, max = 10_000_000))]
        queue_records_max: usize = 65_536,
        /// What the system log tells, as in `info` or `hearsay=debug,info`.
        #[garde(length(min = 1, max = 500))]
        level: String = "info".to_owned(),
        /// This process's name in each line.
        #[garde(length(min = 1, max = 60))]
        node: String = "hearsay-1".to_owned(),
    }
}

/// What of talk stands in the chat log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatContent {
    /// Names and words.
    Full,
    /// Neither: ids and what became of it.
    Ids,
    /// Nothing.
    None,
}

section! {
    /// The world files.
    World {
        /// The folder that holds `world.yaml`.
        #[garde(custom(folder_that_exists))]
        path: PathBuf = PathBuf::from("world-data"),
    }
}

/// Whether guests may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Guests {
    /// Always or never.
    Always(bool),
    /// As [`GuestsFrom`] says.
    From(GuestsFrom),
}

impl Guests {
    /// Whether a guest may come from this address.
    #[must_use]
    pub fn allowed_from(self, address: std::net::IpAddr) -> bool {
        match self {
            Self::Always(allowed) => allowed,
            Self::From(GuestsFrom::Loopback) => address.is_loopback(),
        }
    }
}

/// Where guests may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuestsFrom {
    /// Only from this machine.
    Loopback,
}

section! {
    /// Accounts, guests and passwords.
    Accounts {
        /// `true`, `false`, or `loopback`: only from this machine.
        #[garde(skip)]
        guests: Guests = Guests::From(GuestsFrom::Loopback),
        /// Shortest password. Characters.
        #[garde(range(min = 1, max = 128))]
        password_chars_min: usize = 8,
        /// How many passwords are hashed at once; each takes 19 MiB and about 20 ms of a core.
        #[garde(range(min = 1, max = 64))]
        hash_workers: usize = 2,
        /// How many logins may wait for a worker.
        #[garde(range(min = 1, max = 100_000))]
        hash_queue_max: usize = 1_000,
        /// Wrong passwords per minute for one account, and for one address, before more are refused; 0 is off.
        #[garde(range(max = 10_000))]
        wrong_passwords_per_minute: u32 = 5,
        /// New accounts per hour from one address; 0 is off.
        #[garde(range(max = 100_000))]
        new_accounts_per_hour: u32 = 10,
        /// Characters that one account may hold.
        #[garde(range(min = 1, max = 100))]
        characters_max: usize = 8,
        /// Names that nobody may take, besides those of staff ranks and channels.
        #[garde(length(max = 10_000))]
        reserved_names: Vec<String> = Vec::new(),
    }
}

section! {
    /// The bus between processes.
    Nats {
        /// Whether to publish what is said on NATS.
        #[garde(skip)]
        enabled: bool = false,
        /// Where NATS is. A password does not belong here: see `user` and `password_file`.
        #[garde(length(min = 1, max = 1000))]
        url: String = "nats://127.0.0.1:4222".to_owned(),
        /// User name, if NATS asks for one.
        #[garde(skip)]
        user: Option<String> = None,
        /// File with the password on its first line.
        #[garde(skip)]
        password_file: Option<PathBuf> = None,
        /// Whether a JetStream stream captures the chat subjects.
        #[garde(skip)]
        stream: bool = false,
        /// The largest message. Bytes.
        #[garde(range(min = 4096, max = 67_108_864))]
        max_payload: usize = 65_536,
        /// How long to wait before connecting again, at first. Seconds.
        #[garde(range(min = 0.01, max = 600.0))]
        reconnect_time_wait: f64 = 2.0,
        /// How often to try; 0 is for ever.
        #[garde(skip)]
        max_reconnect_attempts: usize = 0,
        /// How often to see whether NATS still answers. Seconds.
        #[garde(range(min = 0.05, max = 600.0))]
        ping_interval: f64 = 5.0,
        /// How many messages wait while NATS is away.
        #[garde(range(min = 1, max = 10_000_000))]
        outbox_messages_max: usize = 20_000,
        /// How long a message waits before it is given up. Seconds.
        #[garde(range(min = 1, max = 604_800))]
        outbox_age_max: u64 = 600,
    }
}

section! {
    /// The content filter; its lists are files beside the world's.
    ContentFiltering {
        /// Whether it is on.
        #[garde(skip)]
        enabled: bool = true,
        /// Words besides those of the lists; each is masked for everyone with stars where it stands as a whole word.
        #[garde(length(max = 100_000))]
        words: Vec<String> = Vec::new(),
    }
}

section! {
    /// How much talk is kept for players to read.
    MessageHistory {
        /// Whether any is kept.
        #[garde(skip)]
        enabled: bool = true,
        /// Days; 0 is for ever.
        #[garde(range(max = 36_500))]
        retention_days: u32 = 30,
        /// Messages; 0 is without limit.
        #[garde(range(max = 100_000_000))]
        max_messages_per_channel: usize = 1_000,
        /// Messages of each channel that are kept in memory.
        #[garde(range(min = 1, max = 1_000_000))]
        ring_messages_max: usize = 1_000,
    }
}

/// Who hears a channel, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScopeName {
    /// Those in the speaker's room.
    Room,
    /// Those in its subzone.
    Subzone,
    /// Those in its zone.
    Zone,
    /// Those on its plane.
    Plane,
    /// The speaker's party.
    Party,
    /// One player.
    Player,
    /// Everyone.
    Everyone,
    /// The staff.
    Staff,
    /// Those who joined.
    Members,
}

/// A channel that the operator adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Its name, and the verb to speak on it.
    #[garde(custom(id_part))]
    pub name: SmolStr,
    /// Other verbs.
    #[serde(default)]
    #[garde(inner(custom(id_part)))]
    pub aliases: Vec<SmolStr>,
    /// One sentence for `help` and `channels`.
    #[garde(length(min = 1, max = 200))]
    pub about: String,
    /// Who hears it.
    #[garde(skip)]
    pub scope: ScopeName,
    /// The lowest rank that may speak on it.
    #[serde(default)]
    #[garde(skip)]
    pub speak: Rank,
    /// The lowest rank that hears it.
    #[serde(default = "guest")]
    #[garde(skip)]
    pub hear: Rank,
    /// Longest line. Characters.
    #[serde(default = "default_chars")]
    #[garde(range(min = 1, max = 4000))]
    pub chars: usize,
    /// Lines a minute; 0 is without limit.
    #[serde(default = "default_per_minute")]
    #[garde(skip)]
    pub per_minute: u32,
    /// Its colour: `#rrggbb` or a name.
    #[garde(skip)]
    pub colour: Colour,
    /// Whether what is said is kept.
    #[serde(default = "yes")]
    #[garde(skip)]
    pub history: bool,
}

fn guest() -> Rank {
    Rank::Guest
}

fn default_chars() -> usize {
    500
}

fn default_per_minute() -> u32 {
    10
}

fn yes() -> bool {
    true
}

section! {
    /// Channels, their limits and their history.
    Chat {
        /// Lines a minute.
        #[garde(dive)]
        rate_limiting: RateLimiting = RateLimiting::default(),
        /// Repetition, noise and crowds.
        #[garde(dive)]
        floods: Floods = Floods::default(),
        /// Words that are masked.
        #[garde(dive)]
        content_filtering: ContentFiltering = ContentFiltering::default(),
        /// What is kept.
        #[garde(dive)]
        message_history: MessageHistory = MessageHistory::default(),
        /// What is shown rather than said.
        #[garde(dive)]
        shown_texts: ShownTexts = ShownTexts::default(),
        /// Channels besides the built-in ones.
        #[garde(dive, length(max = 200))]
        channels: Vec<Channel> = Vec::new(),
    }
}
