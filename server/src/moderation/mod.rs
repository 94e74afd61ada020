//! What may refuse or amend speech before anyone hears it: one file per rule, tried in the order of [`Rules::judge`].

mod allowance;
mod bounds;
mod content;
mod fingerprint;
mod floods;
mod held;
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
mod words;

pub use allowance::{Allowance, Burst};
pub use floods::Floods;
pub use held::{Held, may_settle};
pub use limits::FloodLimits;
pub use orders::{Decision, MODERATES, Refused, Target, decide, spared_names};
pub use restrictions::{Defcon, Restraint, Restrictions, Speaking, Standing};
pub use tally::{Counts, Tally};
pub use wave::WAVE;

use std::time::Duration;

use crate::vocab::{Blocked, Draft, Person, Ruling};

/// The rules with what they remember.
#[derive(Debug)]
pub struct Rules {
    /// Who may not speak, act or come in.
    pub restrictions: Restrictions,
    /// How much one may say; nothing limits it before limits are set.
    pub floods: Floods,
    slow: slow::Slow,
    words: words::Words,
}

impl Rules {
    /// Rules that mask these words.
    ///
    /// # Errors
    /// When the words cannot be searched for (too many of them).
    pub fn new(words: &[String]) -> anyhow::Result<Self> {
        let (restrictions, slow) = Default::default();
        let floods = Floods::new(FloodLimits::none());
        Ok(Self { restrictions, floods, slow, words: words::Words::new(words)? })
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
        self.words.judge(draft);
        self.floods.count(draft, print.as_ref(), who, now);
        if restraint.gap.is_some() {
            self.slow.count(who, &draft.channel, now);
        }
        Ok(match restraint {
            // Whoever is shadowed must not see that their lines need not wait as those of others do.
            Restraint { is_held: true, .. } => Ruling::Hold("hold"),
            Restraint { is_shadowed: true, .. } => Ruling::Shadow,
            _ => Ruling::Say,
        })
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
        self.words.judge(draft);
        Ok(if restraint.is_shadowed { Ruling::Shadow } else { Ruling::Say })
    }

    /// Forgets what no longer counts, so that memory does not grow with everyone who ever spoke.
    pub fn forget(&mut self, now: Duration) {
        self.restrictions.forget(now);
        self.slow.forget(now);
        self.floods.forget(now);
    }

    /// Takes a new list of words.
    ///
    /// # Errors
    /// As [`Rules::new`]; the old list stays then.
    pub fn reload(&mut self, words: &[String]) -> anyhow::Result<()> {
        self.words = words::Words::new(words)?;
        Ok(())
    }
}
