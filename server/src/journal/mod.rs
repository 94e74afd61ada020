//! The journal: what was said, what staff did and how the server fares, as JSON lines in a file per UTC day.
//!
//! [`start`] opens `chat/`, `moderation/` and `system/` and gives a [`Journal`], a handle that never waits, and a [`Guard`]
//! that brings everything to disk when the server stops. One thread owns the chat and the moderation file; records reach it
//! as typed values through bounded queues, and it alone turns them into text.
//!
//! The daily files are our own (`daily.rs`) and not `tracing_appender::rolling`, for three reasons: that one reads the wall
//! clock only, so that midnight cannot be tested; it does not tell how much of a line a full disk took, so that the next line
//! would be glued to half a line; and its clean-up takes every file that starts with its prefix. What carries the system
//! log's lines from the threads that log to the file is `tracing_appender::non_blocking`.
//!
//! The lines of the moderation log form a chain (`chain.rs`); what people typed is sealed in it (`seal.rs`). The folder `read/`
//! is the other end: it verifies, searches and follows what was written, in another process.
//!
//! The journal never decides anything: it writes down what was decided. It never renames, truncates or rewrites a file; only
//! `blank.rs`, while no server runs, writes over what an erased account left.

mod blank;
mod buffer;
mod chain;
mod daily;
mod entry;
mod guard;
mod handle;
mod ledger;
mod line;
mod moderation;
pub mod read;
mod record;
mod retention;
mod seal;
mod stamp;
mod system;
mod tail;
mod tally;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smol_str::SmolStr;

pub use blank::{Erased, blank};
pub use guard::Guard;
pub use handle::{Journal, start, start_with_clock};
pub use moderation::{Act, Automatic, Hit, ModerationRecord, Read, Report};
pub use record::Blocked;
pub use seal::{Keyring, Seals, Unread};
pub use system::{system_layer, terminal_layer};
pub use tally::{Counters, LastError, LogCounters};

/// Tells what time it is; tests bring their own.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Where the journal writes and how much it may hold.
#[derive(Debug, Clone)]
pub struct LogsOptions {
    /// The folder that holds `chat/`, `moderation/` and `system/`; made when missing. One running server to a folder.
    pub dir: PathBuf,
    /// Records that may wait to be written, for each of the three logs; at least 1. What finds its queue full is dropped and counted.
    pub queue_records_max: usize,
    /// How long files stay.
    pub keep: KeepDays,
    /// What of talk is written down.
    pub content: Content,
    /// This process's name in every chat and moderation line.
    pub node: SmolStr,
}

/// How many days a file of each log is kept after its own; 0 keeps every file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepDays {
    /// Talk.
    pub chat: u32,
    /// What staff and rules did.
    pub moderation: u32,
    /// How the server fares.
    pub system: u32,
}

impl KeepDays {
    fn of(self, log: Log) -> u32 {
        match log {
            Log::Chat => self.chat,
            Log::Moderation => self.moderation,
            Log::System => self.system,
        }
    }
}

/// What of talk is written to the chat log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Names and words.
    Full,
    /// Neither: ids and what became of it.
    Ids,
    /// Nothing: the chat log stays empty.
    None,
}

/// The three logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// Talk.
    Chat,
    /// What staff and rules did.
    Moderation,
    /// How the server fares.
    System,
}

impl Log {
    /// Every log.
    pub const ALL: [Self; 3] = [Self::Chat, Self::Moderation, Self::System];

    /// The name of the log's folder, and what its files' names begin with.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Moderation => "moderation",
            Self::System => "system",
        }
    }
}
