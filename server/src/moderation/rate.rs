//! Rule `rate`: at most so many lines a minute, counted over the last sixty seconds exactly.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::vocab::{Blocked, ChannelName, Draft, PlayerId};

const WINDOW: Duration = Duration::from_secs(60);

/// When each speaker spoke on each channel (and to each one) within the window.
#[derive(Debug, Default)]
pub(super) struct Rate {
    spoken: HashMap<(PlayerId, ChannelName, Option<PlayerId>), VecDeque<Duration>>,
}

impl Rate {
    /// Counts a line, or refuses it and counts nothing.
    pub(super) fn judge(&mut self, draft: &Draft, now: Duration) -> Result<(), Blocked> {
        let (target, to_one) = draft.target.map_or((None, 0), |(id, limit)| (Some(id), limit));
        self.room_for(draft, None, draft.per_minute, now)?;
        if target.is_some() {
            self.room_for(draft, target, to_one, now)?;
        }
        self.count(draft, None, draft.per_minute, now);
        if target.is_some() {
            self.count(draft, target, to_one, now);
        }
        Ok(())
    }

    fn room_for(
        &mut self,
        draft: &Draft,
        target: Option<PlayerId>,
        limit: u32,
        now: Duration,
    ) -> Result<(), Blocked> {
        let key = (draft.speaker, draft.channel.clone(), target);
        let Some(times) = self.spoken.get_mut(&key).filter(|_| limit > 0) else { return Ok(()) };
        drop_old(times, now);
        if times.len() < limit as usize {
            return Ok(());
        }
        let wait = (WINDOW + times[times.len() - limit as usize]).saturating_sub(now);
        let seconds = wait.as_secs() + 1;
        let whom = if target.is_some() { " to someone who has not answered" } else { "" };
        let channel = &draft.channel;
        let lines = if limit == 1 { "line" } else { "lines" };
        Err(Blocked::new(
            "rate",
            format!("Not so fast: {limit} {lines} a minute on {channel}{whom}. Wait {seconds} s."),
        ))
    }

    fn count(&mut self, draft: &Draft, target: Option<PlayerId>, limit: u32, now: Duration) {
        if limit > 0 {
            let key = (draft.speaker, draft.channel.clone(), target);
            self.spoken.entry(key).or_default().push_back(now);
        }
    }

    pub(super) fn forget(&mut self, now: Duration) {
        self.spoken.retain(|_, times| {
            drop_old(times, now);
            !times.is_empty()
        });
    }
}

fn drop_old(times: &mut VecDeque<Duration>, now: Duration) {
    while times.front().is_some_and(|at| now >= *at + WINDOW) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vocab::{Masks, Rank};

    fn line(per_minute: u32, target: Option<(PlayerId, u32)>) -> Draft {
        Draft {
            speaker: PlayerId(1),
            account: None,
            rank: Rank::Player,
            account_age: None,
            channel: "say".parse().unwrap(),
            content: "hi".to_owned(),
            masks: Masks::default(),
            per_minute,
            target,
            hits: Vec::new(),
            flags: Vec::new(),
        }
    }

    #[test]
    fn the_limit_is_exact_and_frees_itself() {
        let mut rate = Rate::default();
        let at = Duration::from_secs;
        for second in 0..3 {
            rate.judge(&line(3, None), at(second)).unwrap();
        }
        assert!(rate.judge(&line(3, None), at(59)).is_err());
        assert!(rate.judge(&line(3, None), at(60)).is_ok());
        rate.forget(at(500));
        assert!(rate.spoken.is_empty());
    }

    #[test]
    fn one_who_has_not_answered_is_spared() {
        let mut rate = Rate::default();
        let bob = Some((PlayerId(2), 1));
        rate.judge(&line(30, bob), Duration::ZERO).unwrap();
        assert!(rate.judge(&line(30, bob), Duration::ZERO).is_err());
        assert!(rate.judge(&line(30, Some((PlayerId(2), 0))), Duration::ZERO).is_ok());
        assert!(rate.judge(&line(30, Some((PlayerId(3), 1))), Duration::ZERO).is_ok());
    }

    proptest! {
        /// No sixty seconds ever hold more accepted lines than the limit.
        #[test]
        fn no_window_exceeds_the_limit(gaps in prop::collection::vec(0u64..30_000, 1..80), limit in 1u32..8) {
            let mut rate = Rate::default();
            let mut now = Duration::ZERO;
            let mut accepted = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                if rate.judge(&line(limit, None), now).is_ok() {
                    accepted.push(now);
                }
            }
            for window in accepted.windows(limit as usize + 1) {
                prop_assert!(window[limit as usize] >= window[0] + WINDOW);
            }
        }
    }
}
