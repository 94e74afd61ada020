//! Playing over HTTP, for bots and bridges: a character is in the world without a socket, types commands, and what it is
//! told can be listened to.

mod listen;
mod live;
mod told;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use self::listen::Listening;
use self::live::{NoSession, Session, Wanted};
use super::guard::{Caller, From};
use super::json::{Body, NAME_CHARS_MAX, Named, line};
use super::listeners::last_event;
use super::{Api, PREFIX};
use crate::api::problem::Problem;

pub use self::live::SessionDoor;
pub(super) use self::live::Sessions;

/// How long nothing is sent before a comment shows that the stream lives.
const SILENCE: Duration = Duration::from_secs(15);
/// The longest command. Characters.
const COMMAND_CHARS_MAX: usize = 1_000;
/// The most packages that are named.
const PACKAGES_MAX: usize = 64;
/// How long the token counts by which a session begins.
const COMES_IN: TimeDelta = TimeDelta::minutes(1);

/// Who shall come into the world.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Begun {
    /// One of the account's characters; the first, when left out.
    #[schema(example = "Ada", max_length = 80)]
    character: Option<String>,
    /// Packages of GMCP of which it wants to be told besides.
    #[serde(default)]
    #[schema(example = json!(["Room"]), max_items = 64)]
    packages: Vec<String>,
}

/// A character in the world by HTTP.
#[derive(Serialize, ToSchema)]
pub(super) struct Playing {
    /// A UUID of version 7.
    id: Uuid,
    #[schema(example = "Ada")]
    character: String,
    since: DateTime<Utc>,
    /// The number of the last event so far.
    last_event: u64,
}

/// The sessions of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct List {
    sessions: Vec<Playing>,
}

/// What a character shall do.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    /// A line as a player types it.
    #[schema(example = "look", min_length = 1, max_length = 1000)]
    text: String,
}

/// Where to listen for what comes of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Taken {
    /// What comes of it has a higher number than this.
    last_event: u64,
}

/// Come into the world without a socket. The session lasts as long as somebody listens to its events or types, and five minutes more; and
/// as long as the grant. Somebody who plays the character elsewhere is sent away, as by any login.
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = Begun, responses(
    (status = 201, description = "The character is in the world", body = Playing),
    (status = 422, description = "It was not let in; `detail` says why"),
    (status = 429, description = "The account has as many sessions as one may have"),
))]
pub(super) async fn begin(
    State(api): State<Arc<Api>>,
    caller: Caller,
    From(address): From,
    Body(begun): Body<Begun>,
) -> Result<impl IntoResponse, Problem> {
    let account = caller.account()?.id;
    let character = begun.character.as_deref();
    let character = character.map(|name| line("character", name, NAME_CHARS_MAX)).transpose()?;
    if begun.packages.len() > PACKAGES_MAX {
        return Err(Problem::bad_request(format!("packages: names at most {PACKAGES_MAX}")));
    }
    let (grant, now) = (caller.grant.id, Utc::now());
    let wanted = Wanted {
        account,
        grant,
        address,
        token: api.bearers.sign(grant, now, now + COMES_IN),
        character: character.as_deref(),
        packages: &begun.packages,
    };
    let session = api.sessions.open(wanted, api.bearers.clone()).await?;
    let place = format!("{PREFIX}/sessions/{}", session.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(Playing::of(&session))))
}

/// List the sessions of the account.
#[utoipa::path(get, path = "/sessions", tag = "sessions", responses(
    (status = 200, description = "Those that last", body = List),
))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<List>, Problem> {
    let sessions = api.sessions.of(caller.account()?.id);
    Ok(Json(List { sessions: sessions.iter().map(|session| Playing::of(session)).collect() }))
}

/// Leave the world.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sessions", params(
    ("id" = Uuid, Path, description = "The session")), responses(
    (status = 204, description = "The character has left"),
    (status = 404, description = "The account has no such session"),
))]
pub(super) async fn end(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(id): Named<Uuid>,
) -> Result<StatusCode, Problem> {
    api.session(&caller, id)?.close().await;
    Ok(StatusCode::NO_CONTENT)
}

/// Type a command. What comes of it is among the events.
#[utoipa::path(post, path = "/sessions/{id}/commands", tag = "sessions", request_body = Typed, params(
    ("id" = Uuid, Path, description = "The session")), responses(
    (status = 202, description = "It is typed", body = Taken),
    (status = 404, description = "The account has no such session"),
    (status = 429, description = "Too many commands wait"),
))]
pub(super) async fn command(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(id): Named<Uuid>,
    Body(typed): Body<Typed>,
) -> Result<(StatusCode, Json<Taken>), Problem> {
    let session = api.session(&caller, id)?;
    let text = line("text", &typed.text, COMMAND_CHARS_MAX)?;
    let last_event = session.told.last();
    if session.told.is_over() {
        return Err(no_session());
    }
    if !session.types(&text) {
        return Err(Problem::too_many("Too many commands wait.", 1));
    }
    Ok((StatusCode::ACCEPTED, Json(Taken { last_event })))
}

/// Listen to what a session is told: messages as on the WebSocket, in `data`. The id of an event is its number; whoever comes back with
/// it as `Last-Event-ID` goes on there. The last 1,024 messages are kept; `gap` says that some between are not. `over` is the last, and says why.
#[utoipa::path(get, path = "/sessions/{id}/events", tag = "sessions", params(
    ("id" = Uuid, Path, description = "The session"),
    ("Last-Event-ID" = Option<u64>, Header, description = "The number of the last event that was read")), responses(
    (status = 200, description = "A stream until the session is over", body = String, content_type = "text/event-stream"),
    (status = 404, description = "The account has no such session"),
    (status = 429, description = "Too many listen to it"),
))]
pub(super) async fn events(
    State(api): State<Arc<Api>>,
    caller: Caller,
    From(address): From,
    headers: HeaderMap,
    Named(id): Named<Uuid>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let session = api.session(&caller, id)?;
    let after = last_event(&headers)?.unwrap_or_default();
    let many = || Problem::too_many("Too many listen to this session.", SILENCE.as_secs());
    let places = api.sessions.places(&session).ok_or_else(many)?;
    let bearer = (caller.grant.id, address, api.bearers.clone());
    let told = stream::unfold(Listening::begin(session, after, bearer, places), Listening::next);
    Ok(Sse::new(told.map(Ok)).keep_alive(KeepAlive::new().interval(SILENCE)))
}

impl Api {
    fn session(&self, caller: &Caller, id: Uuid) -> Result<Arc<Session>, Problem> {
        let found = self.sessions.find(caller.account()?.id, id);
        found.ok_or_else(no_session)
    }
}

fn no_session() -> Problem {
    Problem::not_found("The account has no such session.")
}

impl Playing {
    fn of(session: &Session) -> Self {
        Self {
            id: session.id,
            character: session.name.to_string(),
            since: session.since,
            last_event: session.told.last(),
        }
    }
}

impl std::convert::From<NoSession> for Problem {
    fn from(why: NoSession) -> Self {
        match why {
            NoSession::NoGateway => Self::unavailable("Nobody is let in yet."),
            NoSession::Many => Self::too_many("The account has as many sessions as it may.", 30),
            NoSession::Busy(why) => Self::unavailable(why),
            NoSession::Refused(why) => Self::not_done(why),
            NoSession::Late => Self::unavailable("The world did not answer in time."),
        }
    }
}
