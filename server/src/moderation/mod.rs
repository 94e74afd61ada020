//! What may refuse or amend speech before anyone hears it: one file per rule, tried in the order of [`Rules::judge`].

pub mod filter;
mod orders;
mod rate;
mod restrictions;
mod slow;

pub use orders::{Decision, MODERATES, Refused, Target, decide};
pub use restrictions::{Defcon, Restraint, Restrictions, Speaking, Standing};

use std::sync::Arc;
use std::time::Duration;

use filter::{Filter, Verdict};

use crate::vocab::{Blocked, Draft, FilterAction, Person, Rank, Ruling};

/// The rules with what they remember.
#[derive(Debug)]
pub struct Rules {
    /// Who may not speak, act or come in.
    pub restrictions: Restrictions,
    slow: slow::Slow,
    rate: rate::Rate,
    filter: Arc<Filter>,
}

impl Rules {
    /// Rules with this content filter.
    #[must_use]
    pub fn new(filter: Arc<Filter>) -> Self {
        let (restrictions, slow, rate) = Default::default();
        Self { restrictions, slow, rate, filter }
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
        let action = self.filter(draft)?;
        if restraint.gap.is_some() {
            self.slow.count(who, &draft.channel, now);
        }
        Ok(match restraint {
            Restraint { is_shadowed: true, .. } => Ruling::Shadow,
            Restraint { is_held: true, .. } => Ruling::Hold("hold"),
            _ if action == Some(FilterAction::Hold) => Ruling::Hold("filter"),
            _ => Ruling::Say,
        })
    }

    /// Puts a draft before the content filter, which notes in it what was found and how it reads masked.
    fn filter(&self, draft: &mut Draft) -> Result<Option<FilterAction>, Blocked> {
        let Verdict { hits, action, for_all, masks } =
            self.filter.judge(&draft.channel, &draft.content);
        draft.hits = hits;
        if action >= Some(FilterAction::Refuse) {
            return Err(Blocked::new("filter", "That is not said here. Nobody has heard it."));
        }
        if let Some(masked) = for_all {
            draft.content = masked;
            draft.flags.push("masked".into());
        }
        draft.masks = masks;
        Ok(action)
    }

    /// Forgets what no longer counts, so that memory does not grow with everyone who ever spoke.
    pub fn forget(&mut self, now: Duration) {
        self.restrictions.forget(now);
        self.slow.forget(now);
        self.rate.forget(now);
    }

    /// The content filter.
    #[must_use]
    pub fn content_filter(&self) -> &Arc<Filter> {
        &self.filter
    }

    /// Takes another content filter.
    pub fn reload(&mut self, filter: Arc<Filter>) {
        self.filter = filter;
    }
}
