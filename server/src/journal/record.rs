//! What can be written down of speech, apart from [`Delivered`]: words that were refused.

use chrono::{DateTime, Utc};
use smol_str::SmolStr;

use crate::vocab::{ChannelName, Delivered, MessageId, PartyId, RoomId, Sender, Target};

/// Words that nobody heard, because a rule said so.
#[derive(Debug, Clone)]
pub struct Blocked {
    /// When the rule decided.
    pub at: DateTime<Utc>,
    /// The message's name; none when it was refused before it got one.
    pub id: Option<MessageId>,
    /// The channel it was meant for.
    pub channel: ChannelName,
    /// Who wanted to say it.
    pub sender: Sender,
    /// Where they stood.
    pub room: Option<RoomId>,
    /// The party it was meant for.
    pub party: Option<PartyId>,
    /// The one it was meant for.
    pub target: Option<Target>,
    /// The words.
    pub content: String,
    /// The name of the rule that refused it.
    pub rule: SmolStr,
    /// What else is to be known about it.
    pub flags: Vec<SmolStr>,
}

/// A line of the chat log to be.
#[derive(Debug)]
pub(super) enum Speech {
    Delivered(Delivered),
    Blocked(Box<Blocked>),
}
