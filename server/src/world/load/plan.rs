//! Where each room lies on the map of its zone, for clients that draw one. Walks the compass exits; reads no files.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::vocab::{RoomId, Spot};
use crate::world::atlas::{Room, Way};
use crate::world::direction::Direction;

/// The free columns between parts of a zone that no compass exits join.
const GAP: i32 = 3;

type Rooms = FxHashMap<RoomId, Room>;
type Neighbours<'a> = FxHashMap<&'a RoomId, Vec<(&'a RoomId, Spot)>>;

/// Lays out every zone from its first room in the order given. What does not hang together goes side by side, from
/// west to east.
pub(super) fn lay_out<'a>(
    rooms: &'a Rooms,
    order: impl Iterator<Item = &'a RoomId>,
) -> FxHashMap<RoomId, Spot> {
    let neighbours = neighbours(rooms);
    let mut spots = FxHashMap::default();
    let mut free: FxHashMap<&str, i32> = FxHashMap::default();
    for first in order.filter(|room| rooms.contains_key(room)) {
        if spots.contains_key(first) {
            continue;
        }
        let part = walk(first, &neighbours);
        let west = part.values().map(|spot| spot.x).min().unwrap_or_default();
        let east = part.values().map(|spot| spot.x).max().unwrap_or_default();
        let begin = free.entry(first.zone()).or_insert(west);
        let moved = *begin - west;
        *begin = east + moved + GAP;
        spots.extend(part.into_iter().map(|(room, spot)| {
            let spot = Spot { x: spot.x + moved, ..spot };
            (room.clone(), spot)
        }));
    }
    spots
}

/// The rooms of a zone that compass exits join, either way, and how far it is to each.
fn neighbours(rooms: &Rooms) -> Neighbours<'_> {
    let mut neighbours = Neighbours::default();
    for room in rooms.values() {
        for exit in &room.exits {
            let Way::Toward(direction) = exit.way else { continue };
            let is_inside = exit.to.zone() == room.id.zone() && exit.to != room.id;
            let Some((there, _)) = rooms.get_key_value(&exit.to).filter(|_| is_inside) else {
                continue;
            };
            neighbours.entry(&room.id).or_default().push((there, step(direction)));
            neighbours.entry(there).or_default().push((&room.id, step(direction.opposite())));
        }
    }
    // A map of rooms has no order of its own, and the same files shall give the same plan.
    for there in neighbours.values_mut() {
        there.sort_unstable_by_key(|(room, step)| (*room, step.x, step.y, step.z));
    }
    neighbours
}

fn walk<'a>(first: &'a RoomId, neighbours: &Neighbours<'a>) -> FxHashMap<&'a RoomId, Spot> {
    let mut spots = FxHashMap::from_iter([(first, Spot::default())]);
    let mut next = VecDeque::from([first]);
    while let Some(room) = next.pop_front() {
        let here = spots[room];
        for (there, step) in neighbours.get(room).map_or(&[][..], Vec::as_slice) {
            if !spots.contains_key(there) {
                let (x, y, z) = (here.x + step.x, here.y + step.y, here.z + step.z);
                spots.insert(there, Spot { x, y, z });
                next.push_back(there);
            }
        }
    }
    spots
}

fn step(direction: Direction) -> Spot {
    let (x, down) = direction.offset().unwrap_or_default();
    let z = match direction {
        Direction::Up => 1,
        Direction::Down => -1,
        _ => 0,
    };
    Spot { x, y: -down, z }
}
