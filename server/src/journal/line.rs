//! How talk reads as one line of JSON.
//!
//! The fields here are a promise to whoever reads the logs: `docs/schemas/` describes them and the tests hold them to it.
//! A field is never left out, it is null, so that a column is a column in every tool.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use smol_str::SmolStr;
use uuid::fmt::Hyphenated;

use super::Content;
use super::record::{Blocked, Speech};
use super::stamp::Stamp;
pub(super) use crate::vocab::harmless;
use crate::vocab::{
    AccountId, ChannelName, Delivered, Fields, MessageId, PartyId, RoomId, Sender, Target,
    Transport,
};

/// The version of every line's form.
const SCHEMA: u8 = 1;

struct ChatLine<'a> {
    at: DateTime<Utc>,
    id: Option<MessageId>,
    channel: &'a ChannelName,
    seq: Option<u64>,
    epoch: Option<&'a str>,
    sender: &'a Sender,
    room: Option<&'a RoomId>,
    party: Option<PartyId>,
    target: Option<&'a Target>,
    content: &'a str,
    delivered: u32,
    blocked_by: Option<&'a str>,
    latency_us: Option<u64>,
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

/// Writes lines of the chat log, one after the other.
pub(super) struct Pen {
    content: Content,
    node: SmolStr,
    stamp: Stamp,
    line: Vec<u8>,
}

impl Pen {
    pub(super) fn new(content: Content, node: SmolStr) -> Self {
        Self { content, node, stamp: Stamp::default(), line: Vec::new() }
    }

    /// One line of the chat log, without its end.
    pub(super) fn speech(&mut self, speech: &Speech) -> &[u8] {
        self.write(&match speech {
            Speech::Delivered(delivered) => delivered_line(delivered),
            Speech::Blocked(blocked) => blocked_line(blocked),
        });
        &self.line
    }

    fn write(&mut self, line: &ChatLine<'_>) {
        let has_words = self.content != Content::Ids;
        let mut id = [0; Hyphenated::LENGTH];
        let id = line.id.map(|name| &*name.0.hyphenated().encode_lower(&mut id));
        let ChatLine { sender, room, target, .. } = line;
        self.line.clear();
        Fields::object(&mut self.line, |fields| {
            fields.number("schema", u64::from(SCHEMA));
            fields.plain("at", self.stamp.of(line.at));
            fields.plain("id", id);
            fields.plain("channel", line.channel.as_str());
            fields.number("seq", line.seq);
            fields.text("epoch", line.epoch);
            fields.id("sender_id", sender.id.hex());
            fields.text("sender_name", has_words.then_some(&*sender.name));
            fields.id("account_id", sender.account.map(AccountId::hex));
            fields.plain("room", room.map(RoomId::as_str));
            fields.plain("zone", room.map(RoomId::zone));
            fields.id("party", line.party.map(PartyId::hex));
            fields.id("target_id", target.map(|target| target.id.hex()));
            fields.text("target_name", target.filter(|_| has_words).map(|target| &*target.name));
            fields.text("content", has_words.then_some(line.content));
            fields.number("delivered", u64::from(line.delivered));
            fields.text("blocked_by", line.blocked_by);
            fields.text("node", &*self.node);
            fields.plain("transport", sender.via.map(Transport::as_str));
            fields.number("latency_us", line.latency_us);
            fields.texts("flags", line.flags.iter().map(SmolStr::as_str));
        });
    }
}

/// The line that says how many records are missing near here, without its end.
pub(super) fn dropped(count: u64, at: DateTime<Utc>, node: &str) -> Vec<u8> {
    json(&DroppedLine { schema: SCHEMA, kind: "dropped", at, count, node })
}

fn delivered_line(delivered: &Delivered) -> ChatLine<'_> {
    let message = &*delivered.message;
    // The world's clock and the gateway's may differ by a little; a time before zero would be nonsense to whoever sums it.
    let latency_us = (delivered.done - message.at).num_microseconds().unwrap_or(i64::MAX).max(0);
    ChatLine {
        at: message.at,
        id: Some(message.id),
        channel: &message.channel,
        seq: Some(message.seq),
        epoch: Some(&message.epoch),
        sender: &message.sender,
        room: message.room.as_ref(),
        party: message.party,
        target: message.target.as_ref(),
        content: &message.content,
        delivered: delivered.delivered,
        blocked_by: None,
        latency_us: Some(latency_us.cast_unsigned()),
        flags: &message.flags,
    }
}

fn blocked_line(blocked: &Blocked) -> ChatLine<'_> {
    ChatLine {
        at: blocked.at,
        id: blocked.id,
        channel: &blocked.channel,
        seq: None,
        epoch: None,
        sender: &blocked.sender,
        room: blocked.room.as_ref(),
        party: blocked.party,
        target: blocked.target.as_ref(),
        content: &blocked.content,
        delivered: 0,
        blocked_by: Some(&blocked.rule),
        latency_us: None,
        flags: &blocked.flags,
    }
}

pub(super) fn json(line: &impl Serialize) -> Vec<u8> {
    let text = serde_json::to_string(line).expect("our lines hold only texts, numbers and lists");
    harmless(text).into_bytes()
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
