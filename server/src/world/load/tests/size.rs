//! Worlds of a size that builders reach in years.

use std::fmt::Write;

use super::{changed, load_files};

/// The cellars with this many rooms instead, on a square grid; the first is the one that the harbour leads to.
fn cellars_of(rooms: usize) -> String {
    let side = rooms.isqrt();
    let mut zone = "\
plane: under
zone: cellars
name: The Cellars
about: Below.
subzones:
  - id: vaults
    name: The Vaults
    about: Brick.
    rooms:
"
    .to_owned();
    for room in 0..rooms {
        write_room(&mut zone, room, side, rooms).unwrap();
    }
    zone
}

fn write_room(zone: &mut String, room: usize, side: usize, rooms: usize) -> std::fmt::Result {
    let id = |room| if room == 0 { "foot".to_owned() } else { format!("r{room}") };
    writeln!(zone, "      - id: {}\n        name: Vault {room}\n        text: Brick.", id(room))?;
    writeln!(zone, "        exits:")?;
    let ways = [
        ("west", (!room.is_multiple_of(side)).then(|| room - 1)),
        ("east", (room % side + 1 < side).then_some(room + 1)),
        ("north", room.checked_sub(side)),
        ("south", Some(room + side)),
    ];
    for (way, to) in ways {
        if let Some(to) = to.filter(|to| *to < rooms) {
            writeln!(zone, "          {way}: {}", id(to))?;
        }
    }
    if room == 0 { writeln!(zone, "          up: earth.harbour.docks.pier") } else { Ok(()) }
}

#[test]
fn a_file_of_twenty_thousand_rooms_loads() {
    let (loaded, told) = load_files(&changed(&[("under/cellars.yaml", "", &cellars_of(20_000))]));
    assert_eq!(told, "");
    assert_eq!(loaded.atlas.unwrap().rooms.len(), 20_003);
}
