//! Moments at which players are looked at, one for each at most. Whatever is due is found without looking at anybody else.

use std::collections::BTreeSet;
use std::time::Duration;

use rustc_hash::FxHashMap;

use crate::vocab::PlayerId;

/// When each player is to be looked at; monotonic, since the start of the process.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    of: FxHashMap<PlayerId, Duration>,
    order: BTreeSet<(Duration, PlayerId)>,
}

impl Alarms {
    /// Sets a player's alarm; the one before is off.
    pub(super) fn set(&mut self, player: PlayerId, at: Duration) {
        self.drop_of(player);
        self.of.insert(player, at);
        self.order.insert((at, player));
    }

    /// A player's alarm is off.
    pub(super) fn drop_of(&mut self, player: PlayerId) {
        if let Some(at) = self.of.remove(&player) {
            self.order.remove(&(at, player));
        }
    }

    /// The next moment.
    pub(super) fn next(&self) -> Option<Duration> {
        self.order.first().map(|(at, _)| *at)
    }

    /// Takes out those whose moment has come, the one that waited longest first.
    pub(super) fn take_due(&mut self, now: Duration) -> Vec<PlayerId> {
        let mut due = Vec::new();
        while let Some((at, player)) = self.order.first().copied().filter(|(at, _)| *at <= now) {
            self.order.remove(&(at, player));
            self.of.remove(&player);
            due.push(player);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rings_once_at_the_moment_set_last() {
        let mut alarms = Alarms::default();
        let [ada, bob, gil] = [1, 2, 3].map(PlayerId);
        let second = Duration::from_secs;
        alarms.set(ada, second(1));
        alarms.set(ada, second(9));
        alarms.set(bob, second(5));
        alarms.set(gil, second(3));
        alarms.drop_of(gil);
        assert_eq!(alarms.next(), Some(second(5)));
        assert_eq!(alarms.take_due(second(4)), []);
        assert_eq!(alarms.take_due(second(9)), [bob, ada]);
        assert_eq!((alarms.take_due(second(99)), alarms.next()), (vec![], None));
        assert!(alarms.of.is_empty());
    }
}
