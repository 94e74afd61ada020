//! How many requests a token or an address may make within a minute.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use crate::vocab::Holder;

/// What requests are counted over.
const WINDOW: Duration = Duration::from_mins(1);
/// The most that are counted at once; when there are more, those that count no more are forgotten.
const COUNTED_MAX: usize = 50_000;

/// Who makes requests.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    /// An account or a service, by whichever token.
    Holder(Holder),
    /// Anybody from this address, without a token.
    Address(IpAddr),
}

/// The counts.
pub(super) struct Rates {
    per_minute: u32,
    windows: Mutex<FxHashMap<Who, Window>>,
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
    /// How many more may come.
    pub(super) remaining: u32,
    /// Seconds until all may come again.
    pub(super) reset_seconds: u64,
    /// Whether this one was too many.
    pub(super) is_over: bool,
}

impl Rates {
    /// So many a minute; 0 is without limit.
    pub(super) fn new(per_minute: u32) -> Self {
        Self { per_minute, windows: Mutex::default() }
    }

    /// Counts a request. None where there is no limit.
    pub(super) fn count(&self, who: Who, now: Instant) -> Option<Standing> {
        if self.per_minute == 0 {
            return None;
        }
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= COUNTED_MAX && !windows.contains_key(&who) {
            windows.retain(|_, window| now.duration_since(window.began) < WINDOW);
            if windows.len() >= COUNTED_MAX {
                windows.clear();
            }
        }
        let window = windows.entry(who).or_insert(Window { began: now, count: 0 });
        if now.duration_since(window.began) >= WINDOW {
            *window = Window { began: now, count: 0 };
        }
        window.count = window.count.saturating_add(1);
        let left = WINDOW.saturating_sub(now.duration_since(window.began));
        Some(Standing {
            limit: self.per_minute,
            remaining: self.per_minute.saturating_sub(window.count),
            reset_seconds: left.as_secs() + 1,
            is_over: window.count > self.per_minute,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_so_many_a_minute() {
        let (rates, now) = (Rates::new(2), Instant::now());
        let [ada, bob] = [1, 2].map(|last| Who::Address(IpAddr::from([192, 0, 2, last])));
        let over = |who: &Who, at| rates.count(who.clone(), at).unwrap().is_over;
        assert_eq!([over(&ada, now), over(&ada, now), over(&ada, now)], [false, false, true]);
        assert!(!over(&bob, now));
        assert!(!over(&ada, now + WINDOW));
        assert_eq!(Rates::new(0).count(ada, now), None);
    }
}
