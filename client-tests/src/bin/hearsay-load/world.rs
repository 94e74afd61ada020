//! A world for load: a start room with a named exit to each of many rooms, and a way back from each. A wide one is as worlds are:
//! zones and subzones, rooms in rows, something lying in each, somebody standing in some.

use std::fmt::Write;
use std::fs;
use std::ops::Range;
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
    copy_lists(folder)
}

/// What the content filter looks for in the world that is shipped, it shall look for here, too.
fn copy_lists(world: &Path) -> Result<()> {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../world-data/moderation");
    let lists = world.join("moderation");
    fs::create_dir_all(&lists).with_context(|| format!("making {}", lists.display()))?;
    for file in fs::read_dir(&shipped).with_context(|| format!("reading {}", shipped.display()))? {
        let file = file?;
        fs::copy(file.path(), lists.join(file.file_name()))?;
    }
    Ok(())
}

/// Writes the files of a wide world, whose rooms are spread over so many zones.
pub(crate) fn write_wide(rooms: u32, zones: u32, folder: &Path) -> Result<()> {
    let plane = folder.join("load");
    fs::create_dir_all(&plane).with_context(|| format!("making {}", plane.display()))?;
    fs::write(folder.join("world.yaml"), WORLD)?;
    let each = rooms.div_ceil(zones);
    fs::write(plane.join("hall.yaml"), hidden_doors(rooms, each))?;
    for zone in 0..zones {
        let rooms = (zone * each).min(rooms)..((zone + 1) * each).min(rooms);
        if !rooms.is_empty() {
            fs::write(plane.join(format!("z{zone}.yaml")), wide_zone(zone, rooms))?;
        }
    }
    copy_lists(folder)
}

/// How many rooms of a wide world make a subzone, and after how many of them somebody stands.
const SUBZONE_ROOMS: u32 = 50;
const NPC_EVERY: u32 = 10;

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

/// The start room of a wide world. The doors are hidden: nobody reads a list of ten thousand.
fn hidden_doors(rooms: u32, each: u32) -> String {
    let mut text = ZONE.to_owned();
    for room in 0..rooms {
        let (way, to) = (exit(room), place(room, each));
        let _ = writeln!(text, "          {way}: {{ to: {to}, hidden: true }}");
    }
    text
}

/// The whole id of a room, of a wide world if it has zones.
pub(crate) fn id(room: u32, rooms: u32, zones: Option<u32>) -> String {
    match zones {
        Some(zones) => place(room, rooms.div_ceil(zones)),
        None => format!("load.hall.doors.{}", exit(room)),
    }
}

fn place(room: u32, each: u32) -> String {
    format!("load.z{}.s{}.{}", room / each, room / SUBZONE_ROOMS, exit(room))
}

fn wide_zone(zone: u32, rooms: Range<u32>) -> String {
    let mut text =
        format!("plane: load\nzone: z{zone}\nname: Zone {zone}\nabout: One of many.\nsubzones:\n");
    for subzone in rooms.start / SUBZONE_ROOMS..rooms.end.div_ceil(SUBZONE_ROOMS) {
        let first = (subzone * SUBZONE_ROOMS).max(rooms.start);
        let row = first..((subzone + 1) * SUBZONE_ROOMS).min(rooms.end);
        let _ = write!(
            text,
            "  - id: s{subzone}\n    name: Row {subzone}\n    about: Rooms in a row.\n    rooms:\n"
        );
        for room in row.clone() {
            wide_room(&mut text, room, &row);
        }
        let _ = writeln!(text, "    npcs:");
        for room in row.step_by(NPC_EVERY as usize) {
            wide_npc(&mut text, room);
        }
    }
    text
}

fn wide_room(text: &mut String, room: u32, row: &Range<u32>) {
    let (id, name) = (exit(room), room_name(room));
    let _ = write!(
        text,
        "      - id: {id}\n        name: {name}\n        text: >-\n          \
         The walls are of {{i}}plaster{{/}}, and whoever came through here last has left the door open. It is neither warm\n          \
         nor cold, and from the next room comes the noise of people who talk.\n        \
         details:\n          - words: [plaster, walls]\n            text: It is white, or was.\n        \
         exits:\n          back: load.hall.doors.hall\n"
    );
    for (way, to) in [("west", room.checked_sub(1)), ("east", Some(room + 1))] {
        if let Some(to) = to.filter(|to| row.contains(to)) {
            let _ = writeln!(text, "          {way}: {}", exit(to));
        }
    }
    let _ = write!(
        text,
        "        items:\n          - id: candle{room}\n            name: a candle\n            \
         words: [candle]\n            text: It burns.\n"
    );
}

fn wide_npc(text: &mut String, room: u32) {
    let _ = write!(
        text,
        "      - id: porter{room}\n        name: a porter\n        words: [porter]\n        room: {}\n        \
         text: He waits.\n        murmurs: [\":looks at the door.\", \"Mind the step.\"]\n        \
         replies:\n          - words: [hello]\n            says: \"Good day.\"\n",
        exit(room)
    );
}

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
