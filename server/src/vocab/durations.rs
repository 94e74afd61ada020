//! How long things took, counted by size. Whoever measures adds and never waits; whoever shows it takes a copy.
//!
//! Has no clock of its own: what took how long is an argument.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The longest that each size holds, in microseconds; one more size holds all that took longer.
const BOUNDS_US: [u64; 16] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000, 10_000_000,
];
const SIZES: usize = BOUNDS_US.len() + 1;

/// How long things took, since the start.
#[derive(Debug, Default)]
pub struct Durations {
    counts: [AtomicU64; SIZES],
    total_us: AtomicU64,
}

/// The same at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DurationCounts {
    counts: [u64; SIZES],
    total_us: u64,
}

impl Durations {
    /// Something took so long.
    pub fn add(&self, took: Duration) {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let size = BOUNDS_US.partition_point(|bound| *bound < took_us);
        self.counts[size].fetch_add(1, Ordering::Relaxed);
        self.total_us.fetch_add(took_us, Ordering::Relaxed);
    }

    /// How it is now.
    #[must_use]
    pub fn counts(&self) -> DurationCounts {
        DurationCounts {
            counts: std::array::from_fn(|size| self.counts[size].load(Ordering::Relaxed)),
            total_us: self.total_us.load(Ordering::Relaxed),
        }
    }
}

impl DurationCounts {
    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How long all of them took together. Seconds.
    #[must_use]
    pub fn total_seconds(&self) -> f64 {
        self.total_us as f64 / 1e6
    }

    /// The longest that each size holds, in seconds, and how many are of that size; the last holds what took any longer.
    pub fn sizes(&self) -> impl Iterator<Item = (f64, u64)> {
        let bounds = BOUNDS_US.iter().map(|bound| *bound as f64 / 1e6).chain([f64::INFINITY]);
        bounds.zip(self.counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted_once_and_in_its_size() {
        let durations = Durations::default();
        for took_us in [0, 100, 101, 20_000_000] {
            durations.add(Duration::from_micros(took_us));
        }
        let counts = durations.counts();
        let sizes: Vec<(f64, u64)> = counts.sizes().filter(|(_, count)| *count > 0).collect();
        assert_eq!(sizes, [(0.0001, 2), (0.00025, 1), (f64::INFINITY, 1)]);
        assert_eq!((counts.count(), counts.total_seconds()), (4, 20.000_201));
    }
}
