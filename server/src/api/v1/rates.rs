//! How many requests a token or an address may make within a minute.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use crate::vocab::Holder;

/// What requests are counted over.
const WINDOW: Duration = Duration::from_mins(1);
/// The most that are counted at once; when there are more, the count that began first is forgotten.
const COUNTED_MAX: usize = 50_000;
/// How many old counts are forgotten with each request: more than can begin.
const FORGOTTEN_AT_ONCE: usize = 2;

/// Who makes requests.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    /// An account or a service, by whichever token.
    Holder(Holder),
    /// Anybody from this address, without a token.
    Stranger(IpAddr),
    /// All from this address.
    Address(IpAddr),
}

impl Who {
    /// Whose requests they are, for those who made too many.
    fn whose(&self) -> &'static str {
        match self {
            Self::Holder(_) => "for one account or service",
            Self::Stranger(_) => "without a token",
            Self::Address(_) => "from one address",
        }
    }
}

/// Requests a minute; 0 is without limit.
#[derive(Debug, Clone, Copy)]
pub struct RateLimits {
    /// For an account or a service, and without a token for an address.
    pub per_minute: u32,
    /// For an address, with tokens and without.
    pub per_minute_of_address: u32,
}

/// The counts.
pub(super) struct Rates {
    limits: RateLimits,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    windows: FxHashMap<Who, Window>,
    /// When they began, the oldest first. Of one that began anew, the time before stands here, too, until it is forgotten.
    order: VecDeque<(Instant, Who)>,
}

struct Window {
    began: Instant,
    count: u32,
}

/// How things stand after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Requests a minute.
    pub(super) limit: u32,
    /// Whose these are, in words.
    pub(super) whose: &'static str,
    /// How many more may come.
    pub(super) remaining: u32,
    /// Seconds until all may come again.
    pub(super) reset_seconds: u64,
    /// Whether this one was too many.
    pub(super) is_over: bool,
}

impl Standing {
    /// The one that allows less.
    pub(super) fn tighter(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        one.into_iter().chain(other).min_by_key(|it| (!it.is_over, it.remaining))
    }
}

impl Rates {
    /// Nobody has asked for anything yet.
    pub(super) fn new(limits: RateLimits) -> Self {
        Self { limits, counts: Mutex::default() }
    }

    /// Counts a request. None where there is no limit.
    pub(super) fn count(&self, who: Who, now: Instant) -> Option<Standing> {
        let limit = match who {
            Who::Holder(_) | Who::Stranger(_) => self.limits.per_minute,
            Who::Address(_) => self.limits.per_minute_of_address,
        };
        if limit == 0 {
            return None;
        }
        let whose = who.whose();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let window = counts.window(who, now);
        window.count = window.count.saturating_add(1);
        let left = WINDOW.saturating_sub(now.duration_since(window.began));
        Some(Standing {
            limit,
            whose,
            remaining: limit.saturating_sub(window.count),
            reset_seconds: left.as_secs() + 1,
            is_over: window.count > limit,
        })
    }
}

impl Counts {
    fn window(&mut self, who: Who, now: Instant) -> &mut Window {
        for _ in 0..FORGOTTEN_AT_ONCE {
            if self.order.front().is_some_and(|(began, _)| is_past(*began, now)) {
                self.forget_first();
            }
        }
        let counted = self.windows.get(&who).map(|window| window.began);
        if counted.is_none_or(|began| is_past(began, now)) {
            while counted.is_none() && self.windows.len() >= COUNTED_MAX {
                self.forget_first();
            }
            self.order.push_back((now, who.clone()));
            self.windows.insert(who.clone(), Window { began: now, count: 0 });
        }
        self.windows.entry(who).or_insert(Window { began: now, count: 0 })
    }

    fn forget_first(&mut self) {
        let Some((began, who)) = self.order.pop_front() else { return };
        if self.windows.get(&who).is_some_and(|window| window.began == began) {
            self.windows.remove(&who);
        }
    }
}

fn is_past(began: Instant, now: Instant) -> bool {
    now.saturating_duration_since(began) >= WINDOW
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: RateLimits = RateLimits { per_minute: 2, per_minute_of_address: 3 };

    fn stranger(number: usize) -> Who {
        Who::Stranger(IpAddr::from(u32::try_from(number).unwrap().to_be_bytes()))
    }

    #[test]
    fn each_has_so_many_a_minute() {
        let (rates, now) = (Rates::new(LIMITS), Instant::now());
        let [ada, bob] = [1, 2].map(stranger);
        let over = |who: &Who, at| rates.count(who.clone(), at).unwrap().is_over;
        assert_eq!([over(&ada, now), over(&ada, now), over(&ada, now)], [false, false, true]);
        assert!(!over(&bob, now));
        assert!(!over(&ada, now + WINDOW));
        let all = Who::Address([192, 0, 2, 1].into());
        let many = [0; 4].map(|_| over(&all, now));
        assert_eq!(many, [false, false, false, true]);
        let off = RateLimits { per_minute: 0, ..LIMITS };
        assert_eq!(Rates::new(off).count(ada, now), None);
    }

    #[test]
    fn what_allows_less_counts() {
        let (rates, now) = (Rates::new(LIMITS), Instant::now());
        let of = |who: Who| rates.count(who, now);
        let address = Who::Address([192, 0, 2, 1].into());
        let tighter = Standing::tighter(of(address.clone()), of(stranger(1))).unwrap();
        assert_eq!((tighter.limit, tighter.remaining), (2, 1));
        let _ = [(); 3].map(|()| of(address.clone()));
        assert!(Standing::tighter(of(stranger(2)), of(address)).unwrap().is_over);
        assert_eq!(Standing::tighter(None, None), None);
    }

    #[test]
    fn of_too_many_the_oldest_are_forgotten() {
        let (rates, now) = (Rates::new(LIMITS), Instant::now());
        for number in 0..=COUNTED_MAX {
            rates.count(stranger(number), now).unwrap();
        }
        let remaining = |number| rates.count(stranger(number), now).unwrap().remaining;
        assert_eq!(remaining(COUNTED_MAX), 0, "the last one is counted on");
        assert_eq!(remaining(COUNTED_MAX / 2), 0);
        assert_eq!(remaining(0), 1, "the first one was forgotten");
        let later = now + WINDOW;
        for number in 0..COUNTED_MAX {
            rates.count(stranger(number % 10), later).unwrap();
        }
        let counts = rates.counts.lock().unwrap();
        assert_eq!((counts.windows.len(), counts.order.len()), (10, 10), "old ones are let go");
    }
}
