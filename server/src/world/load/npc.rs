//! An NPC: who it is, where it stands, and what it says.

use smol_str::{SmolStr, format_smolstr};

use super::problem::Place;
use super::reader::{Fields, Reader};
use super::room::room_named;
use super::survey::Survey;
use super::yaml::Node;
use crate::world::atlas::{Murmur, Npc, Reply, Unasked};

const KNOWN: [&str; 9] =
    ["id", "name", "words", "room", "text", "greets", "replies", "murmurs", "night"];

/// Reads one NPC of a subzone.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, subzone: &str, survey: &mut Survey) {
    let Some(fields) = reader.fields(node, &KNOWN) else { return };
    let Some(id) = reader.id(&fields, "id") else { return };
    let zone = subzone.rsplit_once('.').map_or(subzone, |(zone, _)| zone);
    let key = format_smolstr!("{zone}.{id}");
    let is_new = survey.claims.take(reader, "npc", &key, node);
    let read = reader.within(&format!("npc {id}"), |reader| npc(reader, &fields, key, subzone));
    let Some((npc, post)) = read.filter(|_| is_new) else { return };
    if survey.claims.take(reader, "npc with the bus id", &npc.id.to_string(), node) {
        survey.npcs.push(npc);
        survey.posts.push(post);
    }
}

fn npc(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    key: SmolStr,
    subzone: &str,
) -> Option<(Npc, Place)> {
    let room = reader.required(fields, "room");
    let post = room.and_then(|node| room_named(reader, node, subzone));
    let name = reader.name(fields).into();
    let words = reader.words(fields);
    let text = reader.prose(fields, "text");
    let replies = replies(reader, fields);
    let day = unasked(reader, fields);
    let night = night(reader, fields, &day);
    let (room, place) = post?;
    let id = Npc::id_of(&key);
    Some((Npc { key, id, name, words, room, text, replies, day, night }, place))
}

fn replies(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<Reply> {
    let nodes = reader.list(fields, "replies").iter();
    nodes.filter_map(|node| reader.within("reply", |reader| reply(reader, node))).collect()
}

fn reply(reader: &mut Reader<'_>, node: &Node) -> Option<Reply> {
    let fields = reader.fields(node, &["words", "says"])?;
    let words = reader.words(&fields);
    let says = reader.line(&fields, "says", reader.limits.speech_chars_max);
    Some(Reply { words, says })
}

fn unasked(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Unasked {
    let greets = fields.get("greets").and_then(|node| murmur(reader, node, "greets"));
    let nodes = reader.list(fields, "murmurs").iter();
    let murmurs = nodes.filter_map(|node| murmur(reader, node, "murmurs")).collect();
    Unasked { greets, murmurs }
}

/// What is not given for the night is as by day.
fn night(reader: &mut Reader<'_>, fields: &Fields<'_>, day: &Unasked) -> Unasked {
    let Some(node) = fields.get("night") else { return day.clone() };
    let given = reader.within("night", |reader| {
        let fields = reader.fields(node, &["greets", "murmurs"])?;
        Some(unasked(reader, &fields))
    });
    let given = given.unwrap_or_default();
    Unasked {
        greets: given.greets.or_else(|| day.greets.clone()),
        murmurs: if given.murmurs.is_empty() { day.murmurs.clone() } else { given.murmurs },
    }
}

/// Words, or a deed if they begin with a colon.
fn murmur(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Murmur> {
    let text = reader.plain(node, what, reader.limits.speech_chars_max)?;
    let Some(deed) = text.strip_prefix(':').map(str::trim) else { return Some(Murmur::Says(text)) };
    if deed.is_empty() {
        reader.error(node, format!("{what}: nothing follows the colon"));
        return None;
    }
    Some(Murmur::Does(deed.to_owned()))
}
