//! Who is in which plane, zone and subzone, kept as people come and go: a shout looks at those who hear it and at nobody else.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::vocab::{PlayerId, RoomId};

/// Those in every part of the world that has anybody in it.
#[derive(Debug, Default)]
pub(super) struct Crowds {
    by_path: FxHashMap<Box<str>, BTreeSet<PlayerId>>,
}

/// The paths that a room lies on, the widest first.
fn paths(room: &RoomId) -> [&str; 3] {
    [room.plane(), room.zone(), room.subzone()]
}

impl Crowds {
    /// Somebody has come from outside the world.
    pub(super) fn enter(&mut self, player: PlayerId, room: &RoomId) {
        paths(room).into_iter().for_each(|path| self.add(player, path));
    }

    /// Somebody has left the world.
    pub(super) fn leave(&mut self, player: PlayerId, room: &RoomId) {
        paths(room).into_iter().for_each(|path| self.remove(player, path));
    }

    /// Somebody has gone from one room to another.
    pub(super) fn pass(&mut self, player: PlayerId, from: &RoomId, to: &RoomId) {
        for (from, to) in paths(from).into_iter().zip(paths(to)) {
            if from != to {
                self.remove(player, from);
                self.add(player, to);
            }
        }
    }

    /// Those in a part, in the order of their ids.
    pub(super) fn within(&self, path: &str) -> Arc<[PlayerId]> {
        self.by_path.get(path).into_iter().flatten().copied().collect()
    }

    fn add(&mut self, player: PlayerId, path: &str) {
        match self.by_path.get_mut(path) {
            Some(crowd) => {
                crowd.insert(player);
            }
            None => {
                self.by_path.insert(path.into(), BTreeSet::from([player]));
            }
        }
    }

    fn remove(&mut self, player: PlayerId, path: &str) {
        let Some(crowd) = self.by_path.get_mut(path) else { return };
        crowd.remove(&player);
        if crowd.is_empty() {
            self.by_path.remove(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn room(number: u8) -> RoomId {
        let [plane, zone, subzone, room] = [6, 4, 2, 0].map(|shift| number >> shift & 3);
        format!("p{plane}.z{zone}.s{subzone}.r{room}").parse().unwrap()
    }

    proptest! {
        /// However people came to where they are, each is counted where they stand and nowhere else.
        #[test]
        fn everybody_is_where_they_stand(steps in proptest::collection::vec((0..8_u64, any::<Option<u8>>()), 0..200)) {
            let mut crowds = Crowds::default();
            let mut standing = BTreeMap::new();
            for (id, to) in steps {
                let (id, to) = (PlayerId(id), to.map(room));
                match (standing.remove(&id), &to) {
                    (None, Some(to)) => crowds.enter(id, to),
                    (Some(from), Some(to)) => crowds.pass(id, &from, to),
                    (Some(from), None) => crowds.leave(id, &from),
                    (None, None) => {}
                }
                standing.extend(to.map(|to| (id, to)));
            }
            let mut expected = Crowds::default();
            standing.iter().for_each(|(id, room)| expected.enter(*id, room));
            prop_assert_eq!(crowds.by_path, expected.by_path);
        }
    }
}
