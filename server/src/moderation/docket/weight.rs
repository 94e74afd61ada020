//! How much a reporter's word counts, and which case is next.

use std::time::Duration;

use crate::vocab::CaseVerdict;

/// What the word of a guest counts, of whom nothing is known.
pub(super) const GUEST: f64 = 0.2;
/// What one whole word adds to a priority, for each degree of severity.
const POINTS: f64 = 10.0;
/// The most that age adds to a priority: a case never waits for ever, and never overtakes all others by age alone.
const AGE_POINTS_MAX: u64 = 200;

/// How often somebody's reports were decided, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Credit {
    /// Cases that were upheld.
    pub upheld: u32,
    /// Cases that were decided.
    pub decided: u32,
}

impl Credit {
    /// What their word counts: between 0 and 1, one half for those who have not reported before. Nobody gets to 0, so a
    /// false alarm makes the next one quieter and never silent.
    #[must_use]
    pub fn weight(self) -> f64 {
        f64::from(self.upheld.min(self.decided) + 1) / (f64::from(self.decided) + 2.0)
    }

    /// One more is decided.
    pub(super) fn count(&mut self, verdict: CaseVerdict) {
        self.decided = self.decided.saturating_add(1);
        if verdict == CaseVerdict::Uphold {
            self.upheld = self.upheld.saturating_add(1);
        }
    }
}

/// How much a case asks to be next: the more people whose word counts, the graver and the older, the more. A case that
/// nobody reported counts as one that somebody always right did.
#[must_use]
pub fn priority(weights: impl IntoIterator<Item = f64>, severity: u8, age: Duration) -> u32 {
    let sum: f64 = weights.into_iter().sum();
    let word = if sum > 0.0 { sum } else { 1.0 };
    let points = word * f64::from(severity) * POINTS;
    let hours = (age.as_secs() / 3_600).min(AGE_POINTS_MAX);
    // It is positive and far below the limit: the number of reporters is bounded.
    (points.round() as u64 + hours).min(u64::from(u32::MAX)) as u32
}
