//! The ground that everyone stands on: the rooms of an atlas, with what lies in each. Laid out once for each atlas, away from the
//! game loop if need be: a world of ten thousand rooms takes milliseconds.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Atlas, ItemKey};
use crate::vocab::{PlayerId, RoomId};

/// What changes in a room.
#[derive(Debug, Default)]
pub struct RoomState {
    /// Who is here, in the order they came.
    pub players: Vec<PlayerId>,
    /// What lies here.
    pub items: Vec<ItemKey>,
    /// The players once more, shared by every line said here until somebody comes or goes.
    pub(super) witnesses: Option<Arc<[PlayerId]>>,
}

/// An atlas, and its rooms as long as nobody is in them: every item is in its place.
#[derive(Debug)]
pub struct Ground {
    pub(super) atlas: Arc<Atlas>,
    pub(super) rooms: FxHashMap<RoomId, RoomState>,
    /// The places of each item.
    places: FxHashMap<ItemKey, Vec<RoomId>>,
}

impl Ground {
    /// Puts every item in its place.
    #[must_use]
    pub fn of(atlas: Arc<Atlas>) -> Self {
        let mut rooms = FxHashMap::default();
        let mut places: FxHashMap<ItemKey, Vec<RoomId>> = FxHashMap::default();
        for (id, room) in &atlas.rooms {
            for item in &room.items {
                places.entry(item.clone()).or_default().push(id.clone());
            }
            let state = RoomState { items: room.items.clone(), ..RoomState::default() };
            rooms.insert(id.clone(), state);
        }
        Self { atlas, rooms, places }
    }

    /// What somebody holds does not lie in its place as well.
    pub(super) fn take_up(&mut self, held: &ItemKey) {
        let Some(room) = self.places.get_mut(held).and_then(Vec::pop) else { return };
        let Some(state) = self.rooms.get_mut(&room) else { return };
        if let Some(at) = state.items.iter().position(|item| item == held) {
            state.items.remove(at);
        }
    }
}
