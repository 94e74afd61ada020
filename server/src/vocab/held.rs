//! Lines that wait until staff have approved of them.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{
    AccountId, ActId, ChannelName, Issuer, Lifted, PartyId, Person, PlayerId, Rank, RoomId, Target,
    Transport,
};

/// A line that waits, with all that is needed to say it later from where it was meant to be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldLine {
    /// Its number, which staff type; the store gives it, and none twice.
    #[serde(skip)]
    pub number: u64,
    /// When it would have been said.
    pub at: DateTime<Utc>,
    /// Until when it waits.
    pub until: DateTime<Utc>,
    /// Who wants to say it.
    pub speaker: PlayerId,
    /// Their name.
    pub name: SmolStr,
    /// Their rank.
    pub rank: Rank,
    /// Their account.
    pub account: Option<AccountId>,
    /// When that was made.
    pub account_made: Option<DateTime<Utc>>,
    /// What the line came in by.
    pub via: Transport,
    /// The channel.
    pub channel: ChannelName,
    /// Where they stood.
    pub room: RoomId,
    /// Their party.
    pub party: Option<PartyId>,
    /// The one it is for.
    pub target: Option<Target>,
    /// The words, cleaned.
    pub content: String,
    /// How a gesture reads to its actor and to its target.
    pub social: Option<(Option<String>, Option<String>)>,
    /// What holds it back; none for lines that came to wait before that was kept.
    #[serde(default)]
    pub held_by: Option<HeldBy>,
}

/// What holds a line back. For staff alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBy {
    /// The rule: `hold` or `filter`.
    pub rule: SmolStr,
    /// For `filter`, the words and patterns for which lines have to wait on that channel: `word:...`, `pattern:...`.
    pub found: Vec<SmolStr>,
}

impl fmt::Display for HeldBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.found {
            [] => write!(f, "by {}", self.rule),
            found => write!(f, "by {}: {}", self.rule, found.join(", ")),
        }
    }
}

impl HeldLine {
    /// The one behind the speaker.
    #[must_use]
    pub fn who(&self) -> Person {
        Person::of(self.account, self.speaker)
    }
}

/// How many lines may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldLimits {
    /// Of one person.
    pub per_person_max: usize,
    /// In all.
    pub lines_max: usize,
}

/// What staff say to a line that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be said.
    Approved,
    /// It is not said.
    Denied,
}

impl Verdict {
    /// The command's name, as the moderation log has it.
    #[must_use]
    pub fn act(self) -> &'static str {
        match self {
            Self::Approved => "approve",
            Self::Denied => "deny",
        }
    }

    /// What the line is by it, as the store has it.
    #[must_use]
    pub fn participle(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Denied => "denied",
        }
    }
}

/// A verdict on its way to the record.
#[derive(Debug, Clone)]
pub struct Settling {
    /// What comes of it will have this name.
    pub id: ActId,
    /// The line.
    pub line: HeldLine,
    /// What shall become of it.
    pub verdict: Verdict,
    /// Who says so.
    pub by: PlayerId,
    /// The same, for the record.
    pub issuer: Issuer,
    /// When.
    pub at: DateTime<Utc>,
    /// Why; may be empty.
    pub why: String,
}

/// A line that had to wait, as it is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRecord {
    /// The line.
    pub line: HeldLine,
    /// What staff said to it; none while it waits, and when nobody came to it in time.
    pub settled: Option<(Verdict, Lifted)>,
}
