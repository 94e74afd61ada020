//! What staff want of the world by a program, in the world or not, and what became of it.

use std::sync::Arc;

use smol_str::SmolStr;

use super::{ReplyTo, RestrictionRow, Spoken};
use crate::vocab::{
    AccountId, ActId, CaseAct, CaseDone, ChannelName, Done, Dossier, FilterAction, FilterHit,
    FilterSummary, HeldLine, Masks, Message, MessageId, MessageRef, Order, PlayerId, Rank,
    Redaction, Subject, TrialRule, Verdict,
};

/// A member of staff, in the world or not.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Their account.
    pub account: AccountId,
    /// One of their characters; it reads what came of an order if it is in the world.
    pub player: PlayerId,
    /// Its name, for the record.
    pub name: SmolStr,
    /// The rank, as it is stored.
    pub rank: Rank,
}

/// What staff want done or want to read. Each goes the way of the command that does the same.
#[derive(Debug)]
pub enum StaffWish {
    /// Something shall be done to somebody; these lines led to it, besides those that the reason names.
    Order(Box<Order>, Vec<MessageId>),
    /// A restriction shall count no more, and why; the reason may be empty.
    Lift(ActId, String),
    /// Something is wanted of the queue of cases.
    Case(CaseAct),
    /// A line shall be taken back, or put back with `undo`.
    Withdraw {
        /// The line.
        line: MessageRef,
        /// Whether it is put back.
        undo: bool,
        /// Why; may be empty when it is put back.
        reason: String,
    },
    /// A line that waits shall be said, or not.
    Settle {
        /// Its number.
        number: u64,
        /// Whether it is said.
        verdict: Verdict,
        /// Why; may be empty.
        why: String,
    },
    /// What is on record about the player of this name.
    ReadRecord(String),
}

/// What became of it, once it is committed.
#[derive(Debug, Clone)]
pub enum StaffDone {
    /// Something was done to somebody.
    Ordered(Done),
    /// This came of it in the queue.
    Case(CaseDone),
    /// The line was taken back or put back.
    Withdrawn(Arc<Message>, Box<Redaction>),
    /// The line waits no more; with what became of its words, if they were to be said.
    Settled(Box<HeldLine>, Option<Spoken>),
    /// What is on record that whoever asked may know.
    Record(Box<StaffRecord>),
    /// Nothing at all: the database did not take it.
    Nothing,
}

/// What is on record about somebody.
#[derive(Debug, Clone)]
pub struct StaffRecord {
    /// Whom it is about.
    pub about: Subject,
    /// What is on record.
    pub dossier: Dossier,
    /// Their points on the ladder; none without a ladder.
    pub points: Option<f64>,
}

/// What became of what staff wanted, or why nothing did, in a sentence for them.
pub type StaffAnswer = Result<StaffDone, String>;

/// What staff ask, and are answered at once.
#[derive(Debug)]
pub enum StaffQuestion {
    /// What restricts anybody now, as far as they may know it.
    Restrictions(ReplyTo<Vec<RestrictionRow>>),
    /// The lines that wait for staff.
    Held(ReplyTo<Vec<HeldLine>>),
    /// How much is closed to those without a rank.
    Defcon(ReplyTo<DefconRow>),
    /// What the content filter is made of.
    FilterRules(ReplyTo<FilterSummary>),
    /// What the content filter makes of a text on a channel, or on the first of them.
    TestFilter(String, Option<ChannelName>, ReplyTo<Option<FilterTest>>),
    /// What the content filter finds in so many of the newest messages; or what this rule alone would find.
    TryFilter(usize, Option<TrialRule>, ReplyTo<Result<FilterTrial, String>>),
    /// A line for everybody.
    Address(String, ReplyTo<Spoken>),
    /// They look at what is stored, which goes on record.
    Look(Looked, ReplyTo<()>),
}

impl StaffQuestion {
    /// Whether something may come of it besides the answer and a line on record.
    pub(super) fn acts(&self) -> bool {
        matches!(self, Self::Address(..))
    }

    /// Whether nobody waits for the answer any more.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        match self {
            Self::Restrictions(reply) => reply.is_closed(),
            Self::Held(reply) => reply.is_closed(),
            Self::Defcon(reply) => reply.is_closed(),
            Self::FilterRules(reply) => reply.is_closed(),
            Self::TestFilter(_, _, reply) => reply.is_closed(),
            Self::TryFilter(_, _, reply) => reply.is_closed(),
            Self::Address(_, reply) => reply.is_closed(),
            Self::Look(_, reply) => reply.is_closed(),
        }
    }
}

/// What somebody looks at.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// What: the word for it in the moderation log.
    pub what: &'static str,
    /// Whom or what it is about; may be empty.
    pub target: String,
    /// Particulars; may be empty.
    pub detail: String,
}

/// How much is closed.
#[derive(Debug, Clone)]
pub struct DefconRow {
    /// What closes it; none while nothing is closed.
    pub stands: Option<RestrictionRow>,
    /// Every level that closes something, and what it closes, in sentences.
    pub levels: Vec<(u64, &'static str)>,
}

/// What the content filter makes of a text.
#[derive(Debug, Clone)]
pub struct FilterTest {
    /// The version of the lists.
    pub version: SmolStr,
    /// The name of each step and the text after it.
    pub steps: Vec<(&'static str, String)>,
    /// What was found, and what becomes of a line with it.
    pub hits: Vec<(FilterHit, FilterAction)>,
    /// How it reads to everyone, where that is not as it was typed.
    pub for_all: Option<String>,
    /// How it reads with stars.
    pub masks: Masks,
}

/// What was found in messages that were said.
#[derive(Debug, Clone)]
pub struct FilterTrial {
    /// How many messages were looked at.
    pub read: usize,
    /// Those in which something was found, the oldest first.
    pub found: Vec<TrialHit>,
}

/// A message in which something was found.
#[derive(Debug, Clone)]
pub struct TrialHit {
    /// The message.
    pub message: Arc<Message>,
    /// Whether whoever asked may read its words.
    pub may_read: bool,
    /// What would become of it.
    pub action: FilterAction,
    /// The rules that found something.
    pub rules: Vec<SmolStr>,
}
