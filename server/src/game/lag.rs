//! How long the loop lets wait what comes to it. The loop alone writes here, between passes; others read a summary each second.
//!
//! A pass is what the loop does from a turn it takes until it looks for the next. What comes meanwhile waits for the rest of
//! it, so a long pass weighs by its length: a second's work once a minute keeps one in sixty waiting, not one in a million.

use std::time::{Duration, Instant};

use tokio::sync::watch;

/// How many sizes of passes are told apart in each doubling of time. A power of two.
const STEPS: u64 = 4;
/// Shorter passes, of about a microsecond, are not told apart. A power of two in nanoseconds.
const FIRST_DOUBLING: u32 = 10;
/// Nor are longer ones, of half a minute and more.
const LAST_DOUBLING: u32 = 34;
const SIZES: usize = (LAST_DOUBLING - FIRST_DOUBLING + 1) as usize * STEPS as usize;
/// A summary is of the last one or two of these.
const WINDOW: Duration = Duration::from_secs(30);
/// A pass that is worth a line in the log of those who look for it.
const LONG: Duration = Duration::from_millis(2);

/// How long something that came at any moment of the last minute had to wait for the loop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lag {
    /// Half waited no longer.
    pub p50: Duration,
    /// All but one in a hundred waited no longer.
    pub p99: Duration,
    /// The longest pass.
    pub longest: Duration,
    /// How many passes there were.
    pub passes: u64,
    /// How much of the time the loop was at work. From 0 to 100.
    pub busy_percent: u8,
    /// What waited when it last told.
    pub waiting: Waiting,
    /// When that was; none before the first time.
    pub told: Option<Instant>,
}

/// What waits before the loop and behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// What gateways say.
    pub inputs: usize,
    /// Everything else.
    pub turns: usize,
    /// Batches of events behind the loop, that this process's gateway has not taken.
    pub events: usize,
}

/// Passes by their size, since a moment.
#[derive(Debug)]
struct Passes {
    since: Instant,
    sizes: Box<[Size; SIZES]>,
    longest: Duration,
}

/// Passes that took about as long.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    count: u64,
    total_ns: u64,
}

/// Takes the time of passes.
#[derive(Debug)]
pub(super) struct Meter {
    now: Passes,
    before: Passes,
    summary: watch::Sender<Lag>,
}

impl Meter {
    pub(super) fn new(summary: watch::Sender<Lag>) -> Self {
        let now = Instant::now();
        Self { now: Passes::since(now), before: Passes::since(now), summary }
    }

    /// A pass that began with this turn is over.
    pub(super) fn pass(&mut self, began: Instant, turn: &'static str) {
        let took = began.elapsed();
        self.now.add(took);
        if took >= LONG {
            tracing::debug!(turn, took_us = took.as_micros(), "a pass of the game loop took long");
        }
    }

    /// Tells readers how it was; to be called once a second.
    pub(super) fn tell(&mut self, waiting: Waiting) {
        let now = Instant::now();
        if now.duration_since(self.now.since) >= WINDOW {
            self.before = std::mem::replace(&mut self.now, Passes::since(now));
        }
        self.summary.send_replace(Lag { waiting, told: Some(now), ..self.summary(now) });
    }

    fn summary(&self, now: Instant) -> Lag {
        let since = self.before.since;
        let both = || self.before.sizes.iter().zip(self.now.sizes.iter());
        let sizes: Vec<Size> = both().map(|(one, other)| one.plus(*other)).collect();
        let elapsed_ns = nanoseconds(now.duration_since(since)).max(1);
        let total_ns: u64 = sizes.iter().map(|size| size.total_ns).sum();
        Lag {
            p50: wait(&sizes, elapsed_ns / 2),
            p99: wait(&sizes, elapsed_ns / 100),
            longest: self.before.longest.max(self.now.longest),
            passes: sizes.iter().map(|size| size.count).sum(),
            busy_percent: u8::try_from(total_ns * 100 / elapsed_ns).unwrap_or(100).min(100),
            ..Lag::default()
        }
    }
}

impl Passes {
    fn since(since: Instant) -> Self {
        Self { since, sizes: Box::new([Size::default(); SIZES]), longest: Duration::ZERO }
    }

    fn add(&mut self, took: Duration) {
        let size = &mut self.sizes[size_of(nanoseconds(took))];
        size.count += 1;
        size.total_ns += nanoseconds(took);
        self.longest = self.longest.max(took);
    }
}

impl Size {
    fn plus(self, other: Self) -> Self {
        Self { count: self.count + other.count, total_ns: self.total_ns + other.total_ns }
    }
}

/// The shortest wait that no more than so much of the time exceeds. Whoever comes in the midst of a pass waits for what is
/// left of it, so of a pass of 5 ms two are waits of more than 3 ms.
fn wait(sizes: &[Size], exceeding_ns: u64) -> Duration {
    let mut longer = Size::default();
    for (at, size) in sizes.iter().enumerate().rev() {
        let (with, least) = (longer.plus(*size), least_ns(at));
        if with.total_ns - (with.count * least).min(with.total_ns) > exceeding_ns {
            let wait = (with.total_ns - exceeding_ns) / with.count;
            return Duration::from_nanos(wait.max(least));
        }
        longer = with;
    }
    Duration::ZERO
}

fn size_of(ns: u64) -> usize {
    let doubling = ns.max(1).ilog2().clamp(FIRST_DOUBLING, LAST_DOUBLING);
    let step = (ns >> (doubling - STEPS.ilog2())).clamp(STEPS, 2 * STEPS - 1) - STEPS;
    (u64::from(doubling - FIRST_DOUBLING) * STEPS + step) as usize
}

/// The shortest pass of a size.
fn least_ns(size: usize) -> u64 {
    let (doubling, step) = (size as u64 / STEPS, size as u64 % STEPS);
    if size == 0 {
        0
    } else {
        (STEPS + step) << (u64::from(FIRST_DOUBLING) + doubling) >> STEPS.ilog2()
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn after(passes: &[(u32, Duration)], elapsed: Duration) -> Lag {
        let mut meter = Meter::new(watch::channel(Lag::default()).0);
        for (times, took) in passes {
            (0..*times).for_each(|_| meter.now.add(*took));
        }
        meter.summary(meter.before.since + elapsed)
    }

    #[test]
    fn a_size_begins_where_the_one_before_ends() {
        for size in 1..SIZES {
            let least = least_ns(size);
            assert_eq!(size_of(least), size);
            assert_eq!(size_of(least - 1), size - 1);
        }
        assert_eq!(size_of(0), 0);
        assert_eq!(size_of(u64::MAX), SIZES - 1);
    }

    #[test]
    fn a_loop_that_does_nothing_lets_nobody_wait() {
        assert_eq!(after(&[], Duration::from_secs(60)), Lag::default());
    }

    #[test]
    fn many_short_passes_hide_no_long_one() {
        // Two in a hundred come while it works, and half of them in its first half.
        let lag = after(&[(100_000, MS / 100), (20, 60 * MS)], Duration::from_secs(60));
        assert_eq!(lag.longest, 60 * MS);
        assert!((28 * MS..=32 * MS).contains(&lag.p99), "{lag:?}");
        assert_eq!(lag.p50, Duration::ZERO);
        assert_eq!((lag.passes, lag.busy_percent), (100_020, 3));
    }

    #[test]
    fn a_loop_that_never_rests_lets_everybody_wait() {
        let lag = after(&[(10_000, MS)], Duration::from_secs(10));
        assert!((MS * 2 / 5..=MS * 3 / 5).contains(&lag.p50), "{lag:?}");
        assert!((MS * 9 / 10..=MS).contains(&lag.p99), "{lag:?}");
        assert_eq!(lag.busy_percent, 100);
    }
}
