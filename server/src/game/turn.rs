//! What the loop is told: one thing at a time.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::{Away, Census, Filing, Missing, Offered, Reading, Settled};
use crate::bus::Call;
use crate::channels::Table;
use crate::commands::ServerStatus;
use crate::moderation::FloodLimits;
use crate::moderation::filter::Filter;
use crate::vocab::{
    AccountId, ActId, Admission, Case, CaseDone, CaseOrder, Character, Done, Dossier, Input,
    Ladder, Message, Notice, Person, Placed, PlayerId, Prose, Rank, Redaction, ResumeToken,
    Returning, Subject, Withdrawal,
};
use crate::world::Ground;

/// One thing that the loop takes in.
#[derive(Debug)]
pub enum Turn {
    /// A gateway says something.
    Input(Input),
    /// Somebody may play.
    Admitted(Box<Admission>),
    /// Somebody wants to go on with a lost session.
    Returning(Box<Returning>),
    /// Slow work is done.
    Answered(Answer),
    /// A program asks something.
    Called(Box<Call>),
    /// How the server is.
    Status(ServerStatus),
    /// Somebody wants to know who is where.
    Census(oneshot::Sender<Census>),
    /// Something that waited is due.
    Due,
    /// A second has passed.
    Tick,
    /// The server stops now.
    Stop,
}

impl Turn {
    /// What it is, in a word for the log.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Input(_) => "input",
            Self::Admitted(_) => "admitted",
            Self::Returning(_) => "returning",
            Self::Answered(Answer::Reloaded { .. }) => "reloaded",
            Self::Answered(_) => "answered",
            Self::Called(_) => "called",
            Self::Status(_) => "status",
            Self::Census(_) => "census",
            Self::Due => "due",
            Self::Tick => "tick",
            Self::Stop => "stop",
        }
    }
}

/// The results of slow work.
#[derive(Debug)]
pub enum Answer {
    /// A player reads this.
    Tell(PlayerId, Prose),
    /// The database did not take what a player, or a program for them, wanted under this name; nothing was done.
    NotTaken(PlayerId, Option<ActId>),
    /// A word was drawn by which a player comes back.
    Drawn(PlayerId, ResumeToken),
    /// Everyone of a rank reads this.
    TellRank(Rank, Prose),
    /// An account has another rank now; whoever asked is told.
    Ranked {
        /// The account.
        account: AccountId,
        /// Its rank.
        rank: Rank,
        /// Who asked for it.
        by: PlayerId,
    },
    /// What a client missed was looked up.
    Missed {
        /// What was to be looked up.
        missing: Missing,
        /// The messages; not yet reduced to what the player may read.
        lines: Vec<Arc<Message>>,
        /// Whether some cannot be had.
        gap: bool,
    },
    /// World and configuration were read again and are sound.
    Reloaded {
        /// The world, with everything in its place.
        ground: Box<Ground>,
        /// The channels.
        table: Box<Table>,
        /// The content filter.
        filter: Arc<Filter>,
        /// What follows from offences.
        ladder: Option<Arc<Ladder>>,
        /// The limits on what one may say.
        floods: Box<FloodLimits>,
        /// Who asked for it.
        by: PlayerId,
    },
    /// A line was taken back or put back and that is committed, or it was refused.
    Withdrawn(Box<Withdrawn>),
    /// An order was carried out and is committed, or was refused.
    Ordered(Box<Ordered>),
    /// What was looked for was found, or not: lines of one channel, oldest first.
    FoundReported(Box<Filing>, Vec<Message>),
    /// Somebody who is not in the world has whispers pushed: this one, by that player.
    FoundAway(PlayerId, Box<Away>, Box<Character>),
    /// What became of something that was wanted of the queue.
    Case(Box<CaseOrder>, Result<CaseDone, String>),
    /// What waits for a player.
    Notices(PlayerId, Vec<Notice>),
    /// What was ordered is put before somebody else.
    SecondWanted {
        /// Who ordered it.
        by: PlayerId,
        /// The case.
        case: Arc<Case>,
        /// The stored rank of whom it is about.
        rank: Rank,
    },
    /// A line waits for staff now, or cannot; whoever wanted to say it is told.
    Held(PlayerId, Offered),
    /// A verdict on a line that waited is committed, or was refused.
    Settled(Box<Settled>),
    /// It is committed that somebody has read what they were warned of.
    Acknowledged {
        /// The player who said so.
        player: PlayerId,
        /// The one whom the warnings concern.
        who: Person,
        /// The warnings.
        ids: Vec<ActId>,
    },
    /// What is on record about somebody was looked up.
    Record(Box<RecordRead>),
}

/// What was looked up about somebody.
#[derive(Debug)]
pub struct RecordRead {
    /// What was wanted.
    pub reading: Reading,
    /// Whom it is about and what is on record that whoever asked may see, or that there is nobody of that name.
    pub found: Result<(Subject, Dossier), String>,
}

/// A line that was to be taken back or put back, and what became of it.
#[derive(Debug)]
pub struct Withdrawn {
    /// What was wanted.
    pub wanted: Withdrawal,
    /// The line and what is on record, or why nothing was done.
    pub outcome: Result<(Arc<Message>, Redaction), String>,
}

/// An order and what became of it.
#[derive(Debug)]
pub struct Ordered {
    /// The order.
    pub placed: Placed,
    /// What was done, or why nothing was.
    pub outcome: Result<Done, String>,
}
