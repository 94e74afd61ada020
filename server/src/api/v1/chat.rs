//! Channels over HTTP: which there are, what was said, and speaking.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::guard::Caller;
use super::json::{Asked, Body, Named};
use super::{Api, cursors};
use crate::api::problem::Problem;
use crate::bus::{AllowanceRow, Call, ChannelRow, Spoken, Words};
use crate::store::{Direction, Page, PageQuery, Reader};
use crate::vocab::{ChannelName, Message, PlayerId, SHADOW, SenderKind};

/// The longest text to search for. Characters.
const SEARCH_CHARS_MAX: usize = 200;

/// A channel.
#[derive(Serialize, ToSchema)]
pub(super) struct Channel {
    #[schema(example = "global")]
    name: String,
    about: String,
    /// Who hears it, in words.
    heard_by: &'static str,
    /// The lowest rank that may speak on it.
    #[schema(example = "player")]
    speak: &'static str,
    /// The lowest rank that hears it.
    #[schema(example = "guest")]
    hear: &'static str,
    /// The longest line. Characters.
    chars: usize,
    /// Lines a minute; 0 is without limit.
    per_minute: u32,
    /// Whether what is said is kept.
    history: bool,
    /// Whether a line on it needs a `target`.
    has_target: bool,
}

/// The channels that the caller may hear.
#[derive(Serialize, ToSchema)]
pub(super) struct Channels {
    channels: Vec<Channel>,
}

/// A line of talk.
#[derive(Serialize, ToSchema)]
pub(super) struct Line {
    /// The name of the message, a UUID of version 7.
    id: uuid::Uuid,
    /// The run of the server in which `seq` counts.
    epoch: String,
    seq: u64,
    channel: String,
    at: DateTime<Utc>,
    sender: LineSender,
    content: String,
    /// Where the speaker stood, on channels that are heard nearby.
    room: Option<String>,
    /// The one it was for.
    target: Option<String>,
    flags: Vec<String>,
}

/// Who said a line.
#[derive(Serialize, ToSchema)]
pub(super) struct LineSender {
    #[schema(example = "p_7f3a")]
    id: String,
    #[schema(example = "Ada")]
    name: String,
    /// `player`, `staff`, `npc`, `system` or `external`.
    kind: Kind,
}

/// What kind of speaker.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Player,
    Npc,
    Staff,
    System,
    External,
}

/// Lines, oldest first, and where to go on.
#[derive(Serialize, ToSchema)]
pub(super) struct Lines {
    lines: Vec<Line>,
    /// Hand this back as `before` to read what was said earlier. Null at the beginning; a page that was read by `after` always has it.
    before: Option<String>,
    /// Hand this back as `after` to read what is said later; null when nothing was said yet.
    after: Option<String>,
}

/// Which lines.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// How many lines at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// Lines before this cursor.
    before: Option<String>,
    /// Lines after this cursor; not together with `before`.
    after: Option<String>,
}

/// What to search for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// The text that a line has to have in it, in whatever case.
    #[param(min_length = 1, max_length = 200)]
    q: String,
    /// The channel.
    #[param(example = "global")]
    channel: String,
    /// How many lines at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// Lines before this cursor.
    before: Option<String>,
}

/// What to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToSay {
    #[schema(example = "global")]
    channel: String,
    #[schema(example = "Anyone here?", max_length = 4096)]
    content: String,
    /// The name of the one who shall hear it, on channels for one.
    target: Option<String>,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Sent {
    /// `said`, `held` (staff must approve of it first) or `waits` (it is said in its turn).
    status: &'static str,
    /// The line, if it was said.
    line: Option<Line>,
}

/// How much one may say on a channel.
#[derive(Serialize, ToSchema)]
pub(super) struct Allowance {
    #[schema(example = "say")]
    channel: String,
    /// Lines a minute; 0 is without limit.
    per_minute: u32,
    /// Lines of the last minute.
    said: u32,
    /// How many may be said now; null is without limit.
    remaining: Option<u32>,
    /// How long until the next may be said. Milliseconds.
    wait_ms: u64,
    /// The rule that lets nothing be said for now, such as `mute`.
    closed_by: Option<&'static str>,
}

/// How much one may say.
#[derive(Serialize, ToSchema)]
pub(super) struct Allowances {
    channels: Vec<Allowance>,
}

/// List the channels that one may hear.
#[utoipa::path(get, path = "/chat/channels", tag = "chat", responses(
    (status = 200, description = "The channels, in the order of lists", body = Channels),
))]
pub(super) async fn channels(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<Channels>, Problem> {
    let rows = api.ask(|reply| Call::Channels(caller.rank(), reply)).await?;
    Ok(Json(Channels { channels: rows.into_iter().map(Channel::of).collect() }))
}

/// Read what was said on a channel: what one has said oneself, was there to hear, or would have heard with everybody.
#[utoipa::path(get, path = "/chat/history/{channel}", tag = "chat",
    params(("channel" = String, Path, description = "The channel's name"), Which), responses(
    (status = 200, description = "A page of lines, oldest first", body = Lines),
    (status = 404, description = "No such channel for the caller"),
))]
pub(super) async fn history(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(channel): Named<String>,
    Asked(which): Asked<Which>,
) -> Result<Json<Lines>, Problem> {
    let (limit, direction) = which.read()?;
    let query = api.readable(&caller, &channel, limit, direction, None).await?;
    api.lines(query).await
}

/// Search a channel for a text, newest lines first in pages, oldest first within a page.
#[utoipa::path(get, path = "/chat/search", tag = "chat", params(Search), responses(
    (status = 200, description = "A page of lines, oldest first; it may be short and still have a `before`", body = Lines),
    (status = 404, description = "No such channel for the caller"),
))]
pub(super) async fn search(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(search): Asked<Search>,
) -> Result<Json<Lines>, Problem> {
    if !(1..=SEARCH_CHARS_MAX).contains(&search.q.chars().count()) {
        return Err(Problem::bad_request(format!("q: takes 1 to {SEARCH_CHARS_MAX} characters")));
    }
    let before = search.before.as_deref().map(|text| cursors::read("before", text)).transpose()?;
    let direction = Direction::Before(before);
    let limit = cursors::page_size(search.limit)?;
    let text = Some(search.q);
    let query = api.readable(&caller, &search.channel, limit, direction, text).await?;
    api.lines(query).await
}

/// Speak on a channel, as the character of the account that is in the world. What holds for typed words holds here.
#[utoipa::path(post, path = "/chat/send", tag = "chat", request_body = ToSay, responses(
    (status = 201, description = "It was said", body = Sent),
    (status = 202, description = "It is held for staff, waits its turn, or is for somebody who is away", body = Sent),
    (status = 404, description = "No such channel for the caller"),
    (status = 409, description = "No character of the account is in the world"),
    (status = 422, description = "A rule refused it; `rule` says which"),
))]
pub(super) async fn send(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(to_say): Body<ToSay>,
) -> Result<Response, Problem> {
    caller.account()?;
    let row = api.channel(&caller, &to_say.channel).await?;
    let reader = api.reader(&caller, std::slice::from_ref(&row)).await?;
    let characters = reader.ears.iter().map(|ear| ear.id).collect();
    let channel = row.name;
    let ToSay { content, target, .. } = to_say;
    let words = Words { characters, channel, target, content };
    let (status, word, line) = match api.ask(|reply| Call::Speak(words, reply)).await? {
        Spoken::Said(message) => (StatusCode::CREATED, "said", Some(Line::of(&message, &reader))),
        Spoken::Held => (StatusCode::ACCEPTED, "held", None),
        Spoken::Waits => (StatusCode::ACCEPTED, "waits", None),
        Spoken::Refused { rule, why } => return Err(Problem::refused(rule, why)),
        Spoken::NotHere => return Err(not_here()),
    };
    Ok((status, Json(Sent { status: word, line })).into_response())
}

/// How much one may say just now, as the character that is in the world.
#[utoipa::path(get, path = "/chat/rate-limit/status", tag = "chat", responses(
    (status = 200, description = "Channel by channel, in the order of lists", body = Allowances),
    (status = 409, description = "No character of the account is in the world"),
))]
pub(super) async fn allowance(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<Allowances>, Problem> {
    let characters = api.characters(&caller).await?;
    let rows = api.ask(|reply| Call::Allowance(characters, reply)).await?;
    let rows = rows.ok_or_else(not_here)?;
    Ok(Json(Allowances { channels: rows.into_iter().map(Allowance::of).collect() }))
}

pub(super) fn not_here() -> Problem {
    let why = "No character of this account is in the world, and one has to be there for this.";
    Problem::conflict("not-in-the-world", why)
}

impl Which {
    /// How many lines, and which.
    pub(super) fn read(&self) -> Result<(usize, Direction), Problem> {
        let direction = match (&self.before, &self.after) {
            (Some(_), Some(_)) => {
                return Err(Problem::bad_request("before and after: only one of them makes sense"));
            }
            (Some(before), None) => Direction::Before(Some(cursors::read("before", before)?)),
            (None, Some(after)) => Direction::After(cursors::read("after", after)?),
            (None, None) => Direction::Before(None),
        };
        Ok((cursors::page_size(self.limit)?, direction))
    }
}

impl Api {
    /// The characters of the account that calls.
    pub(super) async fn characters(&self, caller: &Caller) -> Result<Vec<PlayerId>, Problem> {
        let characters = self.store.characters_of(caller.account()?.id).await;
        let characters = characters.map_err(Problem::fault)?;
        Ok(characters.into_iter().map(|character| character.id).collect())
    }

    /// The channel of this name, if the caller may hear it.
    pub(super) async fn channel(&self, caller: &Caller, name: &str) -> Result<ChannelRow, Problem> {
        let rows = self.ask(|reply| Call::Channels(caller.rank(), reply)).await?;
        let named: Option<ChannelName> = name.parse().ok();
        let found = rows.into_iter().find(|row| Some(&row.name) == named.as_ref());
        found.ok_or_else(Problem::no_channel)
    }

    /// What to read of a channel for a caller.
    async fn readable(
        &self,
        caller: &Caller,
        channel: &str,
        limit: usize,
        direction: Direction,
        text: Option<String>,
    ) -> Result<PageQuery, Problem> {
        let row = self.channel(caller, channel).await?;
        let reader = self.reader(caller, std::slice::from_ref(&row)).await?;
        Ok(PageQuery { channel: row.name, reader, text, with: None, direction, limit })
    }

    /// A page, as its reader reads it.
    pub(super) async fn lines(&self, query: PageQuery) -> Result<Json<Lines>, Problem> {
        let (direction, reader) = (query.direction, query.reader.clone());
        let page = self.store.page(query).await.map_err(Problem::fault)?;
        Ok(Json(Lines::of(&page, direction, &reader)))
    }

    /// The channels of these names, all of which the caller hears.
    pub(super) async fn channels_named<'n>(
        &self,
        caller: &Caller,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<BTreeSet<ChannelName>, Problem> {
        let rows = self.ask(|reply| Call::Channels(caller.rank(), reply)).await?;
        let named = names.into_iter().map(|name| {
            let row = rows.iter().find(|row| row.name.as_str() == name);
            row.map(|row| row.name.clone()).ok_or_else(Problem::no_channel)
        });
        named.collect()
    }
}

impl Channel {
    fn of(row: ChannelRow) -> Self {
        Self {
            name: row.name.to_string(),
            about: row.about,
            heard_by: row.heard_by,
            speak: row.speak.as_str(),
            hear: row.hear.as_str(),
            chars: row.chars,
            per_minute: row.per_minute,
            history: row.history,
            has_target: row.has_target,
        }
    }
}

impl Allowance {
    fn of(row: AllowanceRow) -> Self {
        Self {
            channel: row.channel.to_string(),
            per_minute: row.per_minute,
            said: row.said,
            remaining: row.remaining,
            wait_ms: u64::try_from(row.wait.as_millis()).unwrap_or(u64::MAX),
            closed_by: row.closed_by,
        }
    }
}

impl Line {
    /// A line as somebody reads it.
    pub(super) fn of(message: &Message, reader: &Reader) -> Self {
        let sender = &message.sender;
        let sees_shadow = reader.sees_shadow(message);
        let flags = message.flags.iter().filter(|flag| sees_shadow || *flag != SHADOW);
        let room = message.room.as_ref().filter(|_| reader.tell_place.contains(&message.channel));
        Self {
            id: message.id.0,
            epoch: message.epoch.to_string(),
            seq: message.seq,
            channel: message.channel.to_string(),
            at: message.at.trunc_subsecs(3),
            sender: LineSender {
                id: sender.id.to_string(),
                name: sender.name.to_string(),
                kind: Kind::of(sender.kind),
            },
            content: message.words(reader.mask).to_owned(),
            room: room.map(|room| room.as_str().to_owned()),
            target: message.target.as_ref().map(|target| target.name.to_string()),
            flags: flags.map(ToString::to_string).collect(),
        }
    }
}

impl Kind {
    fn of(kind: SenderKind) -> Self {
        use SenderKind as K;
        match kind {
            K::Player => Self::Player,
            K::Npc => Self::Npc,
            K::Staff => Self::Staff,
            K::System => Self::System,
            K::External => Self::External,
        }
    }
}

impl Lines {
    fn of(page: &Page, direction: Direction, reader: &Reader) -> Self {
        let first = page.lines.first().map(|(place, _)| *place);
        let last = page.lines.last().map(|(place, _)| *place);
        let (before, after) = match direction {
            Direction::Before(from) => (page.next, last.or(page.first_seen).or(from)),
            Direction::After(from) => (first.or(Some(from)), page.next.or(last).or(Some(from))),
        };
        Self {
            lines: page.lines.iter().map(|(_, message)| Line::of(message, reader)).collect(),
            before: before.map(cursors::written),
            after: after.map(cursors::written),
        }
    }
}
