//! What programs that listen are told, as JSON: the same in a stream and in a push.

use axum::response::sse::Event;
use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::chat::Line;
use super::feed::Told;
use crate::api::problem::Problem;
use crate::bus::{ActNews, PresenceNews};
use crate::store::Reader;
use crate::vocab::{MaskLevel, Message};

/// Which kinds of things somebody wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Kinds {
    /// What is said.
    pub(super) messages: bool,
    /// What staff and rules do.
    pub(super) acts: bool,
    /// Who comes and goes.
    pub(super) presence: bool,
}

impl Kinds {
    /// Reads `messages,acts`; what is said, when nothing is.
    pub(super) fn read(text: Option<&str>) -> Result<Self, Problem> {
        let mut kinds = Self::default();
        for word in text.unwrap_or("messages").split(',').map(str::trim) {
            match word {
                "messages" => kinds.messages = true,
                "acts" => kinds.acts = true,
                "presence" => kinds.presence = true,
                _ => {
                    let known = "kinds: takes messages, acts and presence with commas between";
                    return Err(Problem::bad_request(known));
                }
            }
        }
        Ok(kinds)
    }
}

/// What somebody did.
#[derive(Serialize)]
struct Act<'a> {
    at: DateTime<Utc>,
    act: &'a str,
    actor: Option<&'a str>,
    target: Option<&'a str>,
    detail: Option<&'a str>,
    restriction: Option<Uuid>,
    until: Option<DateTime<Utc>>,
}

/// What an event is called, the line that it is resumed from, and its data.
pub(super) fn json(told: &Told, reader: &Reader) -> (&'static str, Option<Uuid>, Value) {
    match told {
        Told::Said(line) => ("message", Some(line.id.0), line_json(line, reader)),
        Told::Restored(line) => ("restored", None, line_json(line, reader)),
        Told::TakenBack(line) => {
            let (id, channel) = (line.id.0, line.channel.as_str());
            ("redacted", None, json!({ "id": id, "channel": channel }))
        }
        Told::Acted(news) => ("act", None, act_json(news)),
        Told::Presence(news) => ("presence", None, presence_json(news)),
    }
}

/// It as an event of a stream.
pub(super) fn event(told: &Told, reader: &Reader) -> Event {
    let (name, id, data) = json(told, reader);
    let event = Event::default().event(name).data(data.to_string());
    match id {
        Some(id) => event.id(id.to_string()),
        None => event,
    }
}

/// A line that was said, as an event of a stream.
pub(super) fn said(line: &Message, reader: &Reader) -> Event {
    let data = line_json(line, reader).to_string();
    Event::default().event("message").id(line.id.to_string()).data(data)
}

/// A line. Whoever watches its channel reads all of its words, and how they read to those who want the most masked.
fn line_json(line: &Message, reader: &Reader) -> Value {
    let mut data =
        serde_json::to_value(Line::of(line, reader)).expect("a line holds texts and numbers");
    if reader.watches.contains(&line.channel) {
        data["content"] = json!(line.content);
        data["masked"] = json!(line.masked(MaskLevel::Strict));
    }
    data
}

fn act_json(news: &ActNews) -> Value {
    let act = Act {
        at: news.at.trunc_subsecs(3),
        act: &news.act,
        actor: news.actor.as_deref(),
        target: news.target.as_deref(),
        detail: news.detail.as_deref(),
        restriction: news.restriction.map(|id| id.0),
        until: news.until.map(|until| until.trunc_subsecs(3)),
    };
    serde_json::to_value(act).expect("an act holds texts and times")
}

fn presence_json(news: &PresenceNews) -> Value {
    let at = news.at.to_rfc3339_opts(SecondsFormat::Millis, true);
    json!({ "at": at, "player": news.player, "state": news.state.as_str() })
}
