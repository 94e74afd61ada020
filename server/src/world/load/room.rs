//! A room: its texts, its details, its exits and the items in it.

use smol_str::format_smolstr;

use super::problem::Place;
use super::reader::{Fields, Reader, quoted};
use super::suggest::{did_you_mean, slips};
use super::survey::{Link, Survey};
use super::text::Lines;
use super::yaml::{Kind, Node};
use crate::vocab::{Prose, RoomId, is_id_part};
use crate::world::atlas::{Detail, Exit, Item, ItemKey, Room, Way};
use crate::world::direction::Direction;

const KNOWN: [&str; 8] = ["id", "name", "text", "night", "indoors", "details", "exits", "items"];

/// Reads one room of a subzone.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, subzone: &str, survey: &mut Survey) {
    let fields = reader.fields(node, &KNOWN);
    let part = fields.as_ref().and_then(|fields| reader.id(fields, "id"));
    let id = part.and_then(|part| format!("{subzone}.{part}").parse::<RoomId>().ok());
    let (Some(fields), Some(id)) = (fields, id) else {
        // Ways to a room without an id cannot be told from ways to nowhere.
        survey.unread.insert(zone_of(subzone).into());
        return;
    };
    reader.within(&format!("room {}", id.room()), |reader| {
        let errors_before = reader.errors();
        let is_new = survey.claims.take(reader, "room", id.as_str(), node);
        let room = room(reader, &fields, id.clone(), survey);
        if reader.errors() > errors_before {
            survey.unsure.insert(id.clone());
        }
        if is_new {
            survey.room_order.push((id.clone(), reader.place(node)));
            survey.rooms.insert(id, room);
        }
    });
}

fn zone_of(subzone: &str) -> &str {
    subzone.rsplit_once('.').map_or(subzone, |(zone, _)| zone)
}

fn room(reader: &mut Reader<'_>, fields: &Fields<'_>, id: RoomId, survey: &mut Survey) -> Room {
    let details = reader.list(fields, "details").iter();
    Room {
        name: reader.name(fields),
        text: reader.prose(fields, "text"),
        night: fields.get("night").map(|node| night(reader, node)),
        indoors: reader.flag(fields, "indoors"),
        details: details
            .filter_map(|node| reader.within("detail", |reader| detail(reader, node)))
            .collect(),
        exits: exits(reader, fields, &id, survey),
        items: items(reader, fields, &id, survey),
        npcs: Vec::new(),
        id,
    }
}

fn night(reader: &mut Reader<'_>, node: &Node) -> Prose {
    reader.marked_up(node, "night", reader.limits.text_chars_max, Lines::One)
}

fn detail(reader: &mut Reader<'_>, node: &Node) -> Option<Detail> {
    let fields = reader.fields(node, &["words", "text"])?;
    Some(Detail { words: reader.words(&fields), text: reader.prose(&fields, "text") })
}

fn items(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    room: &RoomId,
    survey: &mut Survey,
) -> Vec<ItemKey> {
    let nodes = reader.list(fields, "items").iter();
    nodes.filter_map(|node| item(reader, node, room, survey)).collect()
}

fn item(
    reader: &mut Reader<'_>,
    node: &Node,
    room: &RoomId,
    survey: &mut Survey,
) -> Option<ItemKey> {
    let fields = reader.fields(node, &["id", "name", "words", "text"])?;
    let key = ItemKey { zone: room.zone().into(), id: reader.id(&fields, "id")? };
    let is_new = survey.claims.take(reader, "item", &key.path(), node);
    let item = reader.within(&format!("item {}", key.id), |reader| Item {
        key: key.clone(),
        name: reader.name(&fields).into(),
        words: reader.words(&fields),
        text: reader.prose(&fields, "text"),
    });
    is_new.then(|| {
        survey.items.insert(key.clone(), item);
        key
    })
}

fn exits(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    room: &RoomId,
    survey: &mut Survey,
) -> Vec<Exit> {
    let Some(ways) = fields.get("exits").and_then(|node| reader.pairs(node)) else {
        return Vec::new();
    };
    let mut exits = Vec::with_capacity(ways.pairs.len());
    for (word, key, value) in ways.pairs {
        check_way(reader, word, key);
        let subject = format!("exit {}", quoted(word));
        let read = reader.within(&subject, |reader| exit(reader, word, value, room));
        if let Some((exit, link)) = read {
            exits.push(exit);
            survey.links.push(link);
        }
    }
    exits.sort_by_key(|exit| place_in_list(&exit.way));
    exits
}

/// Directions come in their own order, then the named ways, which a stable sort leaves in the order of the file.
fn place_in_list(way: &Way) -> (bool, Option<Direction>) {
    match way {
        Way::Toward(direction) => (false, Some(*direction)),
        Way::Named(_) => (true, None),
    }
}

fn check_way(reader: &mut Reader<'_>, word: &str, key: &Node) {
    if Direction::named(word).is_some() {
        return;
    }
    let hint = did_you_mean(look_alike(word).map(Direction::name));
    let exit = quoted(word);
    if !is_id_part(word) {
        reader.error(key, format!("exit {exit} is not a direction or a lower-case word{hint}"));
    } else if !hint.is_empty() {
        reader.warning(key, format!("exit {exit} is not a direction{hint}"));
    }
}

/// The direction that somebody meant who wrote this: its short form, or its name but for capitals or one slip. A slip
/// in the first letter is none: `town` and `mouth` are words of their own.
fn look_alike(word: &str) -> Option<Direction> {
    let lower = word.to_lowercase();
    let is_slip = |direction: &Direction| {
        let name = direction.name();
        lower == name
            || name.len() > 2
                && lower.chars().next() == name.chars().next()
                && slips(&lower, name) == 1
    };
    Direction::typed(&lower).or_else(|| Direction::ALL.into_iter().find(is_slip))
}

fn exit(reader: &mut Reader<'_>, word: &str, node: &Node, room: &RoomId) -> Option<(Exit, Link)> {
    let (target, hidden, one_way) = match &node.kind {
        Kind::Mapping(_) => {
            let fields = reader.fields(node, &["to", "hidden", "one_way"])?;
            let flags = (reader.flag(&fields, "hidden"), reader.flag(&fields, "one_way"));
            (reader.required(&fields, "to")?, flags.0, flags.1)
        }
        _ => (node, false, false),
    };
    let (to, place) = room_named(reader, target, room.subzone())?;
    let way = Way::read(word);
    let written = target_text(target).into();
    let link =
        Link { from: room.clone(), way: way.clone(), to: to.clone(), one_way, written, place };
    Some((Exit { way, to, hidden, one_way }, link))
}

fn target_text(node: &Node) -> &str {
    match &node.kind {
        Kind::Text(text) => text,
        _ => "",
    }
}

/// The room that a reference means, seen from a subzone: `room`, `subzone.room` or the whole id.
pub(super) fn room_named(
    reader: &mut Reader<'_>,
    node: &Node,
    subzone: &str,
) -> Option<(RoomId, Place)> {
    let text = reader.text(node)?;
    let whole = match text.matches('.').count() {
        0 => format_smolstr!("{subzone}.{text}"),
        1 => format_smolstr!("{}.{text}", zone_of(subzone)),
        _ => text.into(),
    };
    match whole.parse() {
        Ok(room) => Some((room, reader.place(node))),
        Err(_) => {
            let forms = "room, subzone.room or plane.zone.subzone.room";
            reader.error(node, format!("{} does not name a room: write {forms}", quoted(text)));
            None
        }
    }
}
