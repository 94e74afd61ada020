//! What the world says happened, with the audience it had at that moment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{
    Allowed, Capability, ChannelName, Colour, DrainOrder, Group, Hearer, Hindrance, LineId,
    LoginReply, MaskLevel, Message, Place, PlayerId, Prose, Rank, RoomId, RoomView, Sender,
    SenderKind, SessionId, Settings, Styles, Target, Thing, WayBack,
};

/// A fact and those who were there for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Who perceives it.
    pub to: Audience,
    /// What happened.
    pub fact: Fact,
}

/// Who perceives an event; settled when it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// One connection, logged in or not.
    Session(SessionId),
    /// Those who were there. Shared, so that a room's list is built once and not per line.
    Witnesses(Arc<[PlayerId]>),
    /// Every session of at least this rank.
    Rank(Rank),
}

impl Audience {
    /// Every session.
    pub const EVERYONE: Self = Self::Rank(Rank::Guest);

    /// One player, whatever session they play in.
    #[must_use]
    pub fn player(player: PlayerId) -> Self {
        Self::Witnesses(Arc::from([player]))
    }
}

/// What happened, in the past tense.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Somebody said something.
    Spoke(Arc<Message>),
    /// A line was taken back: whoever shows it takes it off the screen.
    Redacted(LineId),
    /// A line that was taken back is where it was again.
    Restored(Arc<Message>),
    /// Somebody writes to those who perceive it. Not kept for anyone: it is over in a moment.
    Typing(Box<Typing>),
    /// A text for eyes: an answer, a movement, a piece of the world.
    Told(Prose),
    /// The same, about a player: not shown to those who ignore them.
    ToldOf(PlayerId, Prose),
    /// A player saw the room they are in.
    SawRoom(Arc<RoomView>),
    /// A player tried to walk in a direction that does not lead out, by its whole word.
    Strayed(SmolStr),
    /// Who is in a player's party, or that they are in none any more.
    Grouped(Option<Arc<Group>>),
    /// What keeps a player from speaking or acting has changed: all that does now.
    Hindered(Vec<Hindrance>),
    /// A line of the session's player has counted, or was one too many: what is left. For clients that show it.
    Allowed(Box<Allowed>),
    /// Who is here changed; the prose says so to text clients and may be empty.
    Came(Presence),
    /// What is in a place has changed: all that is there now.
    Holds(Place, Vec<Thing>),
    /// Who hears which channel, for the session that asked.
    Hear(Vec<Hearer>),
    /// Who else is in the player's room, for the session that asked.
    Others(Vec<SmolStr>),
    /// What the session's prompt now says.
    Prompted(Prose),
    /// An answer to a login.
    Answered(LoginReply),
    /// The session plays a player now.
    Entered(Box<Entered>),
    /// The session was given another way back.
    Handed(WayBack),
    /// What the session's player hears, and how, has changed.
    Tuned(Box<Listener>),
    /// The looks of all channels; before any line of talk.
    Styled(Arc<Styles>),
    /// What a client missed: the lines in order, or with `gap` that some cannot be had.
    Replayed {
        /// The lines, oldest first.
        lines: Vec<Arc<Message>>,
        /// Whether some are missing.
        gap: bool,
    },
    /// What was said on a channel before, for the session that asked.
    Recalled {
        /// The channel.
        channel: ChannelName,
        /// The lines, oldest first.
        lines: Vec<Arc<Message>>,
        /// Whether there are older ones.
        more: bool,
    },
    /// The session is over.
    Ended(Farewell),
    /// The world is alive, for gateways in other processes; nobody reads it.
    Beat,
    /// A gateway in another process is out of service from now on, or in it again; nobody reads it.
    Serves(Option<DrainOrder>),
}

/// What a gateway must know of a player who has just entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// How they hear.
    pub listener: Listener,
    /// The session they played in until now, if it is taken over: the lines it missed come first.
    pub from: Option<SessionId>,
    /// Whether what its client missed is still to come, as [`Fact::Replayed`]: what is said meanwhile comes after it.
    pub resumes: bool,
    /// The newest `(epoch, seq)` of each channel they may hear.
    pub heads: Heads,
    /// What they come back by when the connection is lost; none for those who are gone then.
    pub way_back: Option<WayBack>,
    /// What their client had the game keep, as JSON.
    #[serde(default)]
    pub kept: Option<String>,
}

/// The newest `(epoch, seq)` of channels.
pub type Heads = BTreeMap<ChannelName, (SmolStr, u64)>;

/// How a player hears: what the broadcaster subtracts, and in which looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// The player.
    pub player: PlayerId,
    /// Their name.
    pub name: SmolStr,
    /// Their rank.
    pub rank: Rank,
    /// Whom they ignore.
    pub ignores: BTreeSet<PlayerId>,
    /// The channels they do not hear.
    pub left: BTreeSet<ChannelName>,
    /// Own colours for channels.
    pub colours: BTreeMap<ChannelName, Colour>,
    /// Preferences that override what the client said.
    pub settings: Settings,
    /// Which words are masked for them.
    pub mask: MaskLevel,
    /// How many rows a page of theirs has; 0 when nothing is shown by pages.
    pub page_rows: u16,
}

impl Listener {
    /// Whether this listener hears a message that was meant for them: not from those they ignore, not on channels they
    /// left. Their own words always come back to them.
    #[must_use]
    pub fn hears(&self, message: &Message) -> bool {
        message.sender.id == self.player
            || (!self.ignores(&message.sender) && !self.left.contains(&message.channel))
    }

    /// Whether this listener does not want to hear somebody. What staff say arrives, even from one who was ignored before
    /// becoming staff.
    #[must_use]
    pub fn ignores(&self, sender: &Sender) -> bool {
        sender.kind != SenderKind::Staff && self.ignores.contains(&sender.id)
    }

    /// Whether this listener perceives a fact in whose audience they are: the one decision that is left to gateways.
    #[must_use]
    pub fn perceives(&self, fact: &Fact) -> bool {
        match fact {
            Fact::Spoke(message) | Fact::Restored(message) => self.hears(message),
            Fact::ToldOf(about, _) => !self.ignores.contains(about),
            Fact::Typing(typing) => {
                !self.ignores.contains(&typing.by.id) && !self.left.contains(&typing.channel)
            }
            _ => true,
        }
    }

    /// What to render for, given what the client said.
    #[must_use]
    pub fn capability(&self, client: Capability) -> Capability {
        self.settings.over(client)
    }
}

/// That somebody writes, and nothing of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// Who.
    pub by: Target,
    /// The channel it would be said on.
    pub channel: ChannelName,
}

/// Someone came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// What they did.
    pub kind: PresenceKind,
    /// Who.
    pub player: PlayerId,
    /// Their name.
    pub name: SmolStr,
    /// The room it is seen in.
    pub room: RoomId,
    /// How it reads.
    pub prose: Prose,
}

/// The ways in which who is here changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceKind {
    /// Logged in here.
    Entered,
    /// Walked in.
    Arrived,
    /// Walked out.
    Departed,
    /// Lost their connection.
    LinkDead,
    /// Has a connection again.
    Returned,
    /// Goes on by another connection; the one before was there still.
    TakenOver,
    /// Logged out.
    Left,
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Farewell {
    /// The player said so.
    Quit,
    /// Another login took it over.
    TakenOver,
    /// Nothing came for too long.
    Idle,
    /// Staff put the player out; why, they have read before.
    Removed,
    /// The server stops.
    Shutdown,
}

/// How one message went out from one gateway: what the journal adds to it.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// The message.
    pub message: Arc<Message>,
    /// The sessions it was written to.
    pub delivered: u32,
    /// When it had been handed to the sockets.
    pub done: DateTime<Utc>,
}
