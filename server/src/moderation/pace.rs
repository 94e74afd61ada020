//! Rule `pace`: of all that one person says, so many lines may follow one another at once and then so many a second.
//!
//! Says when the next line is due. It makes nothing wait itself: the loop keeps what comes too soon until then.

use std::time::Duration;

use super::memory::Memory;
use crate::vocab::Person;

const SECOND: Duration = Duration::from_secs(1);

/// The bucket's measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bucket {
    /// Lines at once, at least one.
    pub(super) burst: u32,
    /// Lines a second; 0 is without limit.
    pub(super) per_second: u32,
}

impl Bucket {
    /// The time in which one line becomes free.
    fn one(self) -> Duration {
        SECOND / self.per_second.max(1)
    }

    /// How far ahead of the time it is full again a bucket may be when a line is taken.
    fn ahead_max(self) -> Duration {
        self.one().saturating_mul(self.burst.saturating_sub(1))
    }
}

/// For each person, when their bucket is full again. One moment says it all: each line moves it on by the time in which one
/// line becomes free (the "virtual scheduling algorithm" of ITU-T I.371).
#[derive(Debug)]
pub(super) struct Pace {
    full: Memory<Person, Duration>,
}

impl Pace {
    pub(super) fn new(people_max: usize) -> Self {
        Self { full: Memory::new(people_max) }
    }

    /// When somebody's next line is due; none when it is now.
    pub(super) fn due(&self, bucket: Bucket, who: Person, now: Duration) -> Option<Duration> {
        if bucket.per_second == 0 {
            return None;
        }
        let due = self.full.get(&who)?.saturating_sub(bucket.ahead_max());
        (due > now).then_some(due)
    }

    /// How many lines somebody may say at once.
    pub(super) fn free(&self, bucket: Bucket, who: Person, now: Duration) -> u32 {
        let full = self.full.get(&who).copied().unwrap_or_default();
        let ahead = full.saturating_sub(now);
        let taken = ahead.as_nanos().div_ceil(bucket.one().as_nanos().max(1));
        bucket.burst.saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX))
    }

    /// Counts a line that is said.
    pub(super) fn count(&mut self, bucket: Bucket, who: Person, now: Duration) {
        if bucket.per_second > 0 {
            let full = self.full.touch(who);
            *full = (*full).max(now) + bucket.one();
        }
    }

    /// Forgets whose bucket is full.
    pub(super) fn forget(&mut self, now: Duration) {
        self.full.retain(|full| *full > now);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.full.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vocab::AccountId;

    const ADA: Person = Person::Account(AccountId(1));

    #[test]
    fn five_at_once_and_then_two_a_second() {
        let bucket = Bucket { burst: 5, per_second: 2 };
        let mut pace = Pace::new(100);
        let at = Duration::from_secs(100);
        for free in (1..=5).rev() {
            assert_eq!(pace.free(bucket, ADA, at), free);
            assert_eq!(pace.due(bucket, ADA, at), None);
            pace.count(bucket, ADA, at);
        }
        assert_eq!(pace.free(bucket, ADA, at), 0);
        assert_eq!(pace.due(bucket, ADA, at), Some(at + Duration::from_millis(500)));
        pace.forget(at + Duration::from_millis(2_500));
        assert_eq!(pace.full.len(), 0);
    }

    #[test]
    fn a_limit_of_nothing_is_none() {
        let mut pace = Pace::new(100);
        let bucket = Bucket { burst: 1, per_second: 0 };
        (0..100).for_each(|_| pace.count(bucket, ADA, Duration::ZERO));
        assert_eq!(pace.due(bucket, ADA, Duration::ZERO), None);
    }

    proptest! {
        /// It gives a line exactly when a bucket does that is filled drop by drop, a thousand drops to a line.
        #[test]
        fn it_is_a_bucket(
            gaps in prop::collection::vec(0u64..2_000, 1..100),
            burst in 1u32..8,
            per_second in prop::sample::select(vec![1u32, 2, 4, 5, 10]),
        ) {
            let bucket = Bucket { burst, per_second };
            let full = u64::from(burst) * 1_000;
            let (mut pace, mut now, mut drops) = (Pace::new(100), 0, full);
            for gap in gaps {
                now += gap;
                drops = full.min(drops + gap * u64::from(per_second));
                let at = Duration::from_millis(now);
                let due = pace.due(bucket, ADA, at);
                prop_assert_eq!(due.is_none(), drops >= 1_000);
                prop_assert_eq!(u64::from(pace.free(bucket, ADA, at)), drops / 1_000);
                if let Some(due) = due {
                    let early = due - Duration::from_nanos(1);
                    prop_assert!(pace.due(bucket, ADA, early).is_some());
                    prop_assert!(pace.due(bucket, ADA, due).is_none());
                } else {
                    pace.count(bucket, ADA, at);
                    drops -= 1_000;
                }
            }
        }
    }
}
