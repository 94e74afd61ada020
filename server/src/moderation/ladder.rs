//! What follows when somebody goes on and on: counts points, and says which rung they lead to. Imposes nothing.

mod score;

pub use score::{Score, Scores};

use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Restrictions, Standing};
use crate::vocab::{ActId, Ladder, Offence, Person, RestrictionKind, Rung, Scope, Step, Subject};

/// How long an order of the ladder may take to be carried out. After that it is thought to be lost.
const UNDER_WAY_MAX: Duration = Duration::from_secs(10);

/// The ladder with all that it remembers.
#[derive(Debug, Default)]
pub struct Escalation {
    ladder: Option<Arc<Ladder>>,
    /// Who has how many points.
    pub scores: Scores,
    /// What was ordered and is not carried out yet, and when.
    under_way: FxHashMap<Person, (ActId, Duration)>,
    /// The points from which the rung begins that staff were last asked to decide about.
    proposed: FxHashMap<Person, f64>,
}

/// What an offence brings.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The points by now.
    pub points: f64,
    /// What is to be done at once.
    pub act: Option<Rung>,
    /// What staff are to be asked.
    pub proposal: Option<Rung>,
}

impl Escalation {
    /// A ladder under which nobody has any points.
    #[must_use]
    pub fn new(ladder: Option<Arc<Ladder>>) -> Self {
        Self { ladder, ..Self::default() }
    }

    /// The ladder, if there is one.
    #[must_use]
    pub fn ladder(&self) -> Option<&Arc<Ladder>> {
        self.ladder.as_ref()
    }

    /// Goes by another ladder. The points stay.
    pub fn set_ladder(&mut self, ladder: Option<Arc<Ladder>>) {
        self.ladder = ladder;
        self.proposed.clear();
    }

    /// Counts an offence; none when it costs nothing. `standing` is what counts against people by now: nothing is imposed
    /// beside what is as heavy, nor again while it counts.
    pub fn count(
        &mut self,
        who: Person,
        name: &SmolStr,
        offence: Offence,
        standing: &Restrictions,
        now: Duration,
    ) -> Option<Counted> {
        let ladder = Arc::clone(self.ladder.as_ref()?);
        let cost = ladder.cost(offence);
        if cost <= 0.0 {
            return None;
        }
        let points = self.scores.add(who, name, cost, now, ladder.half_life);
        let act = ladder.automatic_rung(points).filter(|rung| {
            !self.is_under_way(who, now) && !is_covered(rung, who, name, standing, now)
        });
        let proposal = ladder.rung(points).filter(|rung| !rung.is_automatic).filter(|rung| {
            self.proposed.get(&who).is_none_or(|before| *before < rung.from)
                && !is_covered(rung, who, name, standing, now)
        });
        if let Some(rung) = proposal {
            self.proposed.insert(who, rung.from);
        }
        Some(Counted { points, act: act.cloned(), proposal: proposal.cloned() })
    }

    fn is_under_way(&self, who: Person, now: Duration) -> bool {
        let begun = self.under_way.get(&who).map(|(_, begun)| *begun);
        begun.is_some_and(|begun| now.saturating_sub(begun) < UNDER_WAY_MAX)
    }

    /// An order about somebody is on its way to be committed.
    pub fn begin(&mut self, who: Person, order: ActId, now: Duration) {
        self.under_way.insert(who, (order, now));
    }

    /// An order was carried out, or refused.
    pub fn end(&mut self, order: ActId) {
        self.under_way.retain(|_, (id, _)| *id != order);
    }

    /// Takes somebody's points away. How many they had.
    pub fn clear(&mut self, who: Person, now: Duration) -> f64 {
        let points = self.points(who, now);
        self.scores.clear(who);
        self.proposed.remove(&who);
        points
    }

    /// How many points somebody has.
    #[must_use]
    pub fn points(&self, who: Person, now: Duration) -> f64 {
        self.ladder.as_ref().map_or(0.0, |ladder| self.scores.of(who, now, ladder.half_life))
    }

    /// Drops what has faded, and the points of guests who are gone. Whose points they were that are dropped.
    pub fn forget(&mut self, is_here: impl Fn(Person) -> bool, now: Duration) -> Vec<Person> {
        let Some(ladder) = &self.ladder else { return Vec::new() };
        let gone = self.scores.forget(is_here, now, ladder.half_life);
        let (scores, half_life) = (&self.scores, ladder.half_life);
        self.proposed.retain(|who, from| scores.of(*who, now, half_life) >= *from);
        self.under_way.retain(|_, (_, begun)| now.saturating_sub(*begun) < UNDER_WAY_MAX);
        gone
    }
}

/// Whether what a rung asks for would change nothing, or would shorten what counts already.
fn is_covered(
    rung: &Rung,
    who: Person,
    name: &SmolStr,
    restrictions: &Restrictions,
    now: Duration,
) -> bool {
    let subject = Subject::Person(who, name.clone());
    let mut standing = restrictions.on(&subject, now);
    if rung.step == Step::Warn {
        let is_warned = !restrictions.warnings(who).is_empty();
        return is_warned || standing.any(|it| is_as_heavy(it, RestrictionKind::Mute));
    }
    let (Some(kind), Some(lasts)) = (rung.step.kind(), rung.lasts) else { return true };
    standing.any(|it| {
        let is_longer = it.left(now).is_none_or(|left| left >= lasts);
        is_as_heavy(it, kind) && (is_longer || is_of(it, kind, lasts))
    })
}

/// Whether it keeps somebody at least from speaking anywhere; from coming in if `kind` does.
fn is_as_heavy(standing: &Standing, kind: RestrictionKind) -> bool {
    let other = &standing.restriction;
    let is_ban = other.kind == RestrictionKind::Ban;
    let silences = other.kind.silences() && other.scope == Scope::All;
    is_ban || (silences && kind != RestrictionKind::Ban)
}

/// Whether a rung of the ladder with this step and time has brought it.
fn is_of(standing: &Standing, kind: RestrictionKind, lasts: Duration) -> bool {
    let it = &standing.restriction;
    let length = it.until.and_then(|until| (until - it.from).to_std().ok());
    it.issuer.account.is_none() && it.kind == kind && length == Some(lasts)
}

#[cfg(test)]
mod tests;
