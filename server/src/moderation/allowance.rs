//! How much somebody may say just now, exactly: what `limits` shows.

use std::time::Duration;

use super::floods::is_exempt;
use super::{Rules, Speaking};
use crate::vocab::{ChannelName, Reach};

/// How much somebody may say on a channel just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The channel.
    pub channel: ChannelName,
    /// The most lines a minute; 0 is without limit.
    pub per_minute: u32,
    /// Lines said within the last minute.
    pub said: u32,
    /// The time between two lines where slow mode is on.
    pub gap: Option<Duration>,
    /// How long until the next line may be said, as far as these limits go; zero is now.
    pub wait: Duration,
    /// The rule that keeps the speaker from saying anything there, if one does.
    pub closed_by: Option<&'static str>,
}

impl Allowance {
    /// How many more lines may be said just now, slow mode aside; none is without limit.
    #[must_use]
    pub fn remaining(&self) -> Option<u32> {
        (self.per_minute > 0).then(|| self.per_minute.saturating_sub(self.said))
    }
}

/// How much somebody may say on all channels together just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    /// Lines at once when nothing was said for a while.
    pub lines: u32,
    /// Lines at once now.
    pub free: u32,
    /// Lines a second after that.
    pub per_second: u32,
}

impl Rules {
    /// How much somebody may say on a channel that has a limit and reaches so far.
    #[must_use]
    pub fn allowance(
        &self,
        speaking: &Speaking,
        per_minute: u32,
        reach: Reach,
        now: Duration,
    ) -> Allowance {
        let Speaking { who, rank, account_age, channel } = *speaking;
        let per_minute = if is_exempt(rank) { 0 } else { per_minute };
        let verdict = self.restrictions.verdict(speaking, now);
        let gap = verdict.as_ref().ok().and_then(|restraint| restraint.gap);
        let is_wave = !is_exempt(rank) && self.floods.is_closed(reach, account_age, now);
        let closed_by = verdict.err().map(|blocked| blocked.rule);
        let used = self.floods.used(who, channel, per_minute, now);
        let slow = gap.map(|gap| self.slow.wait(who, channel, gap, now)).unwrap_or_default();
        let due = self.floods.due(who, rank, now).map(|due| due.saturating_sub(now));
        Allowance {
            channel: channel.clone(),
            per_minute,
            said: used.said,
            gap,
            wait: used.wait.max(slow).max(due.unwrap_or_default()),
            closed_by: closed_by.or(is_wave.then_some("wave")),
        }
    }
}
