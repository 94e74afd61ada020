//! Rule `rate`: at most so many lines a minute on a channel, counted over the last sixty seconds exactly.
//!
//! Judges and counts apart: only what no other rule refuses counts.

use std::collections::VecDeque;
use std::time::Duration;

use super::memory::Memory;
use crate::vocab::{Blocked, ChannelName, Draft, Person, PlayerId};

const WINDOW: Duration = Duration::from_mins(1);
/// Channels, and people whispered to, that are remembered of each person if all are remembered.
const WINDOWS_PER_PERSON: usize = 4;

/// When each person spoke on each channel (and to each one) within the window.
#[derive(Debug)]
pub(super) struct Rate {
    spoken: Memory<(Person, ChannelName, Option<PlayerId>), VecDeque<Duration>>,
}

/// How somebody stands with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Used {
    /// Lines within the last minute.
    pub(super) said: u32,
    /// How long until one more is accepted; zero is now.
    pub(super) wait: Duration,
}

impl Rate {
    pub(super) fn new(people_max: usize) -> Self {
        Self { spoken: Memory::new(people_max.saturating_mul(WINDOWS_PER_PERSON)) }
    }

    /// Refuses a line that is one too many.
    pub(super) fn judge(&self, draft: &Draft, who: Person, now: Duration) -> Result<(), Blocked> {
        self.room_for(draft, who, None, draft.per_minute, now)?;
        match draft.target {
            Some((target, limit)) => self.room_for(draft, who, Some(target), limit, now),
            None => Ok(()),
        }
    }

    fn room_for(
        &self,
        draft: &Draft,
        who: Person,
        target: Option<PlayerId>,
        limit: u32,
        now: Duration,
    ) -> Result<(), Blocked> {
        let wait = self.used(who, &draft.channel, target, limit, now).wait;
        if wait.is_zero() {
            return Ok(());
        }
        let seconds = whole_seconds(wait);
        let whom = if target.is_some() { " to someone who has not answered" } else { "" };
        let channel = &draft.channel;
        let lines = if limit == 1 { "line" } else { "lines" };
        Err(Blocked::new(
            "rate",
            format!("Not so fast: {limit} {lines} a minute on {channel}{whom}. Wait {seconds} s."),
        ))
    }

    /// How somebody stands with a limit; one of 0 is none.
    pub(super) fn used(
        &self,
        who: Person,
        channel: &ChannelName,
        target: Option<PlayerId>,
        limit: u32,
        now: Duration,
    ) -> Used {
        let times = self.spoken.get(&(who, channel.clone(), target)).filter(|_| limit > 0);
        let Some(times) = times else { return Used { said: 0, wait: Duration::ZERO } };
        let said = times.len() - times.partition_point(|at| *at + WINDOW <= now);
        let limit = limit as usize;
        let frees = times.len().checked_sub(limit).map(|at| times[at] + WINDOW);
        let wait = frees.map_or(Duration::ZERO, |frees| frees.saturating_sub(now));
        Used { said: u32::try_from(said).unwrap_or(u32::MAX), wait }
    }

    /// In how long lines that somebody has said on a channel count no longer, the soonest first.
    pub(super) fn given_back(
        &self,
        who: Person,
        channel: &ChannelName,
        now: Duration,
    ) -> impl Iterator<Item = Duration> {
        let times = self.spoken.get(&(who, channel.clone(), None)).into_iter().flatten();
        times.map(move |at| (*at + WINDOW).saturating_sub(now)).filter(|left| !left.is_zero())
    }

    /// Counts a line that is said.
    pub(super) fn count(&mut self, draft: &Draft, who: Person, now: Duration) {
        self.count_one(draft, who, None, draft.per_minute, now);
        if let Some((target, limit)) = draft.target {
            self.count_one(draft, who, Some(target), limit, now);
        }
    }

    fn count_one(
        &mut self,
        draft: &Draft,
        who: Person,
        target: Option<PlayerId>,
        limit: u32,
        now: Duration,
    ) {
        if limit > 0 {
            let times = self.spoken.touch((who, draft.channel.clone(), target));
            drop_old(times, now);
            times.push_back(now);
        }
    }

    pub(super) fn forget(&mut self, now: Duration) {
        self.spoken.retain(|times| {
            drop_old(times, now);
            !times.is_empty()
        });
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.spoken.len()
    }
}

fn drop_old(times: &mut VecDeque<Duration>, now: Duration) {
    while times.front().is_some_and(|at| *at + WINDOW <= now) {
        times.pop_front();
    }
}

/// A wait in seconds, never less than it is.
pub(super) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::moderation::floods::tests::line;
    use crate::vocab::AccountId;

    const ADA: Person = Person::Account(AccountId(1));

    fn draft(per_minute: u32, target: Option<(PlayerId, u32)>) -> Draft {
        Draft { per_minute, target, ..line("hi") }
    }

    /// Judges and counts, as for a line that no other rule refuses.
    fn says(rate: &mut Rate, draft: &Draft, now: Duration) -> bool {
        let may = rate.judge(draft, ADA, now).is_ok();
        if may {
            rate.count(draft, ADA, now);
        }
        may
    }

    #[test]
    fn the_limit_is_exact_and_frees_itself() {
        let mut rate = Rate::new(100);
        let at = Duration::from_secs;
        for second in 0..3 {
            assert!(says(&mut rate, &draft(3, None), at(second)));
        }
        assert!(!says(&mut rate, &draft(3, None), at(59)));
        let why = rate.judge(&draft(3, None), ADA, at(59)).unwrap_err().refusal.prose();
        assert_eq!(why.to_text(), "Not so fast: 3 lines a minute on say. Wait 1 s.");
        assert!(says(&mut rate, &draft(3, None), at(60)));
        rate.forget(at(500));
        assert_eq!(rate.spoken.len(), 0);
    }

    #[test]
    fn one_who_has_not_answered_is_spared() {
        let mut rate = Rate::new(100);
        let to = |id, limit| draft(30, Some((PlayerId(id), limit)));
        assert!(says(&mut rate, &to(2, 1), Duration::ZERO));
        assert!(!says(&mut rate, &to(2, 1), Duration::ZERO));
        assert!(says(&mut rate, &to(2, 0), Duration::ZERO));
        assert!(says(&mut rate, &to(3, 1), Duration::ZERO));
    }

    proptest! {
        /// A line is accepted exactly when fewer than the limit were in the sixty seconds before it; what is told of the
        /// lines used and of the wait is exact.
        #[test]
        fn it_is_a_window(
            gaps in prop::collection::vec((0u64..30_000, any::<bool>()), 1..80),
            limit in 1u32..8,
        ) {
            let mut rate = Rate::new(100);
            let (mut now, mut accepted) = (Duration::ZERO, Vec::<Duration>::new());
            let draft = draft(limit, None);
            for (gap, is_refused_by_another_rule) in gaps {
                now += Duration::from_millis(gap);
                let said = accepted.iter().filter(|at| **at + WINDOW > now).count();
                let may = rate.judge(&draft, ADA, now).is_ok();
                prop_assert_eq!(may, said < limit as usize);
                let used = rate.used(ADA, &draft.channel, None, limit, now);
                prop_assert_eq!(used.said as usize, said);
                prop_assert_eq!(used.wait.is_zero(), may);
                if !may {
                    let free = now + used.wait;
                    prop_assert!(rate.judge(&draft, ADA, free).is_ok());
                    let early = free - Duration::from_nanos(1);
                    prop_assert!(rate.judge(&draft, ADA, early).is_err());
                } else if !is_refused_by_another_rule {
                    rate.count(&draft, ADA, now);
                    accepted.push(now);
                }
            }
        }
    }
}
