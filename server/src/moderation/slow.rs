//! Rule `slow`: where slow mode is on, so much time passes between two lines of one person on a channel.

use std::time::Duration;

use rustc_hash::FxHashMap;

use crate::vocab::{Blocked, ChannelName, Person, lasting};

/// The longest slow mode. What was said longer ago need not be remembered.
const GAP_MAX: Duration = Duration::from_secs(24 * 3_600);

/// When each person last spoke on each channel where slow mode was on.
#[derive(Debug, Default)]
pub(super) struct Slow {
    spoke: FxHashMap<(Person, ChannelName), Duration>,
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
        let Some(last) = self.spoke.get(&(who, channel.clone())) else { return Ok(()) };
        let wait = (*last + gap).saturating_sub(now);
        if wait.is_zero() {
            return Ok(());
        }
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let every = lasting(gap);
        let text = format!("Slow mode: one line on {channel} every {every}. Wait {seconds} s.");
        Err(Blocked::new("slow", text))
    }

    /// Counts a line that is said.
    pub(super) fn count(&mut self, who: Person, channel: &ChannelName, now: Duration) {
        self.spoke.insert((who, channel.clone()), now);
    }

    /// Forgets what no slow mode can ask for.
    pub(super) fn forget(&mut self, now: Duration) {
        self.spoke.retain(|_, last| *last + GAP_MAX > now);
    }
}
