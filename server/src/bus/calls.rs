//! What programs ask the world on somebody's behalf, and are answered at once: the door of `api`. Unlike an input a call
//! needs no session, and unlike an event its answer goes to whoever asked and to nobody else.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use smol_str::SmolStr;
use tokio::sync::{mpsc, oneshot};

use super::staff::{Staff, StaffAnswer, StaffQuestion, StaffWish};
use crate::vocab::{
    AccountId, ChannelName, Listener, Message, PlayerId, Rank, Restriction, RoomId, Spot,
};

/// Takes calls. Bounded: whoever finds it full is told to come again.
pub type CallQueue = mpsc::Sender<Call>;

/// One question, with the way back for its answer.
#[derive(Debug)]
pub enum Call {
    /// Which channels somebody of this rank may hear.
    Channels(Rank, ReplyTo<Vec<ChannelRow>>),
    /// Who is in the world.
    Players(ReplyTo<Vec<PlayerRow>>),
    /// A room, as somebody of this rank may know it.
    Room(Rank, RoomId, ReplyTo<Option<RoomRow>>),
    /// The rooms of a zone, as somebody of this rank may know them.
    Zone(Rank, SmolStr, ReplyTo<Vec<RoomRow>>),
    /// Somebody speaks.
    Speak(Words, ReplyTo<Spoken>),
    /// A service puts a line on a channel.
    Announce(Announcement, ReplyTo<Spoken>),
    /// How much somebody may say; none when none of these characters is in the world.
    Allowance(Vec<PlayerId>, ReplyTo<Option<Vec<AllowanceRow>>>),
    /// How those of these characters hear who are in the world.
    Listeners(Vec<PlayerId>, ReplyTo<Vec<Listener>>),
    /// Whom the first of these characters who is in the world ignores, after a change.
    Ignores(Vec<PlayerId>, Ignoring, ReplyTo<Option<IgnoreList>>),
    /// Why an account may do nothing now, in a sentence for whoever has it; none when it may.
    Frozen(AccountId, ReplyTo<Option<String>>),
    /// Staff ask something.
    AskedByStaff(Staff, StaffQuestion),
    /// Staff want something; answered when it is committed, or with why nothing was done.
    Staff(Staff, StaffWish, ReplyTo<StaffAnswer>),
    /// Staff watch channels wherever they are used, some or all; answered with those that may be watched.
    Watch(Staff, Option<BTreeSet<ChannelName>>, Watching, ReplyTo<BTreeSet<ChannelName>>),
}

/// How it is with somebody's watching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watching {
    /// It begins, which goes on record.
    Begins,
    /// It goes on.
    GoesOn,
    /// It has ended, which goes on record.
    Ended,
}

impl Call {
    /// Whether nobody waits for the answer any more: then nothing of it shall be done either.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        match self {
            Self::Channels(_, reply) => reply.is_closed(),
            Self::Players(reply) => reply.is_closed(),
            Self::Room(_, _, reply) => reply.is_closed(),
            Self::Zone(_, _, reply) => reply.is_closed(),
            Self::Speak(_, reply) | Self::Announce(_, reply) => reply.is_closed(),
            Self::Allowance(_, reply) => reply.is_closed(),
            Self::Listeners(_, reply) => reply.is_closed(),
            Self::Ignores(_, _, reply) => reply.is_closed(),
            Self::Frozen(_, reply) => reply.is_closed(),
            Self::AskedByStaff(_, question) => question.is_abandoned(),
            Self::Staff(_, _, reply) => reply.is_closed(),
            // That it has ended goes on record, whoever has gone away.
            Self::Watch(_, _, Watching::Ended, _) => false,
            Self::Watch(_, _, _, reply) => reply.is_closed(),
        }
    }
}

impl Call {
    /// Whether something may come of it besides the answer.
    #[must_use]
    pub fn acts(&self) -> bool {
        match self {
            Self::Channels(..)
            | Self::Players(_)
            | Self::Listeners(..)
            | Self::Room(..)
            | Self::Zone(..)
            | Self::Allowance(..)
            | Self::Ignores(_, Ignoring::Nothing, _)
            | Self::Frozen(..) => false,
            Self::AskedByStaff(_, question) => question.acts(),
            Self::Speak(..)
            | Self::Announce(..)
            | Self::Ignores(..)
            | Self::Staff(..)
            | Self::Watch(..) => true,
        }
    }
}

/// How somebody's list of those whom they ignore shall change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ignoring {
    /// Not at all: it is only read.
    Nothing,
    /// A player is put on it.
    Ignore(String),
    /// A player is taken off it.
    Unignore(String),
}

/// Those whom somebody ignores, and their names; or why the list was not changed.
pub type IgnoreList = Result<Vec<(PlayerId, SmolStr)>, String>;

/// How much somebody may say on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowanceRow {
    /// The channel.
    pub channel: ChannelName,
    /// Lines a minute; 0 is without limit.
    pub per_minute: u32,
    /// Lines of the last minute.
    pub said: u32,
    /// How many may be said now; none is without limit.
    pub remaining: Option<u32>,
    /// How long until the next may be said.
    pub wait: Duration,
    /// The rule that lets nothing be said for now.
    pub closed_by: Option<&'static str>,
}

/// Something that somebody may not do, and for how much longer.
#[derive(Debug, Clone)]
pub struct RestrictionRow {
    /// It.
    pub restriction: Arc<Restriction>,
    /// How long it still counts; none is until it is lifted.
    pub left: Option<Duration>,
}

/// A channel, as lists have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRow {
    /// Its name.
    pub name: ChannelName,
    /// One sentence.
    pub about: String,
    /// Who hears it, in words.
    pub heard_by: &'static str,
    /// The lowest rank that may speak on it.
    pub speak: Rank,
    /// The lowest rank that hears it.
    pub hear: Rank,
    /// The longest line. Characters.
    pub chars: usize,
    /// Lines a minute; 0 is without limit.
    pub per_minute: u32,
    /// Whether what is said is kept.
    pub history: bool,
    /// Whether a line tells where its speaker stood.
    pub tells_place: bool,
    /// Whether a line on it is for one player, who has to be named.
    pub has_target: bool,
    /// Whether nobody may watch it: it is for one listener or for a party.
    pub is_private: bool,
}

/// Somebody in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerRow {
    /// Who.
    pub id: PlayerId,
    /// Their name.
    pub name: SmolStr,
    /// Their rank.
    pub rank: Rank,
    /// Where they are; whoever asked decides who may know it.
    pub room: RoomId,
    /// Why they may not answer: `link-dead`, `idle 5 min`.
    pub absence: Option<String>,
}

/// A room as anybody may know it: without what is hidden, and without those who are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomRow {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// What there is to see by day.
    pub about: String,
    /// Whether neither daylight nor weather comes in.
    pub indoors: bool,
    /// The ways out that show, and where they lead.
    pub exits: Vec<(SmolStr, RoomId)>,
    /// Where it lies on the map of its zone.
    pub spot: Spot,
    /// Who is there; whoever asked decides who may know it.
    pub players: Vec<SmolStr>,
}

/// Words that somebody wants to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The characters of an account; the first that is in the world speaks.
    pub characters: Vec<PlayerId>,
    /// The channel.
    pub channel: ChannelName,
    /// The one they are for, by name, on channels for one.
    pub target: Option<String>,
    /// The words.
    pub content: String,
}

/// A line of another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// What the service is called.
    pub service: SmolStr,
    /// The channel; one that is heard wherever one stands.
    pub channel: ChannelName,
    /// The words.
    pub content: String,
    /// When it was said there; none is now.
    pub at: Option<DateTime<Utc>>,
}

/// What became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoken {
    /// They were said.
    Said(Arc<Message>),
    /// Staff must approve of them first.
    Held,
    /// They are said in their turn, after others of the same speaker; or it is first found out whether somebody who is away has
    /// them pushed.
    Waits,
    /// They were not said.
    Refused {
        /// The rule that refused them, if one did.
        rule: Option<&'static str>,
        /// Why, in a sentence for the speaker.
        why: String,
    },
    /// None of these characters is in the world, or there is no such channel for a service.
    NotHere,
}

/// Where an answer goes.
pub struct ReplyTo<T>(oneshot::Sender<T>);

impl<T: Send + 'static> ReplyTo<T> {
    /// A way back, and its end.
    #[must_use]
    pub fn new() -> (Self, oneshot::Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }

    /// Whether nobody waits for the answer any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// The answer, still to be sent.
    #[must_use]
    pub fn with(self, answer: T) -> Reply {
        // Whoever has gone away meanwhile needs no answer.
        Reply(Box::new(move || drop(self.0.send(answer))))
    }
}

impl<T> fmt::Debug for ReplyTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyTo(..)")
    }
}

/// An answer on its way.
pub struct Reply(Box<dyn FnOnce() + Send>);

impl Reply {
    /// Hands it over; never waits.
    pub fn send(self) {
        (self.0)();
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reply(..)")
    }
}
