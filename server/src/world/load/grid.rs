//! Whether the rooms of each subzone can be drawn on a grid. Reads no files.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::problem::{Place, Problems};
use super::survey::{Link, Survey};
use crate::vocab::RoomId;
use crate::world::atlas::Way;

type Spot = (i32, i32);

/// Where rooms lie: in which group of rooms that hang together, and on which spot from its first room.
type Spots<'a> = FxHashMap<&'a RoomId, (usize, Spot)>;

/// Lays out each subzone by its compass exits and notes exits that lead elsewhere than they point, and rooms that fall
/// on one spot.
pub(super) fn check(survey: &Survey, problems: &mut Problems) {
    let steps = steps(survey);
    let spots = lay_out(survey, &steps);
    check_steps(&steps, &spots, problems);
    check_spots(survey, &spots, problems);
}

/// A way within a subzone that moves on the grid, and by how much.
type Step<'a> = (&'a Link, Spot);

fn steps(survey: &Survey) -> Vec<Step<'_>> {
    let step = |link: &'_ Link| -> Option<Spot> {
        let Way::Toward(direction) = link.way else { return None };
        let is_inside = link.from.subzone() == link.to.subzone() && link.from != link.to;
        let is_whole = survey.rooms.contains_key(&link.from) && survey.rooms.contains_key(&link.to);
        direction.offset().filter(|_| is_inside && is_whole)
    };
    survey.links.iter().filter_map(|link| step(link).map(|offset| (link, offset))).collect()
}

fn lay_out<'a>(survey: &'a Survey, steps: &[Step<'a>]) -> Spots<'a> {
    let mut neighbours: FxHashMap<&RoomId, Vec<(&RoomId, Spot)>> = FxHashMap::default();
    for (link, (right, down)) in steps {
        neighbours.entry(&link.from).or_default().push((&link.to, (*right, *down)));
        neighbours.entry(&link.to).or_default().push((&link.from, (-right, -down)));
    }
    let mut spots = Spots::default();
    for (group, (first, _)) in survey.room_order.iter().enumerate() {
        if spots.contains_key(first) {
            continue;
        }
        spots.insert(first, (group, (0, 0)));
        let mut next = VecDeque::from([first]);
        while let Some(room) = next.pop_front() {
            let (_, (column, row)) = spots[room];
            for (there, (right, down)) in neighbours.get(room).map_or(&[][..], Vec::as_slice) {
                if !spots.contains_key(there) {
                    spots.insert(there, (group, (column + right, row + down)));
                    next.push_back(there);
                }
            }
        }
    }
    spots
}

fn check_steps(steps: &[Step<'_>], spots: &Spots<'_>, problems: &mut Problems) {
    let mut told = FxHashSet::default();
    for (link, (right, down)) in steps {
        let (Link { from, to, way, place, .. }, (_, (column, row))) = (link, spots[&link.from]);
        let is_there = spots[to].1 == (column + right, row + down);
        // The way back is wrong as well; once is enough.
        if !is_there && told.insert((from.min(to), from.max(to))) {
            let to = to.room();
            let what = format!("going {way}, \"{to}\" is not where other exits put it on the map");
            problems.warning(*place, format!("room {}: {what}", from.room()));
        }
    }
}

fn check_spots(survey: &Survey, spots: &Spots<'_>, problems: &mut Problems) {
    let mut taken: FxHashMap<(usize, Spot), &(RoomId, Place)> = FxHashMap::default();
    for declared in &survey.room_order {
        let (room, place) = declared;
        let first = taken.entry(spots[room]).or_insert(declared);
        if first.0 != *room {
            let what = format!("falls on the same spot of the map as \"{}\"", first.0.room());
            problems.warning(*place, format!("room {}: {what}", room.room()));
        }
    }
}
