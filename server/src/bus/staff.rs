//! What staff want of the world by a program, in the world or not, and what became of it.

use std::sync::Arc;

use smol_str::SmolStr;

use super::Spoken;
use crate::vocab::{
    AccountId, ActId, CaseAct, CaseDone, Done, Dossier, HeldLine, Message, MessageId, MessageRef,
    Order, PlayerId, Rank, Redaction, Subject, Verdict,
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
    Withdrawn(Arc<Message>, Redaction),
    /// The line waits no more; with what became of its words, if they were to be said.
    Settled(Box<HeldLine>, Option<Spoken>),
    /// What is on record that whoever asked may know.
    Record(Box<StaffRecord>),
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
