//! What may refuse or amend speech before anyone hears it: one file per rule, tried in the order of [`Rules::judge`].

mod orders;
mod rate;
mod restrictions;
mod words;

pub use orders::{Decision, MODERATES, Refused, Target, decide};
pub use restrictions::{Restrictions, Standing};

use std::time::Duration;

use crate::vocab::{Blocked, Draft, Person, Rank};

/// The rules with what they remember.
#[derive(Debug)]
pub struct Rules {
    /// Who may not speak, act or come in.
    pub restrictions: Restrictions,
    rate: rate::Rate,
    words: words::Words,
}

impl Rules {
    /// Rules that mask these words.
    ///
    /// # Errors
    /// When the words cannot be searched for (too many of them).
    pub fn new(words: &[String]) -> anyhow::Result<Self> {
        let (restrictions, rate) = Default::default();
        Ok(Self { restrictions, rate, words: words::Words::new(words)? })
    }

    /// Puts a draft before every rule; `now` is monotonic time since the start.
    ///
    /// # Errors
    /// The first rule that refuses.
    pub fn judge(&mut self, draft: &mut Draft, now: Duration) -> Result<(), Blocked> {
        let who = Person::of(draft.account, draft.speaker);
        if let Some(blocked) = self.restrictions.verdict(who, &draft.channel, now) {
            return Err(blocked);
        }
        if draft.rank < Rank::Helper {
            self.rate.judge(draft, now)?;
        }
        self.words.judge(draft);
        Ok(())
    }

    /// Forgets what no longer counts, so that memory does not grow with everyone who ever spoke.
    pub fn forget(&mut self, now: Duration) {
        self.restrictions.forget(now);
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
