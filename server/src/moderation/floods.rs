//! The rules against floods together: how much somebody says, how often the same, how loud, and who comes in crowds.
//!
//! All of them judge before any of them counts, so that only what was said counts. Staff are exempt from all.

use std::time::Duration;

use super::fingerprint::Fingerprint;
use super::limits::FloodLimits;
use super::pace::Pace;
use super::raids::Raids;
use super::rate::{Rate, Used};
use super::repeats::Repeats;
use super::wave::Wave;
use super::{Burst, content, noise};
use crate::vocab::{Blocked, ChannelName, Draft, Person, Rank, Reach};

/// The rules with what they remember.
#[derive(Debug)]
pub struct Floods {
    limits: FloodLimits,
    rate: Rate,
    pace: Pace,
    repeats: Repeats,
    raids: Raids,
    wave: Wave,
}

impl Floods {
    /// Rules that remember nothing yet.
    #[must_use]
    pub fn new(limits: FloodLimits) -> Self {
        let people_max = limits.rules.people_max;
        Self {
            limits,
            rate: Rate::new(people_max),
            pace: Pace::new(people_max),
            repeats: Repeats::new(people_max),
            raids: Raids::default(),
            wave: Wave::default(),
        }
    }

    /// Goes by other limits from now on. What is remembered stays; for how many people, too.
    pub fn set_limits(&mut self, limits: FloodLimits) {
        self.limits = limits;
    }

    /// Puts a draft before the rules and amends it; counts nothing. What comes out stands for the words when they are
    /// counted.
    pub(super) fn judge(
        &self,
        draft: &mut Draft,
        who: Person,
        now: Duration,
    ) -> Result<Option<Fingerprint>, Blocked> {
        if is_exempt(draft.rank) {
            return Ok(None);
        }
        let limits = &self.limits.rules;
        self.rate.judge(draft, who, now)?;
        self.wave.judge(draft, limits, now)?;
        content::judge(draft, limits)?;
        noise::amend(draft, limits);
        let is_compared = limits.repeats_max > 0 || limits.raid_people_max > 0;
        if draft.reach == Reach::Shown || !is_compared {
            return Ok(None);
        }
        let print = Fingerprint::of(&draft.content);
        self.repeats.judge(draft, &print, who, limits, now)?;
        self.raids.judge(draft, &print, who, limits, now)?;
        Ok(Some(print))
    }

    /// Counts what no rule has refused.
    pub(super) fn count(
        &mut self,
        draft: &Draft,
        print: Option<&Fingerprint>,
        who: Person,
        now: Duration,
    ) {
        if is_exempt(draft.rank) {
            return;
        }
        self.rate.count(draft, who, now);
        if draft.reach == Reach::Shown {
            return;
        }
        self.pace.count(self.limits.bucket, who, now);
        if let Some(print) = print {
            let limits = &self.limits.rules;
            self.repeats.count(print, who, now);
            self.raids.count(draft.reach, print, who, limits, now);
        }
    }

    /// When somebody's next line is due, if it comes too soon now.
    #[must_use]
    pub fn due(&self, who: Person, rank: Rank, now: Duration) -> Option<Duration> {
        if is_exempt(rank) { None } else { self.pace.due(self.limits.bucket, who, now) }
    }

    /// How many lines of one player may wait.
    #[must_use]
    pub fn waiting_max(&self) -> usize {
        self.limits.waiting_max
    }

    /// How much somebody may say on all channels together; none is without limit.
    #[must_use]
    pub fn burst(&self, who: Person, rank: Rank, now: Duration) -> Option<Burst> {
        let bucket = self.limits.bucket;
        if is_exempt(rank) || bucket.per_second == 0 {
            return None;
        }
        let free = self.pace.free(bucket, who, now);
        Some(Burst { lines: bucket.burst, free, per_second: bucket.per_second })
    }

    /// How somebody stands with the limit of a channel; one of 0 is none.
    pub(super) fn used(
        &self,
        who: Person,
        channel: &ChannelName,
        per_minute: u32,
        now: Duration,
    ) -> Used {
        self.rate.used(who, channel, None, per_minute, now)
    }

    /// In how long lines that somebody has said on a channel count no longer, the soonest first.
    pub fn given_back(
        &self,
        who: Person,
        channel: &ChannelName,
        now: Duration,
    ) -> impl Iterator<Item = Duration> {
        self.rate.given_back(who, channel, now)
    }

    /// Whether somebody is kept from speaking so far because many newcomers have come in.
    pub(super) fn is_closed(
        &self,
        reach: Reach,
        account_age: Option<Duration>,
        now: Duration,
    ) -> bool {
        self.wave.closes(reach, account_age, &self.limits.rules, now).is_some()
    }

    /// Somebody has come in. For how long newcomers are not heard on wide channels, if that begins now.
    pub fn came_in(
        &mut self,
        account_age: Option<Duration>,
        rank: Rank,
        now: Duration,
    ) -> Option<Duration> {
        if is_exempt(rank) {
            return None;
        }
        self.wave.came_in(account_age, &self.limits.rules, now)
    }

    pub(super) fn forget(&mut self, now: Duration) {
        self.rate.forget(now);
        self.pace.forget(now);
        self.repeats.forget(&self.limits.rules, now);
        self.raids.forget(&self.limits.rules, now);
    }
}

/// Staff may say what they have to.
pub(super) fn is_exempt(rank: Rank) -> bool {
    rank >= Rank::Helper
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config;
    use crate::vocab::{AccountId, Masks, PlayerId};

    const ADA: Person = Person::Account(AccountId(1));

    /// Words of somebody in a room who is no newcomer.
    pub(in crate::moderation) fn line(content: &str) -> Draft {
        Draft {
            speaker: PlayerId(1),
            account: Some(AccountId(1)),
            rank: Rank::Player,
            account_age: Some(Duration::from_secs(86_400)),
            channel: "say".parse().unwrap(),
            reach: Reach::Near,
            content: content.to_owned(),
            masks: Masks::default(),
            per_minute: 0,
            target: None,
            hits: Vec::new(),
            flags: Vec::new(),
        }
    }

    fn usual() -> Floods {
        Floods::new(FloodLimits::of(&config::Chat::default()))
    }

    /// Judges and counts; the rule that refuses.
    fn says(floods: &mut Floods, mut draft: Draft, now: Duration) -> Result<String, &'static str> {
        let who = Person::of(draft.account, draft.speaker);
        let print = floods.judge(&mut draft, who, now).map_err(|why| why.rule)?;
        floods.count(&draft, print.as_ref(), who, now);
        Ok(draft.content)
    }

    #[test]
    fn another_character_of_the_account_is_the_same_person() {
        let mut floods = usual();
        let spam = |id| Draft { speaker: PlayerId(id), per_minute: 2, ..line("hello") };
        assert!(says(&mut floods, spam(1), Duration::ZERO).is_ok());
        assert!(says(&mut floods, spam(2), Duration::ZERO).is_ok());
        assert_eq!(says(&mut floods, spam(3), Duration::ZERO), Err("rate"));
        let guest = Draft { account: None, ..spam(4) };
        assert!(says(&mut floods, guest, Duration::ZERO).is_ok());
    }

    #[test]
    fn only_what_was_said_counts() {
        let mut floods = usual();
        let once = |content| Draft { per_minute: 1, account_age: None, ..line(content) };
        for _ in 0..20 {
            assert_eq!(says(&mut floods, once("https://a.b"), Duration::ZERO), Err("links"));
        }
        assert_eq!(floods.burst(ADA, Rank::Player, Duration::ZERO).unwrap().free, 5);
        assert!(says(&mut floods, once("hello"), Duration::ZERO).is_ok());
        assert_eq!(says(&mut floods, once("hello"), Duration::ZERO), Err("rate"));
        assert_eq!(floods.burst(ADA, Rank::Player, Duration::ZERO).unwrap().free, 4);
    }

    #[test]
    fn staff_are_exempt_from_all() {
        let mut floods = usual();
        let content = "BUY AT HTTPS://A.B @a @b @c @d!!!!!!!!!!!!!!!!";
        for _ in 0..100 {
            let staff = Draft { rank: Rank::Helper, per_minute: 1, ..line(content) };
            assert_eq!(says(&mut floods, staff, Duration::ZERO).as_deref(), Ok(content));
        }
        assert_eq!(floods.due(ADA, Rank::Helper, Duration::ZERO), None);
        assert_eq!(floods.burst(ADA, Rank::Player, Duration::ZERO).unwrap().free, 5);
    }

    #[test]
    fn what_is_switched_off_is_off() {
        let mut floods = Floods::new(FloodLimits::none());
        for _ in 0..1_000 {
            assert!(floods.came_in(None, Rank::Guest, Duration::ZERO).is_none());
            let content = "BUY AT HTTPS://A.B @a @b @c @d!!!!!!!!!!!!!!!!";
            let draft = Draft { account_age: None, reach: Reach::Wide, ..line(content) };
            assert_eq!(says(&mut floods, draft, Duration::ZERO).as_deref(), Ok(content));
            assert_eq!(floods.due(ADA, Rank::Player, Duration::ZERO), None);
        }
    }

    #[test]
    fn a_flood_of_guests_is_forgotten() {
        let chat = config::Chat {
            floods: config::Floods { people_max: 100, ..config::Floods::default() },
            ..config::Chat::default()
        };
        let mut floods = Floods::new(FloodLimits::of(&chat));
        for id in 0..10_000 {
            let guest = Draft { account: None, speaker: PlayerId(id), per_minute: 5, ..line("hi") };
            assert!(says(&mut floods, guest, Duration::ZERO).is_ok());
        }
        assert!(floods.people_remembered() <= 600, "{}", floods.people_remembered());
        floods.forget(Duration::from_secs(120));
        assert_eq!(floods.people_remembered(), 0);
    }

    impl Floods {
        fn people_remembered(&self) -> usize {
            self.rate.len() + self.pace.len() + self.repeats.len()
        }
    }
}
