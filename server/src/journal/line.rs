//! How talk reads as one line of JSON.
//!
//! The fields here are a promise to whoever reads the logs: `docs/schemas/` describes them and the tests hold them to it.
//! A field is never left out, it is null, so that a column is a column in every tool.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use smol_str::SmolStr;

use super::Content;
use super::record::{Blocked, Speech};
use crate::vocab::{
    AccountId, ChannelName, Delivered, MessageId, PartyId, PlayerId, RoomId, Transport,
};

/// The version of every line's form.
const SCHEMA: u8 = 1;

#[derive(Serialize)]
struct ChatLine<'a> {
    schema: u8,
    #[serde(serialize_with = "millis")]
    at: DateTime<Utc>,
    id: Option<MessageId>,
    channel: &'a ChannelName,
    seq: Option<u64>,
    epoch: Option<&'a str>,
    sender_id: PlayerId,
    sender_name: Option<&'a str>,
    account_id: Option<AccountId>,
    room: Option<&'a RoomId>,
    zone: Option<&'a str>,
    party: Option<PartyId>,
    target_id: Option<PlayerId>,
    target_name: Option<&'a str>,
    content: Option<&'a str>,
    delivered: u32,
    blocked_by: Option<&'a str>,
    node: &'a str,
    transport: Option<Transport>,
    latency_us: Option<i64>,
    flags: &'a [SmolStr],
}

#[derive(Serialize)]
struct DroppedLine<'a> {
    schema: u8,
    kind: &'static str,
    #[serde(serialize_with = "millis")]
    at: DateTime<Utc>,
    count: u64,
    node: &'a str,
}

/// One line of the chat log, without its end.
pub(super) fn speech(speech: &Speech, content: Content, node: &str) -> Vec<u8> {
    let mut line = match speech {
        Speech::Delivered(delivered) => delivered_line(delivered, node),
        Speech::Blocked(blocked) => blocked_line(blocked, node),
    };
    if content == Content::Ids {
        (line.sender_name, line.target_name, line.content) = (None, None, None);
    }
    json(&line)
}

/// The line that says how many records are missing near here, without its end.
pub(super) fn dropped(count: u64, at: DateTime<Utc>, node: &str) -> Vec<u8> {
    json(&DroppedLine { schema: SCHEMA, kind: "dropped", at, count, node })
}

fn delivered_line<'a>(delivered: &'a Delivered, node: &'a str) -> ChatLine<'a> {
    let message = &*delivered.message;
    // The world's clock and the gateway's may differ by a little; a time before zero would be nonsense to whoever sums it.
    let latency_us = (delivered.done - message.at).num_microseconds().unwrap_or(i64::MAX).max(0);
    ChatLine {
        schema: SCHEMA,
        at: message.at,
        id: Some(message.id),
        channel: &message.channel,
        seq: Some(message.seq),
        epoch: Some(&message.epoch),
        sender_id: message.sender.id,
        sender_name: Some(&message.sender.name),
        account_id: message.sender.account,
        room: message.room.as_ref(),
        zone: message.room.as_ref().map(RoomId::zone),
        party: message.party,
        target_id: message.target.as_ref().map(|target| target.id),
        target_name: message.target.as_ref().map(|target| target.name.as_str()),
        content: Some(&message.content),
        delivered: delivered.delivered,
        blocked_by: None,
        node,
        transport: message.sender.via,
        latency_us: Some(latency_us),
        flags: &message.flags,
    }
}

fn blocked_line<'a>(blocked: &'a Blocked, node: &'a str) -> ChatLine<'a> {
    ChatLine {
        schema: SCHEMA,
        at: blocked.at,
        id: blocked.id,
        channel: &blocked.channel,
        seq: None,
        epoch: None,
        sender_id: blocked.sender.id,
        sender_name: Some(&blocked.sender.name),
        account_id: blocked.sender.account,
        room: blocked.room.as_ref(),
        zone: blocked.room.as_ref().map(RoomId::zone),
        party: blocked.party,
        target_id: blocked.target.as_ref().map(|target| target.id),
        target_name: blocked.target.as_ref().map(|target| target.name.as_str()),
        content: Some(&blocked.content),
        delivered: 0,
        blocked_by: Some(&blocked.rule),
        node,
        transport: blocked.sender.via,
        latency_us: None,
        flags: &blocked.flags,
    }
}

pub(super) fn json(line: &impl Serialize) -> Vec<u8> {
    let text = serde_json::to_string(line).expect("our lines hold only texts, numbers and lists");
    harmless(text).into_bytes()
}

/// Writes as `\u` escapes what JSON allows as it stands and readers trip over: what some take for the end of a line
/// (U+0085, U+2028, U+2029), and what acts on the terminal of someone who looks at the file (DEL, C1 and bidirectional
/// controls, the byte order mark). Such characters occur only inside strings, where both spellings mean the same.
pub(super) fn harmless(json: String) -> String {
    if json.is_ascii() && !json.contains('\u{7f}') {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 32);
    for c in json.chars() {
        if acts_on_its_reader(c) {
            safe.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Whether a character acts on whoever looks at it, though JSON allows it as it stands.
#[must_use]
pub fn acts_on_its_reader(c: char) -> bool {
    matches!(
        c,
        '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

pub(super) fn millis<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

pub(super) fn some_millis<S: Serializer>(
    at: &Option<DateTime<Utc>>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => millis(at, to),
        None => to.serialize_none(),
    }
}
