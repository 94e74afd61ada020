//! Rule `wave`: when a crowd of newcomers comes in, newcomers are not heard on wide channels for a while.

use std::collections::VecDeque;
use std::time::Duration;

use crate::config::Floods;
use crate::vocab::{Blocked, Draft, Reach, countdown};

const WINDOW: Duration = Duration::from_mins(1);

/// What breaks a wave of newcomers, as acts of it go on record.
pub const WAVE: &str = "wave 1";

/// Which newcomers came in lately.
#[derive(Debug, Default)]
pub(super) struct Wave {
    /// When; at most one more than may come in without being a wave.
    came: VecDeque<Duration>,
    until: Option<Duration>,
}

impl Wave {
    /// Somebody has come in. How long newcomers are not heard from now on, if they were until now.
    pub(super) fn came_in(
        &mut self,
        account_age: Option<Duration>,
        limits: &Floods,
        now: Duration,
    ) -> Option<Duration> {
        let most = limits.wave_newcomers_per_minute as usize;
        if most == 0 || !is_newcomer(account_age, limits) {
            return None;
        }
        self.came.push_back(now);
        while self.came.len() > most + 1 {
            self.came.pop_front();
        }
        let is_wave = self.came.len() > most && self.came[0] + WINDOW > now;
        if !is_wave {
            return None;
        }
        let was_on = self.left(now).is_some();
        let lasts = Duration::from_secs(60 * u64::from(limits.wave_minutes));
        self.until = Some(now + lasts);
        (!was_on).then_some(lasts)
    }

    /// How long newcomers are not heard still.
    fn left(&self, now: Duration) -> Option<Duration> {
        self.until.map(|until| until.saturating_sub(now)).filter(|left| !left.is_zero())
    }

    /// For how long somebody is not heard still who speaks so far.
    pub(super) fn closes(
        &self,
        reach: Reach,
        account_age: Option<Duration>,
        limits: &Floods,
        now: Duration,
    ) -> Option<Duration> {
        let is_on = limits.wave_newcomers_per_minute > 0;
        let left = self.left(now).filter(|_| is_on)?;
        (reach == Reach::Wide && is_newcomer(account_age, limits)).then_some(left)
    }

    /// Refuses what a newcomer says to many.
    pub(super) fn judge(
        &self,
        draft: &Draft,
        limits: &Floods,
        now: Duration,
    ) -> Result<(), Blocked> {
        let Some(left) = self.closes(draft.reach, draft.account_age, limits, now) else {
            return Ok(());
        };
        let text = format!(
            "Very many have come in at once. Newcomers are heard on {} again in {}; until then \
             there are `say` and `whisper`.",
            draft.channel,
            countdown(left)
        );
        Err(Blocked::new("wave", text))
    }
}

fn is_newcomer(account_age: Option<Duration>, limits: &Floods) -> bool {
    let old = Duration::from_secs(60 * u64::from(limits.newcomer_minutes));
    account_age.is_none_or(|age| age < old)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::floods::tests::line;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_wave_breaks_and_is_over() {
        let (mut wave, limits) = (Wave::default(), Floods::default());
        let global = Draft { reach: Reach::Wide, account_age: None, ..line("hello") };
        for guest in 0..30 {
            assert_eq!(wave.came_in(None, &limits, at(guest)), None);
        }
        assert!(wave.judge(&global, &limits, at(29)).is_ok());
        assert_eq!(wave.came_in(None, &limits, at(30)), Some(at(300)));
        assert_eq!(wave.came_in(None, &limits, at(31)), None, "staff are told once");
        assert_eq!(wave.judge(&global, &limits, at(31)).unwrap_err().rule, "wave");
        assert!(
            wave.judge(&Draft { reach: Reach::Near, ..global.clone() }, &limits, at(31)).is_ok()
        );
        let known = Draft { account_age: Some(at(3_600)), ..global.clone() };
        assert!(wave.judge(&known, &limits, at(31)).is_ok());
        assert!(wave.judge(&global, &limits, at(330)).is_err());
        assert!(wave.judge(&global, &limits, at(331)).is_ok());
    }

    #[test]
    fn those_who_were_here_before_are_no_wave() {
        let (mut wave, limits) = (Wave::default(), Floods::default());
        for _ in 0..1_000 {
            assert_eq!(wave.came_in(Some(at(3_600)), &limits, at(0)), None);
        }
        for guest in 0..1_000 {
            assert_eq!(wave.came_in(None, &limits, at(2 * guest)), None, "two seconds apart");
        }
        assert!(wave.came.len() <= 31);
    }
}
