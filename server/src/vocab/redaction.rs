//! A line of talk that staff took back: what is on record of it, and what clients learn.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{
    ActId, ChannelName, Issuer, Lifted, Message, MessageId, MessageRef, PlayerId, Subject,
};

/// That a line was taken back, as it is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redaction {
    /// The name of the act.
    pub id: ActId,
    /// The line.
    pub line: LineId,
    /// Who said it; none for what NPCs and the server say.
    pub speaker: Option<Subject>,
    /// Who took it back.
    pub by: Issuer,
    /// When.
    pub at: DateTime<Utc>,
    /// Why: 1 to [`REASON_CHARS_MAX`](super::REASON_CHARS_MAX) characters, cleaned.
    pub reason: String,
    /// That it was put back.
    pub undone: Option<Lifted>,
}

/// Which line of talk: all that somebody who may not read it any more learns of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineId {
    /// Its name.
    pub id: MessageId,
    /// The channel it was said on.
    pub channel: ChannelName,
    /// The run of the server in which it was said.
    pub epoch: SmolStr,
    /// Its number on its channel.
    pub seq: u64,
}

impl LineId {
    /// Which line a message is.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let Message { id, channel, epoch, seq, .. } = message;
        Self { id: *id, channel: channel.clone(), epoch: epoch.clone(), seq: *seq }
    }
}

/// A line shall be taken back, or put back where it was.
#[derive(Debug, Clone)]
pub struct Withdrawal {
    /// What comes of it will have this name.
    pub id: ActId,
    /// Who wants it.
    pub by: PlayerId,
    /// The same, for the record.
    pub issuer: Issuer,
    /// When.
    pub at: DateTime<Utc>,
    /// Which line, as it was typed.
    pub line: MessageRef,
    /// Whether it is put back.
    pub undo: bool,
    /// Why; may be empty when it is put back.
    pub reason: String,
}

impl Withdrawal {
    /// The act as the moderation log has it: the command's name.
    #[must_use]
    pub fn act(&self) -> &'static str {
        if self.undo { "unredact" } else { "redact" }
    }
}
