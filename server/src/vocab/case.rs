//! What waits for a decision of staff, as it is on record: reports, appeals, and what needs a second opinion.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{
    ActId, ChannelName, Dossier, Issuer, MessageId, OrderedAct, Person, PlayerId, Rank, Subject,
};

/// The digits of a hash that people are shown; the database has all 64.
const HASH_DIGITS_SHOWN: usize = 12;

/// Something that staff have to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What staff call it by: 1, 2, 3...
    pub number: u64,
    /// What is to be decided.
    pub kind: CaseKind,
    /// Whom it is about: who was reported, or who is restricted.
    pub subject: Subject,
    /// Since when.
    pub opened: DateTime<Utc>,
    /// How grave it looked when it came in, from 1.
    pub severity: u8,
    /// The restriction that it is about; none for reports.
    pub contested: Option<Contested>,
    /// What was brought forward, oldest first: at least one for reports and appeals.
    pub reports: Vec<Arc<Report>>,
    /// Who is looking into it, since when.
    pub claimed: Option<(Issuer, DateTime<Utc>)>,
    /// What became of it.
    pub decided: Option<Decided>,
}

/// What is to be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseKind {
    /// Whether somebody did what others say.
    Report,
    /// Whether somebody is set free.
    Appeal,
    /// Whether somebody is restricted for as long as one member of staff wants and may not order alone.
    Second,
}

impl CaseKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Report, Self::Appeal, Self::Second];

    /// The kind as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Appeal => "appeal",
            Self::Second => "second",
        }
    }
}

/// The restriction that a case is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contested {
    /// Its name.
    pub restriction: ActId,
    /// What it was, in words for staff: `ban: threats`.
    pub what: String,
    /// Who imposed it.
    pub issuer: Issuer,
    /// Until when it is wanted, where that is to be decided; none is until it is lifted.
    pub until: Option<DateTime<Utc>>,
}

/// What one person brought forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its name.
    pub id: ActId,
    /// Who did.
    pub reporter: Person,
    /// What they were called then.
    pub name: SmolStr,
    /// Why: 1 to [`REASON_CHARS_MAX`](super::REASON_CHARS_MAX) characters, cleaned.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The message it is about; none for appeals.
    pub message: Option<MessageId>,
    /// What was said, as the reporter read it.
    pub evidence: Evidence,
}

/// What was said, as somebody read it, sealed when it was brought forward.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The lines, oldest first.
    pub lines: Vec<EvidenceLine>,
    /// The hash of the hashes of all lines: SHA-256 in lower-case hex.
    pub hash: String,
}

/// One line of talk, as somebody read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// The message.
    pub id: MessageId,
    /// The channel.
    pub channel: ChannelName,
    /// The run of the server.
    pub epoch: SmolStr,
    /// The message's number on its channel.
    pub seq: u64,
    /// When it was said.
    pub at: DateTime<Utc>,
    /// Who said it.
    pub sender: PlayerId,
    /// The line as it read.
    pub text: String,
    /// The hash of all this: SHA-256 in lower-case hex.
    pub hash: String,
}

impl Evidence {
    /// The beginning of the hash, for people.
    #[must_use]
    pub fn short_hash(&self) -> &str {
        self.hash.get(..HASH_DIGITS_SHOWN).unwrap_or(&self.hash)
    }
}

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Who decided.
    pub by: Issuer,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub verdict: CaseVerdict,
    /// Why: 1 to [`REASON_CHARS_MAX`](super::REASON_CHARS_MAX) characters, cleaned.
    pub reason: String,
}

/// What staff decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseVerdict {
    /// The reporters were right, or the full time is imposed.
    Uphold,
    /// Who appeals is set free.
    Grant,
    /// Nothing comes of it.
    Dismiss,
}

impl CaseVerdict {
    /// Every verdict.
    pub const ALL: [Self; 3] = [Self::Uphold, Self::Grant, Self::Dismiss];

    /// The command's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uphold => "uphold",
            Self::Grant => "grant",
            Self::Dismiss => "dismiss",
        }
    }

    /// What a case is by it.
    #[must_use]
    pub fn participle(self) -> &'static str {
        match self {
            Self::Uphold => "upheld",
            Self::Grant => "granted",
            Self::Dismiss => "dismissed",
        }
    }
}

/// Something that somebody wants of the queue, with all that is known when they do.
#[derive(Debug, Clone)]
pub struct CaseOrder {
    /// What comes of it will have this name.
    pub id: ActId,
    /// Who wants it.
    pub by: PlayerId,
    /// The same, whatever they play.
    pub who: Person,
    /// The same, for the record.
    pub issuer: Issuer,
    /// When, by the wall clock.
    pub at: DateTime<Utc>,
    /// When, since the start of the process.
    pub now: Duration,
    /// What.
    pub act: CaseAct,
}

/// What somebody wants of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseAct {
    /// Staff shall look at what was said.
    Report(Box<Filed>),
    /// Staff shall look again at what was done to whoever asks.
    Appeal(String),
    /// To see what waits.
    List,
    /// To see what waits and what was decided of late.
    ListAll,
    /// To see one case.
    Show(u64),
    /// To look into it.
    Claim(u64),
    /// To leave it to others.
    Unclaim(u64),
    /// To decide it.
    Decide {
        /// The case.
        number: u64,
        /// How.
        verdict: CaseVerdict,
        /// What is done to the one whom it is about; only with [`CaseVerdict::Uphold`] of a report.
        act: Option<OrderedAct>,
        /// Why.
        reason: String,
    },
}

impl CaseAct {
    /// The command's name.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Report(_) => "report",
            Self::Appeal(_) => "appeal",
            Self::List | Self::ListAll | Self::Show(_) => "modqueue",
            Self::Claim(_) => "claim",
            Self::Unclaim(_) => "unclaim",
            Self::Decide { verdict, .. } => verdict.as_str(),
        }
    }
}

/// A report with what the world knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// Who said it.
    pub subject: Subject,
    /// How grave it looks, from 1.
    pub severity: u8,
    /// Why it is reported.
    pub reason: String,
    /// What was said.
    pub message: MessageId,
    /// The same and what was said around it, as the reporter read it.
    pub evidence: Evidence,
}

/// A case in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The case.
    pub case: Arc<Case>,
    /// How much it asks to be next.
    pub priority: u32,
}

/// What became of a [`CaseOrder`], once it is committed.
#[derive(Debug, Clone)]
pub enum CaseDone {
    /// Something is brought forward.
    Filed {
        /// The case.
        case: Arc<Case>,
        /// Whether it is one that staff have not heard of.
        is_new: bool,
        /// The stored rank of whom it is about.
        rank: Rank,
    },
    /// What waits, the most urgent first.
    Listed(Vec<Listed>),
    /// One case, and what is on record about the one whom it is about.
    Shown(Listed, Box<Dossier>),
    /// Somebody looks into it, or no longer.
    Claimed(Arc<Case>),
    /// It is decided.
    Decided {
        /// The case.
        case: Arc<Case>,
        /// The stored rank of whom it is about.
        rank: Rank,
    },
}

/// A word that somebody reads, now or when they come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number in the database; 0 before it is there.
    pub number: i64,
    /// Who shall read it.
    pub person: Person,
    /// What it says.
    pub text: String,
    /// Since when it waits.
    pub at: DateTime<Utc>,
}
