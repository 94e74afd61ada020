//! What may refuse or amend speech before anyone hears it: one file per rule, tried in the order of [`Rules::judge`].

mod allowance;
mod bounds;
mod content;
mod docket;
pub mod filter;
mod fingerprint;
mod floods;
mod held;
mod ladder;
mod limits;
mod memory;
mod noise;
mod orders;
mod pace;
mod raids;
mod rate;
mod repeats;
mod restrictions;
mod slow;
mod tally;
mod wave;
mod withdrawals;

pub use allowance::{Allowance, Burst, is_not_yet};
pub use docket::{
    Change, Credit, Docket, DocketLimits, Plan, StaffRanks, StandingOn, hide_cases, priority,
};
pub use floods::Floods;
pub use held::{Held, may_settle};
pub use ladder::{Counted, Escalation, Score, Scores};
pub use limits::FloodLimits;
pub use orders::{Decision, MODERATES, Refused, Target, decide, spared_names};
pub use restrictions::{Defcon, Restraint, Restrictions, Speaking, Standing};
pub use tally::{Counts, Returns, Tally};
pub use wave::WAVE;
pub use withdrawals::{StoredLine, decide_withdrawal, no_such_line};

use std::sync::Arc;
use std::time::Duration;

use filter::{Filter, Verdict};

use crate::vocab::{Blocked, Draft, FilterAction, Person, Ruling, Severity};

/// The rules with what they remember.
#[derive(Debug)]
pub struct Rules {
    /// Who may not speak, act or come in.
    pub restrictions: Restrictions,
    /// How much one may say; nothing limits it before limits are set.
    pub floods: Floods,
    /// What follows when somebody goes on and on; nothing before a ladder is set.
    pub escalation: Escalation,
    slow: slow::Slow,
    filter: Arc<Filter>,
}

impl Rules {
    /// Rules with this content filter.
    #[must_use]
    pub fn new(filter: Arc<Filter>) -> Self {
        let (restrictions, escalation, slow) = Default::default();
        let floods = Floods::new(FloodLimits::none());
        Self { restrictions, floods, escalation, slow, filter }
    }

    /// Puts a draft before every rule, and counts it when none refuses; `now` is monotonic time since the start.
    ///
    /// # Errors
    /// The first rule that refuses.
    pub fn judge(&mut self, draft: &mut Draft, now: Duration) -> Result<Ruling, Blocked> {
        let who = Person::of(draft.account, draft.speaker);
        let speaking = Speaking {
            who,
            rank: draft.rank,
            account_age: draft.account_age,
            channel: &draft.channel,
        };
        let restraint = self.restrictions.verdict(&speaking, now)?;
        if let Some(gap) = restraint.gap {
            self.slow.judge(who, &draft.channel, gap, now)?;
        }
        let print = self.floods.judge(draft, who, now)?;
        let action = self.filter(draft)?;
        self.floods.count(draft, print.as_ref(), who, now);
        if restraint.gap.is_some() {
            self.slow.count(who, &draft.channel, now);
        }
        Ok(match restraint {
            // Whoever is shadowed must not see that their lines need not wait as those of others do.
            Restraint { is_held: true, .. } => Ruling::Hold("hold"),
            _ if action == Some(FilterAction::Hold) => Ruling::Hold("filter"),
            Restraint { is_shadowed: true, .. } => Ruling::Shadow,
            _ => Ruling::Say,
        })
    }

    /// Whether the content filter objects to a name, which all who meet its bearer read.
    #[must_use]
    pub fn objects_to_name(&self, name: &str) -> bool {
        let hits = self.filter.examine(name);
        hits.iter().any(|hit| hit.severity > Severity::Mild)
    }

    /// Puts a draft that staff have approved of before the rules that count all the same: what keeps its speaker from
    /// speaking by now, and the words. It is counted nowhere a second time.
    ///
    /// # Errors
    /// The first rule that refuses.
    pub fn judge_approved(&self, draft: &mut Draft, now: Duration) -> Result<Ruling, Blocked> {
        let speaking = Speaking {
            who: Person::of(draft.account, draft.speaker),
            rank: draft.rank,
            account_age: draft.account_age,
            channel: &draft.channel,
        };
        let restraint = self.restrictions.verdict(&speaking, now)?;
        self.masked(draft);
        Ok(if restraint.is_shadowed { Ruling::Shadow } else { Ruling::Say })
    }

    /// Forgets what no longer counts, so that memory does not grow with everyone who ever spoke.
    pub fn forget(&mut self, now: Duration) {
        self.restrictions.forget(now);
        self.slow.forget(now);
        self.floods.forget(now);
    }

    /// The content filter.
    #[must_use]
    pub fn content_filter(&self) -> &Arc<Filter> {
        &self.filter
    }

    /// Takes another content filter; returns the one that was.
    pub fn reload(&mut self, filter: Arc<Filter>) -> Arc<Filter> {
        std::mem::replace(&mut self.filter, filter)
    }

    /// Puts a draft before the content filter, which notes in it what was found.
    fn filter(&self, draft: &mut Draft) -> Result<Option<FilterAction>, Blocked> {
        let verdict = self.masked(draft);
        draft.hits = verdict.hits;
        if verdict.action >= Some(FilterAction::Refuse) {
            return Err(Blocked::new("filter", "That is not said here. Nobody has heard it."));
        }
        Ok(verdict.action)
    }

    /// Notes in a draft how it reads to those who do not want to read all of it, and to everyone.
    fn masked(&self, draft: &mut Draft) -> Verdict {
        let mut verdict = self.filter.judge(&draft.channel, &draft.content);
        if let Some(masked) = verdict.for_all.take() {
            draft.content = masked;
            draft.flags.push("masked".into());
        }
        draft.masks = std::mem::take(&mut verdict.masks);
        verdict
    }
}
