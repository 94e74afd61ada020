//! How many points everyone has. They fade by half in each half-life, so one number and its moment say all.

use std::time::Duration;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::vocab::Person;

/// Points below this are forgotten.
const FORGOTTEN: f64 = 0.05;
/// The most people whose points are remembered; further ones have none.
const PEOPLE_MAX: usize = 100_000;

/// Somebody's points at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    points: f64,
    at: Duration,
    /// How long they had faded at that moment.
    faded: Duration,
}

impl Score {
    /// So many points at a moment: monotonic, since the start.
    #[must_use]
    pub fn new(points: f64, at: Duration) -> Self {
        Self { points, at, faded: Duration::ZERO }
    }

    /// So many points at a moment before the start, and how long that is ago.
    #[must_use]
    pub fn before(points: f64, ago: Duration) -> Self {
        Self { points, at: Duration::ZERO, faded: ago }
    }

    /// What is left of them later.
    #[must_use]
    pub fn left(self, now: Duration, half_life: Duration) -> f64 {
        let time = now.saturating_sub(self.at).saturating_add(self.faded);
        self.points * 0.5f64.powf(time.as_secs_f64() / half_life.as_secs_f64())
    }
}

/// Everyone's points, with the name that each had when the last were added.
#[derive(Debug, Default)]
pub struct Scores {
    people: FxHashMap<Person, (SmolStr, Score)>,
}

impl Scores {
    /// Takes in what was stored.
    pub fn restore(&mut self, who: Person, name: SmolStr, score: Score) {
        self.people.insert(who, (name, score));
    }

    /// Adds points and says how many there are then.
    pub fn add(
        &mut self,
        who: Person,
        name: &SmolStr,
        cost: f64,
        now: Duration,
        half_life: Duration,
    ) -> f64 {
        let points = self.of(who, now, half_life) + cost;
        if self.people.len() < PEOPLE_MAX || self.people.contains_key(&who) {
            self.people.insert(who, (name.clone(), Score::new(points, now)));
        }
        points
    }

    /// How many points somebody has.
    #[must_use]
    pub fn of(&self, who: Person, now: Duration, half_life: Duration) -> f64 {
        self.people.get(&who).map_or(0.0, |(_, score)| score.left(now, half_life))
    }

    /// Everyone who has points, the most first.
    #[must_use]
    pub fn all(&self, now: Duration, half_life: Duration) -> Vec<(Person, &SmolStr, f64)> {
        let all = self.people.iter();
        let mut all: Vec<_> =
            all.map(|(who, (name, score))| (*who, name, score.left(now, half_life))).collect();
        all.retain(|(.., points)| *points >= FORGOTTEN);
        all.sort_by(|one, other| other.2.total_cmp(&one.2).then_with(|| one.1.cmp(other.1)));
        all
    }

    /// Takes somebody's points away.
    pub fn clear(&mut self, who: Person) {
        self.people.remove(&who);
    }

    /// Drops what has faded and what guests have who are not here, so that memory does not grow. Whose points those were.
    pub fn forget(
        &mut self,
        is_here: impl Fn(Person) -> bool,
        now: Duration,
        half_life: Duration,
    ) -> Vec<Person> {
        let mut gone = Vec::new();
        self.people.retain(|who, (_, score)| {
            let is_gone = matches!(who, Person::Guest(_)) && !is_here(*who);
            let stays = score.left(now, half_life) >= FORGOTTEN && !is_gone;
            if !stays {
                gone.push(*who);
            }
            stays
        });
        gone
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vocab::{AccountId, PlayerId};

    const HALF: Duration = Duration::from_hours(1);
    const BOB: Person = Person::Account(AccountId(1));

    proptest! {
        /// One number that fades is the sum of all offences, each faded for itself, over a restart, too.
        #[test]
        fn the_score_is_the_sum_of_what_is_left_of_each(
            offences in prop::collection::vec((1u32..20, 0u64..20_000), 0..20),
            away in 0u64..20_000,
        ) {
            let (mut scores, mut now) = (Scores::default(), Duration::ZERO);
            let (mut each, mut points) = (Vec::new(), 0.0);
            for (cost, wait) in offences {
                now += Duration::from_secs(wait);
                points = scores.add(BOB, &"Bob".into(), f64::from(cost), now, HALF);
                each.push(Score::new(f64::from(cost), now));
            }
            let later = now + Duration::from_secs(away + 1_000);
            let sum: f64 = each.iter().map(|score| score.left(later, HALF)).sum();
            prop_assert!((scores.of(BOB, later, HALF) - sum).abs() < 1e-6);
            let stored = Score::before(points, Duration::from_secs(away));
            prop_assert!((stored.left(Duration::from_secs(1_000), HALF) - sum).abs() < 1e-6);
        }
    }

    #[test]
    fn what_has_faded_is_forgotten_and_so_are_guests_who_left() {
        let mut scores = Scores::default();
        let guests = [1, 2].map(|id| Person::Guest(PlayerId(id)));
        for who in [BOB, guests[0], guests[1]] {
            scores.add(who, &"Bob".into(), 1.0, Duration::ZERO, HALF);
        }
        let is_here = |who: Person| who == guests[0];
        assert_eq!(scores.forget(is_here, HALF * 4, HALF), [guests[1]]);
        assert_eq!(scores.forget(is_here, HALF * 5, HALF).len(), 2);
        assert!(scores.all(HALF * 5, HALF).is_empty());
    }
}
