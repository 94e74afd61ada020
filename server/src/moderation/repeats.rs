//! Rule `repeat`: nobody says the same, or nearly the same, over and over.
//!
//! Short lines are what people say all day (`yes`), gestures are the same words for everyone, and a party or a partner in
//! whispers is not a public: there, the same may be said more often.

use std::collections::VecDeque;
use std::time::Duration;

use super::fingerprint::Fingerprint;
use super::memory::Memory;
use crate::config::Floods;
use crate::vocab::{Blocked, Draft, Person, Reach, SOCIAL};

/// The latest lines that are remembered of each person: all that the greatest limit can ask for.
const LINES_MAX: usize = 16;

/// What each person said lately.
#[derive(Debug)]
pub(super) struct Repeats {
    said: Memory<Person, VecDeque<(Duration, Fingerprint)>>,
}

impl Repeats {
    pub(super) fn new(people_max: usize) -> Self {
        Self { said: Memory::new(people_max) }
    }

    /// Refuses a line that was said too often.
    pub(super) fn judge(
        &self,
        draft: &Draft,
        print: &Fingerprint,
        who: Person,
        limits: &Floods,
        now: Duration,
    ) -> Result<(), Blocked> {
        let Some(said) = self.said.get(&who).filter(|_| limits.repeats_max > 0) else {
            return Ok(());
        };
        let is_short = is_short(draft, print, limits);
        let window = Duration::from_secs(limits.repeat_seconds);
        let is_again = |(at, other): &&(Duration, Fingerprint)| {
            *at + window > now
                && if is_short {
                    print.is_same(other)
                } else {
                    print.is_alike(other, limits.repeat_alike_percent)
                }
        };
        let again = said.iter().filter(is_again).count();
        if again < times_max(draft, is_short, limits) {
            return Ok(());
        }
        Err(Blocked::new("repeat", "You have said that already, more than once."))
    }

    /// Counts a line that is said.
    pub(super) fn count(&mut self, print: &Fingerprint, who: Person, now: Duration) {
        let said = self.said.touch(who);
        if said.len() == LINES_MAX {
            said.pop_front();
        }
        said.push_back((now, *print));
    }

    pub(super) fn forget(&mut self, limits: &Floods, now: Duration) {
        let window = Duration::from_secs(limits.repeat_seconds);
        self.said.retain(|said| {
            said.retain(|(at, _)| *at + window > now);
            !said.is_empty()
        });
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.said.len()
    }
}

fn is_short(draft: &Draft, print: &Fingerprint, limits: &Floods) -> bool {
    print.letter_count() < limits.repeat_letters_min || draft.flags.iter().any(|it| it == SOCIAL)
}

fn times_max(draft: &Draft, is_short: bool, limits: &Floods) -> usize {
    let short = if is_short { 2 } else { 1 };
    let few = if draft.reach == Reach::Few { 2 } else { 1 };
    limits.repeats_max as usize * short * few
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::floods::tests::line;
    use crate::vocab::AccountId;

    const ADA: Person = Person::Account(AccountId(1));
    const SPAM: &str = "Come and buy the cheapest swords in the city!";

    /// Says lines a second apart; how many are refused.
    fn refused(drafts: impl IntoIterator<Item = Draft>) -> usize {
        let (mut repeats, limits) = (Repeats::new(100), Floods::default());
        let mut refused = 0;
        for (second, draft) in drafts.into_iter().enumerate() {
            let (now, print) =
                (Duration::from_secs(second as u64), Fingerprint::of(&draft.content));
            match repeats.judge(&draft, &print, ADA, &limits, now) {
                Ok(()) => repeats.count(&print, ADA, now),
                Err(_) => refused += 1,
            }
        }
        refused
    }

    #[test]
    fn the_third_time_is_one_too_many() {
        assert_eq!(refused([SPAM, SPAM].map(line)), 0);
        assert_eq!(refused([SPAM, SPAM, SPAM].map(line)), 1);
        let nearly = [SPAM, "COME AND BUY the cheapest swords in the city 777", &SPAM[5..]];
        assert_eq!(refused(nearly.map(line)), 1);
    }

    #[test]
    fn what_was_said_long_ago_may_be_said_again() {
        let filler = (0..58).map(|at| line(&format!("{:x}", 0x0abc_def1_u64 * (at + 7))));
        let again = [SPAM, SPAM].map(line).into_iter();
        assert_eq!(refused(again.clone().chain(filler).chain(again)), 0);
    }

    #[test]
    fn ordinary_talk_is_left_alone() {
        let talk = [
            "hi",
            "lol",
            "yes",
            "yes",
            "lol",
            "no",
            "yes",
            "ok",
            "hi all",
            "yes",
            "lol",
            "1",
            "2",
            "3",
            "4",
            "5",
            "6",
            ":)",
            ":(",
            ":)",
            "bid 100",
            "bid 110",
            "bid 120",
            "bid 130",
            "bid 140",
            "Where is the old mill?",
            "Where is the harbour?",
            "Who is at the harbour?",
        ];
        assert_eq!(refused(talk.map(line)), 0);
        let smile = || Draft { flags: vec![SOCIAL.into()], ..line("smiles happily at Bob.") };
        assert_eq!(refused([smile(), smile(), smile(), smile()]), 0);
        let whisper = || Draft { reach: Reach::Few, ..line("Hello, how are you today?") };
        assert_eq!(refused([whisper(), whisper(), whisper(), whisper()]), 0);
    }

    #[test]
    fn even_short_lines_come_to_an_end() {
        assert_eq!(refused(["lol"; 10].map(line)), 6);
    }
}
