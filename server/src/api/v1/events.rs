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
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use utoipa::IntoParams;
use uuid::Uuid;

use super::Api;
use super::chat::Line;
use super::feed::Told;
use super::guard::{Caller, From};
use super::json::Asked;
use crate::api::problem::Problem;
use crate::bus::Call;
use crate::store::{Later, Reader};
use crate::vocab::{ChannelName, MessageId};

/// The most lines that are sent again.
const AGAIN_MAX: usize = 500;
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

/// Listen to what is said: `message` with a line as in the history, `redacted` with the name of a line that was taken back. The id of an event
/// is the name of its line. Whoever comes back with `Last-Event-ID` gets what was said since, up to 500 lines, with `gap` before it when that is
/// not all. The stream ends with the token.
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
    let reader = api.listener(&caller, what.channels.as_deref()).await?;
    let many = || Problem::too_many("Too many streams are open.", SILENCE.as_secs());
    let told = api.feed.listen(caller.grant.id, reader.clone()).ok_or_else(many)?;
    // Asked for after listening has begun, so that nothing falls between.
    let missed = match after {
        Some(after) => api.store.later(after, reader, AGAIN_MAX).await.map_err(Problem::fault)?,
        None => Later::default(),
    };
    let newest = missed.lines.last().map(|line| line.id);
    let again = again(missed);
    let live = Live { api, caller, address, told, newest, checked: Instant::now() };
    let live = stream::unfold(live, |mut live| async move { Some((live.next().await?, live)) });
    let all = stream::iter(again).chain(live).map(Ok);
    Ok(Sse::new(all).keep_alive(KeepAlive::new().interval(SILENCE)))
}

fn last_event(headers: &HeaderMap) -> Result<Option<MessageId>, Problem> {
    let Some(last) = headers.get("last-event-id") else { return Ok(None) };
    let id = last.to_str().ok().and_then(|text| text.parse::<Uuid>().ok());
    let none = || Problem::bad_request("Last-Event-ID: this is no id of an event");
    id.map(|id| Some(MessageId(id))).ok_or_else(none)
}

fn again(missed: Later) -> Vec<Event> {
    let gap = missed.gap.then(|| Event::default().event("gap").data("{}"));
    gap.into_iter().chain(missed.lines.iter().map(said)).collect()
}

fn said(line: &crate::vocab::Message) -> Event {
    let event = Event::default().event("message").id(line.id.to_string());
    let data = serde_json::to_string(&Line::of(line)).expect("a line holds texts and numbers");
    event.data(data)
}

/// A stream that is open.
struct Live {
    api: Arc<Api>,
    caller: Caller,
    address: std::net::IpAddr,
    told: mpsc::Receiver<Told>,
    /// The newest line that was sent again: those up to it were sent.
    newest: Option<MessageId>,
    checked: Instant,
}

impl Live {
    /// The next event; none when the stream ends: with the token, or cut off for being slow.
    async fn next(&mut self) -> Option<Event> {
        loop {
            match timeout_at(self.checked + CHECKED_EVERY, self.told.recv()).await {
                Err(_) => self.check().await?,
                Ok(told) => match told? {
                    Told::Said(line) if self.newest.is_some_and(|newest| line.id <= newest) => {}
                    Told::Said(line) => return Some(said(&line)),
                    Told::TakenBack(line) => {
                        let data =
                            format!(r#"{{"id":"{}","channel":"{}"}}"#, line.id, line.channel);
                        return Some(Event::default().event("redacted").data(data));
                    }
                },
            }
        }
    }

    /// Whether whoever listens still may; none when not.
    async fn check(&mut self) -> Option<()> {
        self.checked = Instant::now();
        let now = self.api.stands(self.caller.grant.id, self.address).await.ok()?;
        (now.rank() >= self.caller.rank()).then_some(())
    }
}

impl Api {
    /// Who listens: to these channels, or to all that they may hear.
    async fn listener(&self, caller: &Caller, channels: Option<&str>) -> Result<Reader, Problem> {
        let rows = self.ask(|reply| Call::Channels(caller.rank(), reply)).await?;
        let mut hears: BTreeSet<ChannelName> = rows.into_iter().map(|row| row.name).collect();
        let Some(wanted) = channels else { return self.reader(caller, hears).await };
        let none = |name: &str| {
            let name: String = name.chars().take(40).collect();
            Problem::not_found(format!("There is no channel {name:?}, or you do not hear it."))
        };
        let named = wanted.split(',').map(|name| {
            let channel: ChannelName = name.trim().parse().map_err(|_| none(name))?;
            hears.contains(&channel).then_some(channel).ok_or_else(|| none(name))
        });
        let wanted: BTreeSet<ChannelName> = named.collect::<Result<_, Problem>>()?;
        hears.retain(|channel| wanted.contains(channel));
        let reader = self.reader(caller, hears).await?;
        Ok(Reader { only: Some(wanted), ..reader })
    }
}
