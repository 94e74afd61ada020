//! Rule `raid`: a crowd does not say the same line on wide channels, each one of it only once.
//!
//! What many say of themselves is short: congratulations, greetings. Only longer lines count, and people, not characters.

use std::time::Duration;

use super::fingerprint::Fingerprint;
use super::memory::Memory;
use crate::config::Floods;
use crate::vocab::{Blocked, Draft, Person, Reach};

/// The most lines that are remembered; of more, those not said for longest are forgotten.
const LINES_MAX: usize = 10_000;

/// Who said which line lately.
#[derive(Debug)]
pub(super) struct Raids {
    lines: Memory<u64, Vec<(Person, Duration)>>,
}

impl Default for Raids {
    fn default() -> Self {
        Self { lines: Memory::new(LINES_MAX) }
    }
}

impl Raids {
    /// Refuses what too many others have said.
    pub(super) fn judge(
        &self,
        draft: &Draft,
        print: &Fingerprint,
        who: Person,
        limits: &Floods,
        now: Duration,
    ) -> Result<(), Blocked> {
        if !counts(draft.reach, print, limits) {
            return Ok(());
        }
        let Some(said) = self.lines.get(&print.letters()) else { return Ok(()) };
        let window = Duration::from_secs(limits.raid_seconds);
        let others = said.iter().filter(|(other, at)| *other != who && *at + window > now);
        if others.count() < limits.raid_people_max as usize {
            return Ok(());
        }
        Err(Blocked::new("raid", "Several people have just said that."))
    }

    /// Counts a line that is said.
    pub(super) fn count(
        &mut self,
        reach: Reach,
        print: &Fingerprint,
        who: Person,
        limits: &Floods,
        now: Duration,
    ) {
        if counts(reach, print, limits) {
            let window = Duration::from_secs(limits.raid_seconds);
            let said = self.lines.touch(print.letters());
            said.retain(|(other, at)| *other != who && *at + window > now);
            said.push((who, now));
        }
    }

    pub(super) fn forget(&mut self, limits: &Floods, now: Duration) {
        let window = Duration::from_secs(limits.raid_seconds);
        self.lines.retain(|said| said.iter().any(|(_, at)| *at + window > now));
    }
}

fn counts(reach: Reach, print: &Fingerprint, limits: &Floods) -> bool {
    let is_long = print.letter_count() >= limits.raid_letters_min;
    reach == Reach::Wide && is_long && limits.raid_people_max > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::floods::tests::line;
    use crate::vocab::AccountId;

    fn refused(content: &str, reach: Reach, people: impl IntoIterator<Item = u64>) -> usize {
        let (mut raids, limits) = (Raids::default(), Floods::default());
        let (draft, print) = (Draft { reach, ..line(content) }, Fingerprint::of(content));
        let mut refused = 0;
        for (second, person) in people.into_iter().enumerate() {
            let (who, now) =
                (Person::Account(AccountId(person)), Duration::from_secs(second as u64));
            match raids.judge(&draft, &print, who, &limits, now) {
                Ok(()) => raids.count(draft.reach, &print, who, &limits, now),
                Err(_) => refused += 1,
            }
        }
        refused
    }

    #[test]
    fn the_fourth_of_a_crowd_is_not_heard() {
        let raid = "This server is dead, come over to the other one!";
        assert_eq!(refused(raid, Reach::Wide, 1..=4), 1);
        assert_eq!(refused(raid, Reach::Wide, [1; 10]), 0, "one person is no crowd");
        assert_eq!(refused(raid, Reach::Near, 1..=10), 0, "a room may speak in chorus");
    }

    #[test]
    fn greetings_are_no_raid() {
        assert_eq!(refused("Happy new year everyone!", Reach::Wide, 1..=30), 0);
        assert_eq!(refused("Welcome back, Ada!", Reach::Wide, 1..=30), 0);
    }

    #[test]
    fn it_is_over_when_the_crowd_is_silent() {
        let raid = "This server is dead, come over to the other one!";
        let slowly = (0..100).map(|second| if second % 16 == 0 { second } else { 0 });
        assert_eq!(refused(raid, Reach::Wide, slowly), 0);
    }
}
