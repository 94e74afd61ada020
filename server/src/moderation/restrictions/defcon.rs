//! What each level of `defcon` closes. Level 5 is peace and is no restriction at all.

use std::time::Duration;

use super::{Restrictions, stopped};
use crate::vocab::{Applicant, Rank, Restriction, RestrictionKind};

/// The time between two lines from level 2 on.
const GAP: Duration = Duration::from_secs(10);

/// A level, 4 to 1; each closes what those above it close, and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Defcon(u64);

impl Defcon {
    /// Every level that closes something, the mildest first.
    pub const LEVELS: [u64; 4] = [4, 3, 2, 1];

    /// The level of this number.
    #[must_use]
    pub fn level(number: u64) -> Self {
        Self(number)
    }

    /// The level that a restriction of this kind says.
    #[must_use]
    pub fn of(restriction: &Restriction) -> Self {
        Self(restriction.measure)
    }

    /// What it closes, in sentences for everyone.
    #[must_use]
    pub fn closes(self) -> &'static str {
        match self.0 {
            4.. => "Guests do not come in and are not heard.",
            3 => "Guests do not come in and are not heard, and nobody makes a new account.",
            2 => {
                "Guests do not come in and are not heard, nobody makes a new account, and ten \
                 seconds pass between two lines on a channel."
            }
            _ => {
                "Guests do not come in and are not heard, nobody makes a new account, ten seconds \
                 pass between two lines on a channel, and each line waits for approval."
            }
        }
    }

    /// Whether only those with an account come in and are heard: from level 4 on.
    #[must_use]
    pub fn is_for_the_registered(self) -> bool {
        self.0 <= 4
    }

    /// Whether nobody makes a new account: from level 3 on.
    #[must_use]
    pub fn is_for_known_accounts(self) -> bool {
        self.0 <= 3
    }

    /// The time between two lines of one player on a channel: from level 2 on.
    #[must_use]
    pub fn gap(self) -> Option<Duration> {
        (self.0 <= 2).then_some(GAP)
    }

    /// Whether staff must approve of each line: at level 1.
    #[must_use]
    pub fn holds(self) -> bool {
        self.0 <= 1
    }
}

impl Restrictions {
    /// The level that counts now, and why; none in peace.
    #[must_use]
    pub fn defcon(&self, now: Duration) -> Option<(Defcon, &Restriction)> {
        let counting = self.everyone.iter().filter(|standing| standing.counts(now));
        let restrictions = counting.map(|standing| &*standing.restriction);
        let levels = restrictions.filter(|it| it.kind == RestrictionKind::Defcon);
        levels.map(|it| (Defcon::of(it), it)).min_by_key(|(level, _)| *level)
    }

    /// Why the server is closed just now to somebody whom no ban concerns; none when it is not.
    pub(super) fn closed_to(&self, applicant: &Applicant, now: Duration) -> Option<String> {
        let (level, restriction) = self.defcon(now)?;
        let is_guest = applicant.rank == Rank::Guest;
        let what = if is_guest && level.is_for_the_registered() {
            "Guests are not let in just now"
        } else if !is_guest && applicant.account.is_none() && level.is_for_known_accounts() {
            "Nobody can make a new account just now"
        } else {
            return None;
        };
        Some(format!("{what}. The reason: {}", stopped(&restriction.reason)))
    }
}
