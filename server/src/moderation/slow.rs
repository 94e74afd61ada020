//! Rule `slow`: where slow mode is on, so much time passes between two lines of one person on a channel.

use std::time::Duration;

use super::memory::Memory;
use super::rate::whole_seconds;
use crate::vocab::{Blocked, ChannelName, Person, lasting};

/// The longest slow mode. What was said longer ago need not be remembered.
const GAP_MAX: Duration = Duration::from_secs(24 * 3_600);
/// The most lines that are remembered, one for each person and channel; of more, the oldest are forgotten.
const SPOKE_MAX: usize = 100_000;

/// When each person last spoke on each channel where slow mode was on.
#[derive(Debug)]
pub(super) struct Slow {
    spoke: Memory<(Person, ChannelName), Duration>,
}

impl Default for Slow {
    fn default() -> Self {
        Self { spoke: Memory::new(SPOKE_MAX) }
    }
}

impl Slow {
    /// Refuses a line that comes too soon after the one before; counts nothing.
    pub(super) fn judge(
        &self,
        who: Person,
        channel: &ChannelName,
        gap: Duration,
        now: Duration,
    ) -> Result<(), Blocked> {
        let wait = self.wait(who, channel, gap, now);
        if wait.is_zero() {
            return Ok(());
        }
        let seconds = whole_seconds(wait);
        let every = lasting(gap);
        let text = format!("Slow mode: one line on {channel} every {every}. Wait {seconds} s.");
        Err(Blocked::new("slow", text))
    }

    /// How long until somebody may speak again.
    pub(super) fn wait(
        &self,
        who: Person,
        channel: &ChannelName,
        gap: Duration,
        now: Duration,
    ) -> Duration {
        let last = self.spoke.get(&(who, channel.clone()));
        last.map_or(Duration::ZERO, |last| (*last + gap).saturating_sub(now))
    }

    /// Counts a line that is said.
    pub(super) fn count(&mut self, who: Person, channel: &ChannelName, now: Duration) {
        *self.spoke.touch((who, channel.clone())) = now;
    }

    /// Forgets what no slow mode can ask for.
    pub(super) fn forget(&mut self, now: Duration) {
        self.spoke.retain(|last| *last + GAP_MAX > now);
    }
}
