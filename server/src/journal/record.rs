//! What can be written down, apart from [`Delivered`] speech: refused speech, and acts of staff.

use chrono::{DateTime, Utc};
use smol_str::SmolStr;

use crate::vocab::{
    ActId, ChannelName, Delivered, MessageId, PartyId, PlayerId, Rank, RoomId, Sender, Target,
};

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

/// Something that staff did, with effect on others or on the server.
#[derive(Debug, Clone)]
pub struct Act {
    /// When it took effect.
    pub at: DateTime<Utc>,
    /// Who did it; none for what the operator did outside the world, at the console or by a signal.
    pub actor_id: Option<PlayerId>,
    /// Their name at that time.
    pub actor_name: SmolStr,
    /// Their rank at that time.
    pub rank: Rank,
    /// What they did, as a word such as the command's name: `goto`, `transfer`, `shutdown`, `claim`.
    pub act: SmolStr,
    /// To whom or to what; none for what concerns everything.
    pub target: Option<String>,
    /// The rest: the words echoed, the room gone to, the reason given.
    pub detail: Option<String>,
    /// Why nothing was done, in the sentence that they read; none for what was done.
    pub refused: Option<String>,
    /// The restriction, warning, note or kick that it put on record or took back.
    pub restriction: Option<ActId>,
    /// When what was done ends by itself.
    pub until: Option<DateTime<Utc>>,
}

/// A line of the chat log to be.
#[derive(Debug)]
pub(super) enum Speech {
    Delivered(Delivered),
    Blocked(Box<Blocked>),
}
