//! A stream of what is said, as server-sent events (WHATWG HTML, section 9.2), for bots and bridges.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};
use utoipa::IntoParams;
use uuid::Uuid;

use super::Api;
use super::chat::Line;
use super::feed::{Listening, Told};
use super::guard::{Caller, From};
use super::json::Asked;
use crate::api::problem::Problem;
use crate::bus::Call;
use crate::store::{Later, Reader};
use crate::vocab::{ChannelName, Message, MessageId};

/// How long nothing is sent before a comment shows that the stream lives.
const SILENCE: Duration = Duration::from_secs(15);
/// How often it is seen whether the token still counts.
const CHECKED_EVERY: Duration = Duration::from_secs(10);

/// What to listen to.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct What {
    /// Names of channels with commas between; all that one may hear, when left out.
    #[param(example = "global,say")]
    channels: Option<String>,
}

/// Listen to what is said: `message` with a line as in the history, `redacted` with the name of a line that was taken back, `restored` with
/// one that is there again. The id of an event is the name of its line. Whoever comes back with `Last-Event-ID` gets what was said since;
/// if that is too much for once, the stream ends behind a part of it, to be gone on with in the same way. `gap` says that the line is not known from
/// which on it was asked for. A stream ends when its grant does.
#[utoipa::path(get, path = "/events", tag = "chat", params(What,
    ("Last-Event-ID" = Option<Uuid>, Header, description = "The id of the last event that was read")), responses(
    (status = 200, description = "A stream that does not end by itself", body = String, content_type = "text/event-stream"),
    (status = 404, description = "No such channel for the caller"),
))]
pub(super) async fn events(
    State(api): State<Arc<Api>>,
    caller: Caller,
    From(address): From,
    headers: HeaderMap,
    Asked(what): Asked<What>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let after = last_event(&headers)?;
    let only = match &what.channels {
        Some(names) => Some(api.channels_named(&caller, names.split(',').map(str::trim)).await?),
        None => None,
    };
    let reader = api.hearer(&caller, only.as_ref()).await?;
    let many = || Problem::too_many("Too many streams are open.", SILENCE.as_secs());
    let told = api.feed.listen(&caller.grant.holder, reader.clone()).ok_or_else(many)?;
    // Asked for after listening has begun, so that nothing falls between.
    let missed = match after {
        Some(after) => api.store.later(after, reader.clone()).await.map_err(Problem::fault)?,
        None => Later::default(),
    };
    let newest = missed.lines.last().map(|line| line.id);
    let goes_on = missed.reached.is_none();
    let again = again(&missed, &reader);
    let live = Live { api, caller, address, told, only, reader, newest, checked: Instant::now() };
    let live = goes_on
        .then(|| stream::unfold(live, |mut live| async move { Some((live.next().await?, live)) }));
    let live = stream::iter(live).flatten();
    let all = stream::iter(again).chain(live).map(Ok);
    Ok(Sse::new(all).keep_alive(KeepAlive::new().interval(SILENCE)))
}

fn last_event(headers: &HeaderMap) -> Result<Option<MessageId>, Problem> {
    let Some(last) = headers.get("last-event-id") else { return Ok(None) };
    let id = last.to_str().ok().and_then(|text| text.parse::<Uuid>().ok());
    let none = || Problem::bad_request("Last-Event-ID: this is no id of an event");
    id.map(|id| Some(MessageId(id))).ok_or_else(none)
}

/// What was missed. Where there is more, the stream ends behind it: who comes back goes on there.
fn again(missed: &Later, reader: &Reader) -> Vec<Event> {
    let gap = missed.is_unknown.then(|| Event::default().event("gap").data("{}"));
    let lines = missed.lines.iter().map(|line| said(line, reader));
    // An event without data is none, but its id counts.
    let reached = missed.reached.map(|id| Event::default().id(id.to_string()));
    gap.into_iter().chain(lines).chain(reached).collect()
}

fn said(line: &Message, reader: &Reader) -> Event {
    Event::default().event("message").id(line.id.to_string()).data(data(line, reader))
}

fn data(line: &Message, reader: &Reader) -> String {
    serde_json::to_string(&Line::of(line, reader)).expect("a line holds texts and numbers")
}

/// A stream that is open.
struct Live {
    api: Arc<Api>,
    caller: Caller,
    address: std::net::IpAddr,
    told: Listening,
    only: Option<BTreeSet<ChannelName>>,
    reader: Reader,
    /// The newest line that was sent again: those up to it were sent.
    newest: Option<MessageId>,
    checked: Instant,
}

impl Live {
    /// The next event; none when the stream ends: with the token, or cut off for being slow.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.checked.elapsed() >= CHECKED_EVERY {
                self.check().await?;
            }
            let Ok(told) = timeout_at(self.checked + CHECKED_EVERY, self.told.next()).await else {
                continue;
            };
            match told? {
                Told::Said(line) if self.newest.is_some_and(|newest| line.id <= newest) => {}
                Told::Said(line) => return Some(said(&line, &self.reader)),
                Told::Restored(line) => {
                    let data = data(&line, &self.reader);
                    return Some(Event::default().event("restored").data(data));
                }
                Told::TakenBack(line) => {
                    let data = format!(r#"{{"id":"{}","channel":"{}"}}"#, line.id, line.channel);
                    return Some(Event::default().event("redacted").data(data));
                }
            }
        }
    }

    /// Whether whoever listens still may, and what they may read now; none when the stream ends.
    async fn check(&mut self) -> Option<()> {
        self.checked = Instant::now();
        self.caller = self.api.stands(self.caller.grant.id, self.address).await.ok()?;
        self.reader = self.api.hearer(&self.caller, self.only.as_ref()).await.ok()?;
        self.told.read_as(&self.reader);
        Some(())
    }
}

impl Api {
    /// What whoever listens may read now.
    async fn hearer(
        &self,
        caller: &Caller,
        only: Option<&BTreeSet<ChannelName>>,
    ) -> Result<Reader, Problem> {
        let rows = self.ask(|reply| Call::Channels(caller.rank(), reply)).await?;
        Ok(Reader { only: only.cloned(), ..self.reader(caller, &rows).await? })
    }
}
