//! A memory of bounded size: when it is full, what was not touched for longest is forgotten. Knows nothing of what it holds.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// One in so many is forgotten when there is no more room, so that room is rarely made.
const FORGOTTEN_ONE_IN: usize = 10;

/// What is known of so many keys at most.
#[derive(Debug)]
pub(super) struct Memory<K, T> {
    known: FxHashMap<K, (u64, T)>,
    entries_max: usize,
    /// Counts touches; the greater an entry's, the later it was touched.
    touches: u64,
}

impl<K: Eq + Hash, T: Default> Memory<K, T> {
    pub(super) fn new(entries_max: usize) -> Self {
        Self { known: FxHashMap::default(), entries_max: entries_max.max(1), touches: 0 }
    }

    pub(super) fn get(&self, key: &K) -> Option<&T> {
        self.known.get(key).map(|(_, what)| what)
    }

    /// What is known of a key, to be changed; nothing yet for a new one.
    pub(super) fn touch(&mut self, key: K) -> &mut T {
        if self.known.len() >= self.entries_max && !self.known.contains_key(&key) {
            self.make_room();
        }
        self.touches += 1;
        let (touched, what) = self.known.entry(key).or_default();
        *touched = self.touches;
        what
    }

    /// Forgets what no longer counts.
    pub(super) fn retain(&mut self, mut counts: impl FnMut(&mut T) -> bool) {
        self.known.retain(|_, (_, what)| counts(what));
    }

    fn make_room(&mut self) {
        let mut touched: Vec<u64> = self.known.values().map(|(touched, _)| *touched).collect();
        let at = touched.len() / FORGOTTEN_ONE_IN;
        let (_, latest_forgotten, _) = touched.select_nth_unstable(at);
        let latest_forgotten = *latest_forgotten;
        self.known.retain(|_, (touched, _)| *touched > latest_forgotten);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_memory_forgets_the_quietest() {
        let mut memory: Memory<u32, u32> = Memory::new(100);
        (0..100).for_each(|key| *memory.touch(key) = key);
        *memory.touch(0) += 1;
        for key in 100..1_000 {
            memory.touch(key);
            assert!(memory.len() <= 100);
            memory.touch(0);
        }
        assert_eq!(memory.get(&0), Some(&1), "who speaks on is remembered");
        assert_eq!(memory.get(&1), None);
        assert!(memory.get(&999).is_some());
    }
}
