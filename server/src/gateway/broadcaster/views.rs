//! Rooms as terminals were shown them lately: players look again, and walk where others have just walked. Most of the
//! work for a `look` is to lay out a text that was laid out a moment ago.

use std::sync::Arc;

use bytes::Bytes;
use rustc_hash::FxHashMap;

use crate::gateway::render::Look;
use crate::vocab::{Fact, RoomId, RoomView};

/// How many rooms are remembered.
const ROOMS_MAX: usize = 512;
/// How many views of a room are: it reads otherwise to each of those in it, and on each kind of screen.
const VIEWS_MAX: usize = 16;

/// What rooms looked like.
#[derive(Debug, Default)]
pub(super) struct Views {
    rooms: FxHashMap<RoomId, Vec<Seen>>,
}

#[derive(Debug)]
struct Seen {
    view: Arc<RoomView>,
    look: Look,
    bytes: Bytes,
}

impl Views {
    /// A room for a look, rendered if it was not lately.
    pub(super) fn of(&mut self, look: Look, view: &Arc<RoomView>) -> Option<Bytes> {
        let is_it = |seen: &&Seen| seen.look == look && seen.view == *view;
        let lately = self.rooms.get(&view.id).and_then(|room| room.iter().find(is_it));
        if let Some(seen) = lately {
            return Some(seen.bytes.clone());
        }
        let bytes = look.fact(&Fact::SawRoom(Arc::clone(view)))?.bytes;
        self.remember(Seen { view: Arc::clone(view), look, bytes: bytes.clone() });
        Some(bytes)
    }

    fn remember(&mut self, seen: Seen) {
        if self.rooms.len() >= ROOMS_MAX && !self.rooms.contains_key(&seen.view.id) {
            self.rooms.clear();
        }
        let room = self.rooms.entry(seen.view.id.clone()).or_default();
        if room.len() >= VIEWS_MAX {
            room.remove(0);
        }
        room.push(seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::render::Dialect;
    use crate::vocab::{Capability, ColourDepth, Spot};

    fn view(room: usize, players: &[&str]) -> Arc<RoomView> {
        Arc::new(RoomView {
            id: format!("a.b.c.r{room}").parse().unwrap(),
            name: format!("Room {room}"),
            zone: String::new(),
            subzone: String::new(),
            text: None,
            exits: Vec::new(),
            players: players.iter().map(|name| (*name).into()).collect(),
            absent: Default::default(),
            npcs: Vec::new(),
            items: Vec::new(),
            indoors: false,
            spot: Spot::default(),
        })
    }

    fn look(colour: ColourDepth) -> Look {
        let capability = Capability { colour, ..Capability::default() };
        Look { dialect: Dialect::Telnet, capability }
    }

    #[test]
    fn the_same_view_is_laid_out_once_and_another_anew() {
        let mut views = Views::default();
        let plain = look(ColourDepth::None);
        let first = views.of(plain, &view(1, &["Ada"])).unwrap();
        let again = views.of(plain, &view(1, &["Ada"])).unwrap();
        assert_eq!(first.as_ptr(), again.as_ptr());
        for (look, view) in [
            (plain, view(1, &["Ada", "Bob"])),
            (plain, view(2, &["Ada"])),
            (look(ColourDepth::True), view(1, &["Ada"])),
        ] {
            let shown = views.of(look, &view).unwrap();
            assert_ne!(shown, first);
            assert_eq!(shown, look.fact(&Fact::SawRoom(view)).unwrap().bytes);
        }
    }

    #[test]
    fn no_more_is_remembered_than_may_be() {
        let mut views = Views::default();
        for room in 0..ROOMS_MAX + 1 {
            for name in 0..VIEWS_MAX + 1 {
                views.of(look(ColourDepth::None), &view(room, &[&name.to_string()])).unwrap();
            }
        }
        assert_eq!(views.rooms.len(), 1);
        assert!(views.rooms.values().all(|room| room.len() == VIEWS_MAX));
    }
}
