//! The ladder as it was read: what somebody's offences cost, and what follows when they add up. Who has how many points is
//! the work of `moderation::ladder`.

use std::collections::BTreeMap;
use std::time::Duration;

use smol_str::{SmolStr, format_smolstr};

use super::{RestrictionKind, Severity, written_time};

/// The longest that anything is imposed which no member of staff has ordered.
pub const AUTOMATIC_MAX: Duration = Duration::from_hours(24);

/// What points may lack for a rung. They fade at every moment, and what reads as 6.0 points shall be 6.
const ROUNDING: f64 = 0.05;

/// The ladder.
#[derive(Debug, Clone, PartialEq)]
pub struct Ladder {
    /// The version that acts name.
    pub version: u32,
    /// The time in which points fade to half.
    pub half_life: Duration,
    /// Points by offence; what is not listed costs nothing.
    pub points: BTreeMap<Offence, f64>,
    /// The rungs, lowest first.
    pub rungs: Vec<Rung>,
}

impl Ladder {
    /// The points that an offence costs.
    #[must_use]
    pub fn cost(&self, offence: Offence) -> f64 {
        self.points.get(&offence).copied().unwrap_or_default()
    }

    /// The highest rung that so many points reach.
    #[must_use]
    pub fn rung(&self, points: f64) -> Option<&Rung> {
        self.rungs.iter().rev().find(|rung| rung.is_reached(points))
    }

    /// The highest rung that so many points reach of those that need nobody.
    #[must_use]
    pub fn automatic_rung(&self, points: f64) -> Option<&Rung> {
        self.rungs.iter().rev().find(|rung| rung.is_automatic && rung.is_reached(points))
    }

    /// The next rung above so many points.
    #[must_use]
    pub fn next_rung(&self, points: f64) -> Option<&Rung> {
        self.rungs.iter().find(|rung| !rung.is_reached(points))
    }

    /// What its acts are signed with, the rule and its version: `ladder 3`.
    #[must_use]
    pub fn signature(&self) -> SmolStr {
        format_smolstr!("ladder {}", self.version)
    }
}

/// One rung.
#[derive(Debug, Clone, PartialEq)]
pub struct Rung {
    /// The points from which somebody stands on it.
    pub from: f64,
    /// What is done.
    pub step: Step,
    /// For how long; none for warnings alone.
    pub lasts: Option<Duration>,
    /// Whether it is done at once; otherwise staff are asked.
    pub is_automatic: bool,
}

impl Rung {
    /// Whether so many points are enough for it.
    #[must_use]
    pub fn is_reached(&self, points: f64) -> bool {
        points + ROUNDING >= self.from
    }

    /// What it asks for, in words: `timeout for 10m`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let step = self.step.as_str();
        match self.lasts {
            Some(lasts) => format!("{step} for {}", written_time(lasts)),
            None => step.to_owned(),
        }
    }

    /// What staff would type to do it, up to the reason: `timeout Bob 10m`.
    #[must_use]
    pub fn as_typed(&self, name: &str) -> String {
        let scope = if self.step == Step::Mute { " all" } else { "" };
        let time = self.lasts.map(|lasts| format!(" {}", written_time(lasts))).unwrap_or_default();
        format!("{} {name}{scope}{time}", self.step.as_str())
    }
}

/// What a rung asks for, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A warning.
    Warn,
    /// No speech at all, with a countdown.
    Timeout,
    /// No speech on any channel.
    Mute,
    /// Out of the game.
    Ban,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Warn, Self::Timeout, Self::Mute, Self::Ban];

    /// The word for it in the file: also the command's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Timeout => "timeout",
            Self::Mute => "mute",
            Self::Ban => "ban",
        }
    }

    /// The restriction that it is; none for warnings.
    #[must_use]
    pub fn kind(self) -> Option<RestrictionKind> {
        match self {
            Self::Warn => None,
            Self::Timeout => Some(RestrictionKind::Timeout),
            Self::Mute => Some(RestrictionKind::Mute),
            Self::Ban => Some(RestrictionKind::Ban),
        }
    }
}

/// Something that may cost points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offence {
    /// The content filter has refused a line for a word this bad.
    Filtered(Severity),
    /// A line was refused that its speaker said again and again.
    Repeat,
    /// A line was refused that many said at once.
    Raid,
    /// A line was refused for a link.
    Links,
    /// A line was refused that called upon too many.
    Mentions,
    /// Staff have given a warning.
    Warning,
    /// Staff have upheld a report.
    Report,
}

impl Offence {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Filtered(Severity::Mild),
        Self::Filtered(Severity::Moderate),
        Self::Filtered(Severity::Severe),
        Self::Repeat,
        Self::Raid,
        Self::Links,
        Self::Mentions,
        Self::Warning,
        Self::Report,
    ];

    /// The word for it in the file; where a rule refuses a line, the rule's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filtered(Severity::Mild) => "filter.mild",
            Self::Filtered(Severity::Moderate) => "filter.moderate",
            Self::Filtered(Severity::Severe) => "filter.severe",
            Self::Repeat => "repeat",
            Self::Raid => "raid",
            Self::Links => "links",
            Self::Mentions => "mentions",
            Self::Warning => "warning",
            Self::Report => "report",
        }
    }

    /// What somebody did, as they read it when something follows.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Filtered(_) => "words that are not said here",
            Self::Repeat => "saying the same again and again",
            Self::Raid => "saying what many say at once",
            Self::Links => "links",
            Self::Mentions => "calling upon too many at once",
            Self::Warning => "what staff warned of",
            Self::Report => "what others have reported",
        }
    }

    /// The offence that it is when a rule refuses a line for other reasons than its words.
    #[must_use]
    pub fn of_rule(rule: &str) -> Option<Self> {
        let of_rules = [Self::Repeat, Self::Raid, Self::Links, Self::Mentions];
        of_rules.into_iter().find(|offence| offence.as_str() == rule)
    }
}
