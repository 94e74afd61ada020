//! What WebSocket clients of our own dialect read: one JSON object a message, in its frame, so that all who read the same
//! share one buffer. `docs/websocket.md` has an example of each.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::gmcp::Told;
use super::render::Seen;
use super::spans::{Piece, Shown};
use super::websocket::frame;
use crate::vocab::{
    Allowed, ChannelName, Entered, Farewell, Hindrance, LineId, LoginReply, Message, MessageId,
    PartyId, PlayerId, Presence, Prose, RoomId, RoomView, SHADOW, SOCIAL, Sender, SenderKind,
    Styles, Target, Typing, WayBack, rfc3339_millis,
};

fn bytes(value: &Value) -> Bytes {
    frame::text(value.to_string().as_bytes())
}

/// What clients learn of the flags of a message; the others are for the record.
const FLAGS_SHOWN: [&str; 4] = [SOCIAL, "masked", "lowered", "squeezed"];

/// A line of talk: what is on the bus, less what concerns only the record, and the line as text.
pub(super) fn message(message: &Message, line: Shown, seen: Seen, tells_place: bool) -> Bytes {
    talk("message", message, line, seen, tells_place)
}

/// A line that was taken back is there again: as [`message`].
pub(super) fn restored(message: &Message, line: Shown, seen: Seen, tells_place: bool) -> Bytes {
    talk("restored", message, line, seen, tells_place)
}

/// A line that was said before, for one who asked: as [`message`].
pub(super) fn older(message: &Message, line: Shown, seen: Seen, tells_place: bool) -> Bytes {
    talk("older", message, line, seen, tells_place)
}

/// The end of what was said before.
pub(super) fn recalled(channel: &ChannelName, lines: usize, more: bool) -> Bytes {
    bytes(&json!({ "type": "history", "channel": channel, "lines": lines, "more": more }))
}

/// A line was taken back.
pub(super) fn redacted(line: &LineId) -> Bytes {
    let mut value = serde_json::to_value(line).expect("it is plain data");
    if let Some(fields) = value.as_object_mut() {
        fields.insert("type".to_owned(), "redacted".into());
    }
    bytes(&value)
}

/// What clients learn of a line of talk: written as it is, without a value in between, for it is what they read most.
#[derive(Serialize)]
struct Talk<'a> {
    #[serde(serialize_with = "rfc3339_millis::serialize")]
    at: &'a DateTime<Utc>,
    channel: &'a ChannelName,
    content: &'a str,
    epoch: &'a str,
    flags: Vec<&'a str>,
    id: &'a MessageId,
    masked: bool,
    party: Option<PartyId>,
    room: Option<&'a RoomId>,
    seq: u64,
    sender: Speaker<'a>,
    target: Option<&'a Target>,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spans: Option<Vec<Piece>>,
    #[serde(rename = "type")]
    kind: &'static str,
    v: u8,
}

/// What clients learn of who said it.
#[derive(Serialize)]
struct Speaker<'a> {
    id: PlayerId,
    kind: SenderKind,
    name: &'a str,
}

fn talk(kind: &'static str, said: &Message, shown: Shown, seen: Seen, tells_place: bool) -> Bytes {
    let is_shown =
        |flag: &&str| FLAGS_SHOWN.contains(flag) || (seen.shows_shadow && *flag == SHADOW);
    let Sender { id, kind: sender_kind, name, .. } = &said.sender;
    let talk = Talk {
        at: &said.at,
        channel: &said.channel,
        content: said.words(seen.mask),
        epoch: &said.epoch,
        flags: said.flags.iter().map(|flag| flag.as_str()).filter(is_shown).collect(),
        id: &said.id,
        masked: said.masked(seen.mask).is_some(),
        party: said.party,
        room: said.room.as_ref().filter(|_| tells_place),
        seq: said.seq,
        sender: Speaker { id: *id, kind: *sender_kind, name },
        target: said.target.as_ref(),
        text: shown.text,
        spans: shown.spans,
        kind,
        v: said.v,
    };
    frame::text(&serde_json::to_vec(&talk).expect("a line of talk is plain data"))
}

pub(super) fn text(shown: Shown) -> Bytes {
    bytes(&shown.put_into(json!({ "type": "text" })))
}

/// What the client wanted to be told beside the text.
pub(super) fn beside(told: &Told) -> Bytes {
    bytes(&json!({ "type": "gmcp", "name": told.name, "data": told.data }))
}

pub(super) fn prompt(prose: &Prose) -> Bytes {
    bytes(&json!({ "type": "prompt", "text": prose.to_text() }))
}

pub(super) fn room(view: &RoomView, shown: Shown) -> Bytes {
    let mut value = serde_json::to_value(view).expect("a room is plain data");
    if let Some(fields) = value.as_object_mut() {
        for (key, things) in [("npcs", &view.npcs), ("items", &view.items)] {
            let names = things.iter().map(|thing| thing.name.as_str());
            fields.insert(key.to_owned(), names.collect());
        }
        fields.insert("type".to_owned(), "room".into());
        let exits: BTreeMap<&str, &str> =
            view.exits.iter().map(|exit| (exit.way.as_str(), exit.to.as_str())).collect();
        fields.insert("exits".to_owned(), json!(exits));
        fields.insert("about".to_owned(), json!(view.text.as_ref().map(Prose::to_text)));
    }
    bytes(&shown.put_into(value))
}

pub(super) fn presence(presence: &Presence, shown: Shown) -> Bytes {
    bytes(&shown.put_into(json!({
        "type": "presence",
        "kind": presence.kind,
        "player": { "id": presence.player, "name": presence.name },
        "room": presence.room,
    })))
}

/// Somebody writes.
pub(super) fn typing(Typing { by, channel }: &Typing) -> Bytes {
    bytes(&json!({ "type": "typing", "channel": channel, "player": by }))
}

/// What keeps the player from speaking or acting.
pub(super) fn restricted(all: &[Hindrance]) -> Bytes {
    bytes(&json!({ "type": "restricted", "restrictions": all }))
}

/// How much the player may still say on a channel.
pub(super) fn allowance(left: &Allowed) -> Bytes {
    bytes(&json!({
        "type": "allowance",
        "channel": left.channel,
        "per_minute": left.per_minute,
        "said": left.said,
        "remaining": left.remaining,
        "wait_ms": left.wait_ms,
        "back_ms": left.back_ms,
        "refused": left.refused,
    }))
}

/// Somebody is in the world: how far each channel is that they may hear, and what colour it has.
pub(super) fn welcome(entered: &Entered, styles: &Styles) -> Bytes {
    let kept: Option<Value> =
        entered.kept.as_ref().and_then(|kept| serde_json::from_str(kept).ok());
    let listener = &entered.listener;
    let colour = |channel| Some((channel, styles.0.get(channel)?.colour));
    let colours: BTreeMap<_, _> = entered.heads.keys().filter_map(colour).collect();
    bytes(&json!({
        "type": "welcome",
        "player": { "id": listener.player, "name": listener.name, "rank": listener.rank },
        "heads": entered.heads,
        "colours": colours,
        "token": entered.way_back.as_ref().map(|way| way.token.expose()),
        "linkdead_seconds": entered.way_back.as_ref().map(|way| way.seconds),
        "settings": kept,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{MaskLevel, Masks, Transport, View};

    fn message() -> Message {
        Message {
            v: 1,
            id: MessageId(uuid::Uuid::nil()),
            epoch: "k3x9".into(),
            seq: 4711,
            channel: "whisper".parse().unwrap(),
            at: DateTime::UNIX_EPOCH,
            sender: Sender {
                id: PlayerId(1),
                name: "Ada".into(),
                kind: SenderKind::Player,
                account: None,
                via: Some(Transport::Telnet),
            },
            content: "a \"darn\" thing".to_owned(),
            room: Some("earth.harbour.docks.pier".parse().unwrap()),
            party: None,
            target: Some(Target { id: PlayerId(2), name: "Bob".into() }),
            audience: Some([PlayerId(1), PlayerId(2)].into()),
            flags: vec![SOCIAL.into(), SHADOW.into()],
            masks: Masks { mild: None, strict: Some("a \"****\" thing".to_owned()) },
            to_sender: Some("to Ada".to_owned()),
            to_target: Some("to Bob".to_owned()),
        }
    }

    /// What is on the bus, less what concerns only the record, and what is only for those who read it here.
    fn expected(message: &Message) -> Value {
        let mut value = serde_json::to_value(message).unwrap();
        let fields = value.as_object_mut().unwrap();
        for hidden in ["audience", "masks", "to_sender", "to_target"] {
            fields.remove(hidden);
        }
        fields["sender"].as_object_mut().unwrap().remove("via");
        fields["flags"] = json!([SOCIAL]);
        fields["content"] = message.masks.strict.as_deref().into();
        for (key, more) in
            [("masked", json!(true)), ("text", json!("a line")), ("type", json!("message"))]
        {
            fields.insert(key.to_owned(), more);
        }
        value
    }

    #[test]
    fn a_line_of_talk_is_what_is_on_the_bus_less_what_is_for_the_record() {
        let (said, line) = (message(), Shown::plain("a line"));
        let seen =
            Seen { view: View::Other, colour: None, mask: MaskLevel::Strict, shows_shadow: false };
        let read = super::message(&said, line, seen, true);
        let read: Value = serde_json::from_slice(frame::payload(&read)).unwrap();
        assert_eq!(read, expected(&said));
    }
}
