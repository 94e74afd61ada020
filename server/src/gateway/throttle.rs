//! How fast a session's lines are taken: a token bucket. A line that has to wait is not lost; its socket is read later.

use std::time::{Duration, Instant};

/// So many lines at once, then so many a second.
#[derive(Debug)]
pub(super) struct Throttle {
    per_second: u32,
    burst: u32,
    tokens: f64,
    filled: Instant,
}

impl Throttle {
    /// A full bucket; 0 a second takes everything at once.
    pub(super) fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        Self { per_second, burst, tokens: f64::from(burst), filled: now }
    }

    /// Takes a line now, or says how long it has to wait.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        if self.per_second == 0 {
            return Ok(());
        }
        let rate = f64::from(self.per_second);
        let elapsed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + elapsed * rate).min(f64::from(self.burst));
        self.filled = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.tokens) / rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_so_many_a_second() {
        let start = Instant::now();
        let mut throttle = Throttle::new(2, 3, start);
        assert_eq!((0..10).filter(|_| throttle.take(start).is_ok()).count(), 3);
        let later = start + Duration::from_secs(1);
        assert_eq!((0..10).filter(|_| throttle.take(later).is_ok()).count(), 2);
        assert!(throttle.take(later).unwrap_err() <= Duration::from_millis(500));
    }

    #[test]
    fn zero_is_off() {
        let mut throttle = Throttle::new(0, 1, Instant::now());
        assert!((0..100).all(|_| throttle.take(Instant::now()).is_ok()));
    }
}
