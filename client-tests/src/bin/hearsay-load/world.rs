//! A world for load: a start room with a named exit to each of many rooms, and a way back from each.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The name of the start room.
pub(crate) const START_NAME: &str = "The Hall of Doors";

/// What to type in the start room to get to a room.
pub(crate) fn exit(room: u32) -> String {
    format!("r{room}")
}

/// With what all rooms' names begin, and nothing else that is said of a room.
pub(crate) const ROOM_NAME_START: &str = "Chamber ";
/// What stands in the last line of the answer to `look`, where others are in the room.
pub(crate) const ANSWER_END: &str = " are here.";

/// A room's name; none is part of another.
pub(crate) fn room_name(room: u32) -> String {
    format!("{ROOM_NAME_START}{room} of the Hall")
}

/// As much as a server answers to `look` in a room with four others, colours and prompt included.
pub(crate) fn answer(room: u32) -> String {
    let name = room_name(room);
    let colours = "-".repeat(70);
    format!(
        "{name}\r\nA bare room with one door.\r\nExits: back.\r\n{colours}\r\n\
         Lbbbb, Lbbbd, Lbbbg and Lbbbh{ANSWER_END}\r\n"
    )
}

/// Writes the world's files into a folder, which is made if needed.
pub(crate) fn write(rooms: u32, folder: &Path) -> Result<()> {
    let plane = folder.join("load");
    fs::create_dir_all(&plane).with_context(|| format!("making {}", plane.display()))?;
    fs::write(folder.join("world.yaml"), WORLD)?;
    fs::write(plane.join("hall.yaml"), zone(rooms))?;
    Ok(())
}

const WORLD: &str = "\
start: load.hall.doors.hall
day_minutes: 60
planes:
  - { id: load, name: \"The Load\", about: \"A plane for measuring.\" }
";

const ZONE: &str = "\
plane: load
zone: hall
name: The Hall
about: A zone for measuring.
subzones:
  - id: doors
    name: The Doors
    about: As many rooms as a measurement needs.
    rooms:
      - id: hall
        name: The Hall of Doors
        text: Doors stand side by side as far as one can see, and each bears a number.
        indoors: true
        exits:
";

fn zone(rooms: u32) -> String {
    let mut text = ZONE.to_owned();
    for room in 0..rooms {
        let way = exit(room);
        let _ = writeln!(text, "          {way}: {way}");
    }
    for room in 0..rooms {
        let (id, name) = (exit(room), room_name(room));
        let _ = write!(
            text,
            "      - id: {id}\n        name: {name}\n        \
             text: A bare room with one door.\n        indoors: true\n        \
             exits:\n          back: hall\n"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_room_has_a_way_in_and_a_way_back() {
        let text = zone(3);
        for room in 0..3 {
            assert!(text.contains(&format!("\n          r{room}: r{room}\n")));
            assert!(
                text.contains(&format!(
                    "- id: r{room}\n        name: Chamber {room} of the Hall\n"
                ))
            );
        }
        assert_eq!(text.matches("back: hall").count(), 3);
    }

    #[test]
    fn the_start_room_has_the_name_that_sessions_wait_for() {
        assert!(ZONE.contains(&format!("name: {START_NAME}\n")));
    }
}
