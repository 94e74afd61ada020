//! Where rooms lie on clients' maps: in the shipped world, and where ways do not fit on a grid.

use std::collections::BTreeSet;

use super::*;
use crate::vocab::{RoomId, Spot};
use crate::world::atlas::Way;
use crate::world::direction::Direction;

fn atlas(folder: &str) -> Atlas {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    Atlas::load(&folder).atlas.expect("the world is sound")
}

fn spot(atlas: &Atlas, room: &str) -> (i32, i32, i32) {
    let Spot { x, y, z } = atlas.spots[&room.parse::<RoomId>().unwrap()];
    (x, y, z)
}

#[test]
fn a_step_on_the_compass_is_a_step_on_the_map() {
    let atlas = atlas("client-tests/world");
    let (x, y, z) = spot(&atlas, "earth.harbour.docks.pier");
    assert_eq!(spot(&atlas, "earth.harbour.docks.quay"), (x, y + 1, z));
    assert_eq!(spot(&atlas, "earth.harbour.market.square"), (x + 1, y + 1, z));
}

#[test]
fn what_no_compass_joins_lies_aside() {
    let atlas = atlas("client-tests/world");
    let (cellar, _, _) = spot(&atlas, "earth.harbour.docks.cellar");
    assert!(cellar > spot(&atlas, "earth.harbour.market.square").0);
}

#[test]
fn every_room_of_the_shipped_world_has_a_place_and_a_number_of_its_own() {
    let atlas = atlas("world-data");
    let numbers: BTreeSet<u32> = atlas.rooms.keys().map(RoomId::number).collect();
    assert_eq!(numbers.len(), atlas.rooms.len());
    assert_eq!(atlas.spots.len(), atlas.rooms.len());
}

#[test]
fn most_ways_of_the_shipped_world_lead_where_the_map_says() {
    let atlas = atlas("world-data");
    let mut ways = (0, 0);
    for room in atlas.rooms.values() {
        for exit in room.exits.iter().filter(|exit| exit.to.zone() == room.id.zone()) {
            let Way::Toward(direction) = exit.way else { continue };
            let (x, y, z) = spot(&atlas, room.id.as_str());
            let (east, south) = direction.offset().unwrap_or_default();
            let up =
                i32::from(direction == Direction::Up) - i32::from(direction == Direction::Down);
            let fits = spot(&atlas, exit.to.as_str()) == (x + east, y - south, z + up);
            ways = (ways.0 + 1, ways.1 + i32::from(fits));
        }
    }
    let (all, right) = ways;
    assert!(all > 100 && right * 10 >= all * 9, "{right} of {all}");
}

#[test]
fn the_same_files_give_the_same_plan() {
    assert_eq!(atlas("world-data").spots, atlas("world-data").spots);
}
