//! GMCP: what clients are told beside the text, for maps, gauges and chat windows. `docs/gmcp.md` has an example of each
//! message. Who is told what, and when, is the broadcaster's; which packages a client wants, the telnet option's.

mod packages;
#[cfg(test)]
mod tests;

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;
use serde_json::{Map, Value, json};
use smol_str::SmolStr;

pub(super) use packages::Packages;

use crate::vocab::{LineId, Listener, Message, Rank, RoomId, RoomView, Styles};

/// The telnet option (GMCP), and what frames a message in it: IAC, SB, and IAC, SE.
pub(super) const OPTION_GMCP: u8 = 201;
const BEGIN: [u8; 3] = [255, 250, OPTION_GMCP];
const END: [u8; 2] = [255, 240];

/// A message with data, as it goes over the wire. JSON has every control character as an escape, and UTF-8 no IAC.
fn message(name: &str, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).expect("it is plain data");
    let mut out = BytesMut::with_capacity(name.len() + data.len() + 6);
    out.put_slice(&BEGIN);
    out.put_slice(name.as_bytes());
    out.put_u8(b' ');
    out.put_slice(data.as_bytes());
    out.put_slice(&END);
    out.freeze()
}

/// The last message of a session.
pub(super) fn goodbye(text: &str) -> Bytes {
    message("Core.Goodbye", &text)
}

/// How one can log in.
pub(super) fn login_default() -> Bytes {
    message("Char.Login.Default", &json!({ "type": ["password-credentials"] }))
}

/// How a login by [`login_default`] went, with the reason if it failed.
pub(super) fn login_result(refused: Option<&str>) -> Bytes {
    let data = match refused {
        None => json!({ "success": true }),
        Some(why) => json!({ "success": false, "message": why }),
    };
    message("Char.Login.Result", &data)
}

/// Whom the session plays.
pub(super) fn name(listener: &Listener) -> Bytes {
    message("Char.Name", &person(&listener.name))
}

/// The labels of [`status`].
pub(super) fn status_vars() -> Bytes {
    message("Char.StatusVars", &json!({ "name": "Name", "rank": "Rank" }))
}

/// All that there is to say about the player.
pub(super) fn status(listener: &Listener) -> Bytes {
    message("Char.Status", &json!({ "name": listener.name, "rank": listener.rank }))
}

/// What has changed about the player: clients merge it into what they know.
pub(super) fn new_rank(rank: Rank) -> Bytes {
    message("Char.Status", &json!({ "rank": rank }))
}

/// The prompt: players choose what is in it, and there is nothing else to measure.
pub(super) fn vitals(prompt: &str) -> Bytes {
    message("Char.Vitals", &json!({ "string": prompt.trim_end() }))
}

/// A room. With the keys of both kinds of mapping scripts: `area`, `environment`, `coords`, and `zone`, `terrain`, `coord`.
pub(super) fn room(view: &RoomView) -> Bytes {
    let (area, spot) = (number(view.id.zone()), view.spot);
    let environment = if view.indoors { "indoors" } else { "outdoors" };
    let way = |way: &SmolStr| short(way).to_owned();
    let exits = view.exits.iter().map(|exit| (way(&exit.way), room_number(&exit.to).into()));
    let data = json!({
        "num": room_number(&view.id),
        "id": view.id,
        "name": view.name,
        "area": view.zone,
        "zone": view.id.zone(),
        "environment": environment,
        "terrain": environment,
        "coords": format!("{area},{},{},{}", spot.x, spot.y, spot.z),
        "coord": { "id": area, "x": spot.x, "y": spot.y, "z": spot.z },
        "exits": Value::Object(exits.collect::<Map<_, Value>>()),
    });
    message("Room.Info", &data)
}

/// Who else is in the room.
pub(super) fn players(names: &[SmolStr]) -> Bytes {
    let people: Vec<Value> = names.iter().map(person).collect();
    message("Room.Players", &people)
}

/// Somebody came into the room.
pub(super) fn add_player(name: &SmolStr) -> Bytes {
    message("Room.AddPlayer", &person(name))
}

/// Somebody left the room.
pub(super) fn remove_player(name: &SmolStr) -> Bytes {
    message("Room.RemovePlayer", name)
}

/// The channels that somebody hears, by name.
pub(super) fn channels(listener: &Listener, styles: &Styles) -> Bytes {
    let hears = |rank| listener.rank >= rank;
    let rows =
        styles.0.iter().filter(|(name, style)| hears(style.hear) && !listener.left.contains(*name));
    let mut names: Vec<&str> = rows.map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let row = |name: &&str| json!({ "name": name, "caption": crate::vocab::capital(name), "command": name });
    message("Comm.Channel.List", &names.iter().map(row).collect::<Vec<_>>())
}

/// A line of talk, as it is shown.
pub(super) fn text(said: &Message, line: &str) -> Bytes {
    let data = json!({
        "channel": said.channel,
        "talker": said.sender.name,
        "text": line,
        "id": said.id,
        "epoch": said.epoch,
        "seq": said.seq,
    });
    message("Comm.Channel.Text", &data)
}

/// A line of talk was taken back. No other game has this message; clients that do not know it pass over it.
pub(super) fn redacted(line: &LineId) -> Bytes {
    message("Comm.Channel.Redacted", line)
}

fn person(name: &SmolStr) -> Value {
    json!({ "name": name, "fullname": name })
}

/// A room's number on clients' maps: positive, and the same at every start, as it follows from the id alone.
fn room_number(room: &RoomId) -> u32 {
    number(room.as_str())
}

/// FNV-1a, folded to the 31 bits that Mudlet takes; 0 is no room.
fn number(id: &str) -> u32 {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = id.bytes().fold(0x811c_9dc5, mix);
    (hash >> 31 ^ hash & 0x7fff_ffff).max(1)
}

/// What mapping scripts call a way out: a direction by its letters, any other by its word.
fn short(way: &str) -> &str {
    const LETTERS: [(&str, &str); 10] = [
        ("north", "n"),
        ("northeast", "ne"),
        ("east", "e"),
        ("southeast", "se"),
        ("south", "s"),
        ("southwest", "sw"),
        ("west", "w"),
        ("northwest", "nw"),
        ("up", "u"),
        ("down", "d"),
    ];
    LETTERS.iter().find(|(name, _)| *name == way).map_or(way, |(_, letters)| letters)
}
