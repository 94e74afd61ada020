//! Whether the rooms of each subzone can be drawn on a grid. Reads no files.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::problem::Problems;
use super::survey::{Link, Survey};
use crate::vocab::RoomId;
use crate::world::atlas::Way;

type Spot = (i32, i32);

/// A way within a subzone that moves on the grid.
struct Step<'a> {
    link: &'a Link,
    offset: Spot,
}

/// Walks each subzone by its compass exits from its first room and notes rooms that fall on one spot, and exits that
/// bring a room to another spot than the exits before them did.
pub(super) fn check(survey: &Survey, problems: &mut Problems) {
    let steps = steps_by_room(survey);
    let mut walk = Walk { steps: &steps, spots: FxHashMap::default(), problems };
    for (room, _) in &survey.room_order {
        if !walk.spots.contains_key(room) {
            walk.from(room);
        }
    }
}

fn steps_by_room(survey: &Survey) -> FxHashMap<&RoomId, Vec<Step<'_>>> {
    let mut steps: FxHashMap<&RoomId, Vec<Step<'_>>> = FxHashMap::default();
    for link in &survey.links {
        let Way::Toward(direction) = link.way else { continue };
        let is_inside = link.from.subzone() == link.to.subzone() && link.from != link.to;
        if let Some(offset) = direction.offset()
            && is_inside
            && survey.rooms.contains_key(&link.to)
        {
            steps.entry(&link.from).or_default().push(Step { link, offset });
        }
    }
    steps
}

struct Walk<'a, 'p> {
    steps: &'a FxHashMap<&'a RoomId, Vec<Step<'a>>>,
    spots: FxHashMap<&'a RoomId, Spot>,
    problems: &'p mut Problems,
}

impl<'a> Walk<'a, '_> {
    /// Gives a spot to every room that hangs together with this one.
    fn from(&mut self, first: &'a RoomId) {
        let mut taken = FxHashMap::from_iter([((0, 0), first)]);
        let mut told = FxHashSet::default();
        self.spots.insert(first, (0, 0));
        let mut next = VecDeque::from([first]);
        while let Some(room) = next.pop_front() {
            let (column, row) = self.spots[room];
            for step in self.steps.get(room).map_or(&[][..], Vec::as_slice) {
                let spot = (column + step.offset.0, row + step.offset.1);
                self.step(step.link, spot, &mut taken, &mut told, &mut next);
            }
        }
    }

    fn step(
        &mut self,
        link: &'a Link,
        spot: Spot,
        taken: &mut FxHashMap<Spot, &'a RoomId>,
        told: &mut FxHashSet<&'a RoomId>,
        next: &mut VecDeque<&'a RoomId>,
    ) {
        let known = self.spots.get(&link.to).copied();
        if known == Some(spot) {
            return;
        }
        let wrong = match (known, taken.get(&spot)) {
            (Some(_), _) => Some("is not where other exits put it".to_owned()),
            (None, Some(other)) => Some(format!("falls on the spot of \"{}\"", other.room())),
            (None, None) => None,
        };
        if known.is_none() {
            self.spots.insert(&link.to, spot);
            taken.entry(spot).or_insert(&link.to);
            next.push_back(&link.to);
        }
        if let Some(wrong) = wrong.filter(|_| told.insert(&link.to)) {
            let (from, to) = (link.from.room(), link.to.room());
            let what = format!("room {from}: going {}, \"{to}\" {wrong}", link.way);
            self.problems.warning(link.place, format!("{what} on the map"));
        }
    }
}
