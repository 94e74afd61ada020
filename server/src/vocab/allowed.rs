//! How much a player may still say, as their client shows it beside the text.

use serde::{Deserialize, Serialize};

use super::ChannelName;

/// What is left of a channel's limit for one player, after a line of theirs there that counts or was one too many. The REST API
/// tells the same by the same names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// The channel.
    pub channel: ChannelName,
    /// Lines a minute; 0 is without limit.
    pub per_minute: u32,
    /// Lines of the last minute.
    pub said: u32,
    /// How many may be said now; none is without limit.
    pub remaining: Option<u32>,
    /// How long until the next may be said. Milliseconds.
    pub wait_ms: u64,
    /// In how long lines of the last minute count no longer, one after the other: the first of them. Milliseconds.
    pub back_ms: Vec<u64>,
    /// Why the line was not said, where it was one too many.
    pub refused: Option<String>,
}
