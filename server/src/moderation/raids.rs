//! Rule `raid`: a crowd does not say the same line, or nearly the same, on wide channels, each one of it only once.
//!
//! What many say of themselves is short: congratulations, greetings. Only longer lines count, and people, not characters.

use std::collections::VecDeque;
use std::time::Duration;

use rustc_hash::FxHashSet;

use super::fingerprint::Fingerprint;
use crate::config::Floods;
use crate::vocab::{Blocked, Draft, Person, Reach};

/// The most lines that are remembered, the latest of all. A line is compared with each of them: about 10 ns.
const LINES_MAX: usize = 1_000;

/// Who said what lately.
#[derive(Debug, Default)]
pub(super) struct Raids {
    lines: VecDeque<Said>,
}

#[derive(Debug)]
struct Said {
    print: Fingerprint,
    who: Person,
    at: Duration,
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
        let window = Duration::from_secs(limits.raid_seconds);
        let lately = self.lines.iter().rev().take_while(|said| said.at + window > now);
        let alike = lately.filter(|said| {
            said.who != who && said.print.is_alike(print, limits.repeat_alike_percent)
        });
        let others: FxHashSet<Person> = alike.map(|said| said.who).collect();
        if others.len() < limits.raid_people_max as usize {
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
            if self.lines.len() == LINES_MAX {
                self.lines.pop_front();
            }
            self.lines.push_back(Said { print: *print, who, at: now });
        }
    }

    pub(super) fn forget(&mut self, limits: &Floods, now: Duration) {
        let window = Duration::from_secs(limits.raid_seconds);
        self.lines.retain(|said| said.at + window > now);
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
        refused_of(people.into_iter().map(|person| (person, content)), reach)
    }

    /// How many of these lines are refused, one in each second.
    fn refused_of<'a>(lines: impl IntoIterator<Item = (u64, &'a str)>, reach: Reach) -> usize {
        let (mut raids, limits) = (Raids::default(), Floods::default());
        let mut refused = 0;
        for (second, (person, content)) in lines.into_iter().enumerate() {
            let (draft, print) = (Draft { reach, ..line(content) }, Fingerprint::of(content));
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
    fn a_crowd_that_varies_its_line_is_a_crowd() {
        let lines = [
            "This server is dead, come over to the other one!",
            "hey this server is DEAD, come over to the other one",
            "this server is dead, come over to the other one 77",
            "this server is dead, come over to the other one now",
        ];
        assert_eq!(refused_of((1..).zip(lines), Reach::Wide), 1);
        let talk = [
            "has anybody seen the ferryman this evening?",
            "the ferryman was on the long pier this morning, I think",
            "no, I have been waiting for him at the pier all evening",
            "somebody ask at the harbour whether the ferry is late",
        ];
        assert_eq!(refused_of((1..).zip(talk), Reach::Wide), 0, "to talk of one thing is no raid");
    }

    #[test]
    fn of_more_lines_than_are_remembered_the_oldest_are_forgotten() {
        let limits = Floods::default();
        let mut raids = Raids::default();
        let print = Fingerprint::of("This server is dead, come over to the other one!");
        for person in 0..2 * LINES_MAX as u64 {
            let who = Person::Account(AccountId(person));
            raids.count(Reach::Wide, &print, who, &limits, Duration::ZERO);
        }
        assert_eq!(raids.lines.len(), LINES_MAX);
        raids.forget(&limits, Duration::from_secs(limits.raid_seconds));
        assert_eq!(raids.lines.len(), 0);
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
