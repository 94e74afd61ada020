//! What may refuse or amend speech before anyone hears it: one file per rule, tried in the order of [`Rules::judge`].

mod orders;
mod rate;
mod restrictions;
mod slow;
mod words;

pub use orders::{Decision, MODERATES, Refused, Target, decide};
pub use restrictions::{Defcon, Restraint, Restrictions, Speaking, Standing};

use std::time::Duration;

use crate::vocab::{Blocked, Draft, Person, Rank, Ruling};

/// The rules with what they remember.
#[derive(Debug)]
pub struct Rules {
    /// Who may not speak, act or come in.
    pub restrictions: Restrictions,
    slow: slow::Slow,
    rate: rate::Rate,
    words: words::Words,
}

impl Rules {
    /// Rules that mask these words.
    ///
    /// # Errors
    /// When the words cannot be searched for (too many of them).
    pub fn new(words: &[String]) -> anyhow::Result<Self> {
        let (restrictions, slow, rate) = Default::default();
        Ok(Self { restrictions, slow, rate, words: words::Words::new(words)? })
    }

    /// Puts a draft before every rule; `now` is monotonic time since the start.
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
        if draft.rank < Rank::Helper {
            self.rate.judge(draft, now)?;
        }
        self.words.judge(draft);
        if restraint.gap.is_some() {
            self.slow.count(who, &draft.channel, now);
        }
        Ok(match restraint {
            Restraint { is_shadowed: true, .. } => Ruling::Shadow,
            Restraint { is_held: true, .. } => Ruling::Hold("hold"),
            _ => Ruling::Say,
        })
    }

    /// Whether the content filter objects to a name, which all who meet its bearer read.
    #[must_use]
    pub fn objects_to_name(&self, name: &str) -> bool {
        self.words.finds(name)
    }

    /// Forgets what no longer counts, so that memory does not grow with everyone who ever spoke.
    pub fn forget(&mut self, now: Duration) {
        self.restrictions.forget(now);
        self.slow.forget(now);
        self.rate.forget(now);
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
