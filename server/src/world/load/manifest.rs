//! `world.yaml`: where players arrive, how long a day is, and which planes there are.

use super::problem::{Place, Problems};
use super::reader::Reader;
use super::survey::Survey;
use super::yaml::Node;
use crate::vocab::RoomId;
use crate::world::atlas::Plane;

/// The longest day, in real minutes: a week.
const DAY_MINUTES_MAX: u32 = 7 * 24 * 60;

/// Reads `world.yaml`.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, survey: &mut Survey) {
    let Some(fields) = reader.fields(node, &["start", "day_minutes", "planes"]) else {
        survey.planes_unread = true;
        return;
    };
    survey.start = reader.required(&fields, "start").and_then(|node| start(reader, node));
    let day_minutes = reader.required(&fields, "day_minutes");
    let day_minutes = day_minutes.and_then(|node| reader.number(node, 1, DAY_MINUTES_MAX));
    survey.day_minutes = day_minutes.unwrap_or(1);
    match reader.required(&fields, "planes") {
        Some(planes) => {
            for node in reader.items(planes).unwrap_or_default() {
                reader.within("plane", |reader| plane(reader, node, survey));
            }
        }
        None => survey.planes_unread = true,
    }
}

fn start(reader: &mut Reader<'_>, node: &Node) -> Option<(RoomId, Place)> {
    let text = reader.text(node)?;
    match text.parse() {
        Ok(room) => Some((room, reader.place(node))),
        Err(error) => {
            reader.error(node, format!("start: {error}"));
            None
        }
    }
}

fn plane(reader: &mut Reader<'_>, node: &Node, survey: &mut Survey) {
    let Some(fields) = reader.fields(node, &["id", "name", "about"]) else { return };
    let name = reader.name(&fields);
    let about = reader.line(&fields, "about", reader.limits.text_chars_max);
    let Some(id) = reader.id(&fields, "id") else {
        survey.planes_unread = true;
        return;
    };
    if survey.claims.take(reader, "plane", &id, node) {
        survey.planes.insert(id.clone(), Plane { id, name, about });
    }
}

/// Checks that the start is a room, once all rooms are known.
pub(super) fn check_start(survey: &Survey, problems: &mut Problems) {
    let Some((start, place)) = &survey.start else { return };
    if !survey.rooms.contains_key(start) && !survey.unread.contains(start.zone()) {
        problems.error(*place, format!("start: there is no room \"{start}\""));
    }
}
