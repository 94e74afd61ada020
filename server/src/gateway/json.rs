//! What WebSocket clients of our own dialect read: one JSON object a message, in its frame, so that all who read the same
//! share one buffer. `docs/websocket.md` has an example of each.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Value, json};

use super::render::Seen;
use super::websocket::frame;
use crate::vocab::{
    Entered, Farewell, LineId, LoginReply, Message, Presence, Prose, RoomView, SHADOW, SOCIAL,
    WayBack,
};

fn bytes(value: &Value) -> Bytes {
    frame::text(value.to_string().as_bytes())
}

/// What clients learn of the flags of a message; the others are for the record.
const FLAGS_SHOWN: [&str; 4] = [SOCIAL, "masked", "lowered", "squeezed"];

/// A line of talk: what is on the bus, less what concerns only the record, and the line as text.
pub(super) fn message(message: &Message, line: &Prose, seen: Seen, tells_place: bool) -> Bytes {
    bytes(&talk("message", message, line, seen, tells_place))
}

/// A line that was taken back is there again: as [`message`].
pub(super) fn restored(message: &Message, line: &Prose, seen: Seen, tells_place: bool) -> Bytes {
    bytes(&talk("restored", message, line, seen, tells_place))
}

/// A line was taken back.
pub(super) fn redacted(line: &LineId) -> Bytes {
    let mut value = serde_json::to_value(line).expect("it is plain data");
    if let Some(fields) = value.as_object_mut() {
        fields.insert("type".to_owned(), "redacted".into());
    }
    bytes(&value)
}

fn talk(kind: &str, message: &Message, line: &Prose, seen: Seen, tells_place: bool) -> Value {
    let mut value = serde_json::to_value(message).expect("a message is plain data");
    if let Some(fields) = value.as_object_mut() {
        for hidden in ["audience", "masks", "to_sender", "to_target"] {
            fields.remove(hidden);
        }
        if let Some(sender) = fields.get_mut("sender").and_then(Value::as_object_mut) {
            sender.remove("account");
            sender.remove("via");
        }
        if !tells_place {
            fields.insert("room".to_owned(), Value::Null);
        }
        let is_shown =
            |flag: &&str| FLAGS_SHOWN.contains(flag) || (seen.shows_shadow && *flag == SHADOW);
        let flags = message.flags.iter().map(|flag| flag.as_str()).filter(is_shown);
        fields.insert("flags".to_owned(), flags.collect());
        fields.insert("content".to_owned(), message.words(seen.mask).into());
        fields.insert("masked".to_owned(), message.masked(seen.mask).is_some().into());
        fields.insert("type".to_owned(), kind.into());
        fields.insert("text".to_owned(), line.to_text().into());
    }
    value
}

pub(super) fn text(text: &str) -> Bytes {
    bytes(&json!({ "type": "text", "text": text }))
}

pub(super) fn prompt(prose: &Prose) -> Bytes {
    bytes(&json!({ "type": "prompt", "text": prose.to_text() }))
}

pub(super) fn room(view: &RoomView, text: &str) -> Bytes {
    let mut value = serde_json::to_value(view).expect("a room is plain data");
    if let Some(fields) = value.as_object_mut() {
        for hidden in ["indoors", "spot"] {
            fields.remove(hidden);
        }
        for (key, things) in [("npcs", &view.npcs), ("items", &view.items)] {
            let names = things.iter().map(|thing| thing.name.as_str());
            fields.insert(key.to_owned(), names.collect());
        }
        fields.insert("type".to_owned(), "room".into());
        let exits: BTreeMap<&str, &str> =
            view.exits.iter().map(|exit| (exit.way.as_str(), exit.to.as_str())).collect();
        fields.insert("exits".to_owned(), json!(exits));
        fields.insert("about".to_owned(), json!(view.text.as_ref().map(Prose::to_text)));
        fields.insert("text".to_owned(), text.into());
    }
    bytes(&value)
}

pub(super) fn presence(presence: &Presence) -> Bytes {
    bytes(&json!({
        "type": "presence",
        "kind": presence.kind,
        "player": { "id": presence.player, "name": presence.name },
        "room": presence.room,
        "text": presence.prose.to_text(),
    }))
}

pub(super) fn welcome(entered: &Entered) -> Bytes {
    let listener = &entered.listener;
    bytes(&json!({
        "type": "welcome",
        "player": { "id": listener.player, "name": listener.name, "rank": listener.rank },
        "heads": entered.heads,
        "token": entered.way_back.as_ref().map(|way| way.token.expose()),
        "linkdead_seconds": entered.way_back.as_ref().map(|way| way.seconds),
    }))
}

/// Another token, by which the client comes back.
pub(super) fn token(way: &WayBack) -> Bytes {
    let WayBack { token, seconds, .. } = way;
    bytes(&json!({ "type": "token", "token": token.expose(), "linkdead_seconds": seconds }))
}

/// The end of what a client missed: that all is there, or that it is not.
pub(super) fn resumed(lines: usize, gap: bool) -> Bytes {
    bytes(&json!({ "type": "resumed", "lines": lines, "gap": gap }))
}

/// An answer to a login, where there is something to say.
pub(super) fn login_reply(reply: &LoginReply) -> Bytes {
    match reply {
        LoginReply::Known => bytes(&json!({ "type": "name", "known": true })),
        LoginReply::Free => bytes(&json!({ "type": "name", "known": false })),
        LoginReply::Refused(why) | LoginReply::Barred(why) => error(why),
    }
}

pub(super) fn error(text: &str) -> Bytes {
    bytes(&json!({ "type": "error", "text": text }))
}

pub(super) fn pong(n: &Value) -> Bytes {
    bytes(&json!({ "type": "pong", "n": n }))
}

pub(super) fn closing(farewell: Farewell, text: &str) -> Bytes {
    bytes(&json!({ "type": "closing", "reason": farewell, "text": text }))
}
