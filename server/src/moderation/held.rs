//! Lines that wait for staff, as the loop knows them; and who may say yes or no to one.
//!
//! What waits here is committed in the store. Like restrictions, a line waits by the clock that nobody can set.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::orders::MODERATES;
use crate::vocab::{HeldLine, Person, Rank, Settling};

/// The lines that wait, by number and so by age.
#[derive(Debug, Default)]
pub struct Held {
    lines: BTreeMap<u64, (HeldLine, Duration)>,
}

impl Held {
    /// Takes in a line that waits since a moment, by both clocks.
    pub fn add(&mut self, line: HeldLine, at: DateTime<Utc>, now: Duration) {
        let left = (line.until - at).to_std().unwrap_or_default();
        self.lines.insert(line.number, (line, now.saturating_add(left)));
    }

    /// The line of this number.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&HeldLine> {
        self.lines.get(&number).map(|(line, _)| line)
    }

    /// All lines that wait, oldest first.
    pub fn all(&self) -> impl ExactSizeIterator<Item = &HeldLine> {
        self.lines.values().map(|(line, _)| line)
    }

    /// A line that waits no longer.
    pub fn remove(&mut self, number: u64) -> Option<HeldLine> {
        self.lines.remove(&number).map(|(line, _)| line)
    }

    /// Takes out the lines that nobody came to in time.
    pub fn take_expired(&mut self, now: Duration) -> Vec<HeldLine> {
        let expired = self.lines.extract_if(.., |_, (_, ends)| *ends <= now);
        expired.map(|(_, (line, _))| line).collect()
    }
}

/// Whether somebody may settle a line. Both ranks are as they are stored.
///
/// # Errors
/// Why not, in a sentence.
pub fn may_settle(settling: &Settling, rank: Rank, speaker_rank: Rank) -> Result<(), String> {
    let by = settling.issuer.account.map(Person::Account);
    if rank < MODERATES {
        return Err(format!("Only a {MODERATES} or above may do that."));
    }
    if by == Some(settling.line.who()) {
        return Err("You cannot do that to yourself.".to_owned());
    }
    if speaker_rank >= rank {
        return Err(format!("{} is not below you in rank.", settling.line.name));
    }
    Ok(())
}
