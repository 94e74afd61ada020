//! How much somebody may say just now, exactly: what `limits` shows.

use std::time::Duration;

use super::floods::is_exempt;
use super::{Rules, Speaking};
use crate::vocab::{ChannelName, Reach};

/// Whether a rule refuses only what comes too soon: the same words may be said later.
#[must_use]
pub fn is_not_yet(rule: &str) -> bool {
    matches!(rule, "rate" | "slow" | "pace")
}

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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::DateTime;

    use super::*;
    use crate::config::Chat;
    use crate::moderation::FloodLimits;
    use crate::moderation::Floods;
    use crate::moderation::floods::tests::line;
    use crate::vocab::{ActId, Issuer, Person, Rank, Restriction, RestrictionKind, Scope, Subject};

    fn slow_mode(seconds: u64) -> Restriction {
        Restriction {
            id: ActId(uuid::Uuid::from_u128(1)),
            kind: RestrictionKind::Slow,
            subject: Subject::Everyone,
            scope: Scope::All,
            measure: seconds,
            from: DateTime::UNIX_EPOCH,
            until: None,
            reason: "busy".to_owned(),
            issuer: Issuer { account: None, name: "test".into(), rank: Rank::Owner },
            except: Vec::new(),
            evidence: Vec::new(),
            supersedes: None,
            lifted: None,
        }
    }

    /// What is told of the wait is what happens: refused until then, said then.
    #[test]
    fn the_longest_wait_is_told_and_is_exact() {
        let mut rules = Rules::new(std::sync::Arc::default());
        rules.floods = Floods::new(FloodLimits::of(&Chat::default()));
        rules.restrictions.add(Arc::new(slow_mode(90)), DateTime::UNIX_EPOCH, Duration::ZERO);
        let mut draft = line("hello");
        draft.per_minute = 1;
        let who = Person::of(draft.account, draft.speaker);
        let channel = draft.channel.clone();
        let speaking = Speaking { who, rank: draft.rank, account_age: None, channel: &channel };
        let told = |rules: &Rules, now| rules.allowance(&speaking, 1, Reach::Near, now);
        let second = Duration::from_secs(1);
        assert_eq!(told(&rules, second).wait, Duration::ZERO);
        rules.judge(&mut draft, second).unwrap();
        let after = told(&rules, 2 * second);
        let expected = (1, Some(0), Some(90 * second), 89 * second);
        assert_eq!((after.said, after.remaining(), after.gap, after.wait), expected);
        assert_eq!(rules.judge(&mut draft, 90 * second).unwrap_err().rule, "slow");
        assert_eq!(told(&rules, 91 * second).wait, Duration::ZERO);
        assert!(rules.judge(&mut draft, 91 * second).is_ok());
    }
}
