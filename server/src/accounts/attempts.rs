//! How often somebody may be wrong: wrong passwords by account and by address, new accounts by address. Right ones never
//! count, so a client that logs in by itself is not punished for coming back often.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::time::{Duration, Instant};

/// The most keys that are remembered; beyond it the oldest window is forgotten first by age.
const KEYS_MAX: usize = 100_000;

/// Counts what happened within a window, by key.
#[derive(Debug)]
pub(super) struct Attempts<K> {
    most: usize,
    window: Duration,
    seen: HashMap<K, VecDeque<Instant>>,
}

impl<K: Hash + Eq> Attempts<K> {
    /// At most so many within a window; 0 is without limit.
    pub(super) fn new(most: u32, window: Duration) -> Self {
        Self { most: most as usize, window, seen: HashMap::new() }
    }

    /// How many there were, and how long until there may be another; none when there may be now.
    pub(super) fn wait(&mut self, key: &K, now: Instant) -> Option<Duration> {
        let times = self.seen.get_mut(key).filter(|_| self.most > 0)?;
        drop_old(times, now, self.window);
        let first = times.front().filter(|_| times.len() >= self.most)?;
        Some((*first + self.window).saturating_duration_since(now))
    }

    /// Counts one; says how many there are now.
    pub(super) fn count(&mut self, key: K, now: Instant) -> usize {
        if self.seen.len() >= KEYS_MAX {
            let window = self.window;
            self.seen.retain(|_, times| {
                drop_old(times, now, window);
                !times.is_empty()
            });
        }
        let times = self.seen.entry(key).or_default();
        drop_old(times, now, self.window);
        if times.len() > self.most {
            times.pop_front();
        }
        times.push_back(now);
        times.len()
    }
}

fn drop_old(times: &mut VecDeque<Instant>, now: Instant, window: Duration) {
    while times.front().is_some_and(|at| now.duration_since(*at) >= window) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_a_window() {
        let mut attempts = Attempts::new(2, Duration::from_secs(60));
        let start = Instant::now();
        assert_eq!(attempts.wait(&"ada", start), None);
        attempts.count("ada", start);
        assert_eq!(attempts.count("ada", start), 2);
        assert_eq!(attempts.wait(&"ada", start), Some(Duration::from_secs(60)));
        assert_eq!(attempts.wait(&"bob", start), None);
        assert_eq!(attempts.wait(&"ada", start + Duration::from_secs(60)), None);
    }
}
