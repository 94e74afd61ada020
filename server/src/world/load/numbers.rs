//! Whether rooms have numbers of their own: clients draw maps by them, and two rooms with one number would be one on a map.

use rustc_hash::FxHashMap;

use super::problem::{Place, Problems};
use super::survey::Survey;
use crate::vocab::RoomId;

/// Checks the numbers of all rooms. They follow from the ids, so another id is all that helps.
pub(super) fn check(survey: &Survey, problems: &mut Problems) {
    let mut taken: FxHashMap<u32, &(RoomId, Place)> = FxHashMap::default();
    for row in &survey.room_order {
        let (room, place) = row;
        let number = room.number();
        let (first, there) = taken.entry(number).or_insert(row);
        if first != room {
            let there = format!("{}:{}", problems.path(there.file), there.line);
            let what = format!(
                "room {}: has the number {number} on clients' maps, and so has {first} in {there}; \
                 give {room} another id",
                room.room()
            );
            problems.error(*place, what);
        }
    }
}
