//! One line of talk, and the event on the wire that carries it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{AccountId, ChannelName, MessageId, PartyId, PlayerId, Rank, RoomId, Transport, View};

/// The version of the wire form of [`Message`].
pub const WIRE_VERSION: u8 = 1;

/// One accepted line of talk: the NATS payload, and with less in it the WebSocket `message`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The version of this form, [`WIRE_VERSION`].
    pub v: u8,
    /// The message's name.
    pub id: MessageId,
    /// Names the run of the server in which `seq` counts.
    pub epoch: SmolStr,
    /// The message's number on its channel in this epoch, from 1.
    pub seq: u64,
    /// The channel it was said on.
    pub channel: ChannelName,
    /// When the world took it; milliseconds on the wire.
    #[serde(with = "rfc3339_millis")]
    pub at: DateTime<Utc>,
    /// Who said it.
    pub sender: Sender,
    /// The words, cleaned: no control characters, no markup.
    pub content: String,
    /// Where the sender stood.
    pub room: Option<RoomId>,
    /// The party it was said to.
    pub party: Option<PartyId>,
    /// The one it was said to.
    pub target: Option<Target>,
    /// Who was there to hear it; none on wide channels. Never sent to clients.
    #[serde(default)]
    pub audience: Option<Arc<[PlayerId]>>,
    /// What else is to be known about it: `social`, `masked`.
    #[serde(default)]
    pub flags: Vec<SmolStr>,
    /// How the words read to those who do not want to read all of them.
    #[serde(default, skip_serializing_if = "Masks::are_empty")]
    pub masks: Masks,
    /// How a social reads to its actor, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_sender: Option<String>,
    /// How a social reads to its target, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_target: Option<String>,
}

/// The flag of a message that only its speaker and staff read.
pub const SHADOW: &str = "shadow";
/// What stands before such a message where staff read it.
pub const SHADOW_MARK: &str = "[shadowed] ";
/// The flag of a gesture, whose words are not the speaker's own.
pub const SOCIAL: &str = "social";

impl Message {
    /// Whether only its speaker and staff read it.
    #[must_use]
    pub fn is_shadowed(&self) -> bool {
        self.flags.iter().any(|flag| flag == SHADOW)
    }

    /// Whether somebody of this rank learns that it is shadowed: staff do, unless they said it themselves. What an NPC
    /// answers to shadowed words says nothing of it either.
    #[must_use]
    pub fn shows_shadow_to(&self, view: View, rank: Rank) -> bool {
        self.is_shadowed()
            && rank.is_staff()
            && view != View::Sender
            && self.sender.kind != SenderKind::Npc
    }
}

/// How the same words read with some of them masked by stars.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Masks {
    /// To those who want only the worst masked; none when there is nothing of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mild: Option<String>,
    /// To those who want all masked; none when there is nothing at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict: Option<String>,
}

impl Masks {
    /// Whether the words read alike to everyone.
    #[must_use]
    pub fn are_empty(&self) -> bool {
        self.mild.is_none() && self.strict.is_none()
    }
}

/// Who said a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The speaker.
    pub id: PlayerId,
    /// The speaker's name at that time.
    pub name: SmolStr,
    /// What kind of speaker.
    pub kind: SenderKind,
    /// The account behind a player; for the record, never sent to clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// What the speaker's line came in by; for the record, never sent to clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Transport>,
}

/// What kind of speaker a [`Sender`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SenderKind {
    /// Someone with a session.
    Player,
    /// One who belongs to the world.
    Npc,
    /// A player who speaks as staff.
    Staff,
    /// The server itself.
    System,
    /// Something beyond the server: a bridge, a bot.
    External,
}

impl SenderKind {
    /// What it is called in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Player => "player",
            Self::Npc => "npc",
            Self::Staff => "staff",
            Self::System => "system",
            Self::External => "external",
        }
    }
}

/// The one a message is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The listener meant.
    pub id: PlayerId,
    /// Their name at that time.
    pub name: SmolStr,
}

/// Times as `2026-11-21T09:15:02.413Z`.
pub(crate) mod rfc3339_millis {
    use chrono::{DateTime, SecondsFormat, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<DateTime<Utc>, D::Error> {
        DateTime::<Utc>::deserialize(from)
    }
}
