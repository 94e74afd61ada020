//! Whispers over HTTP, by the one with whom they were exchanged.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::chat::{Lines, Which};
use super::guard::Caller;
use super::json::{Asked, Named};
use super::{Api, cursors};
use crate::api::problem::Problem;
use crate::bus::{Call, ChannelRow};
use crate::store::{Direction, LinePlace, PageQuery, Reader};
use crate::vocab::{Message, PlayerId};

/// How many of the latest whispers of one's own are looked through for those with whom they were exchanged.
const LOOKED_THROUGH: usize = 1_000;
/// How many pages of everybody's whispers are read for them at most: 2,000 lines each.
const PAGES_MAX: usize = 10;

/// Somebody with whom one whispers.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Conversation {
    /// The other's id: the conversation's, too.
    #[schema(example = "p_7f3a")]
    id: String,
    /// Their name, as it was at the last whisper.
    #[schema(example = "Bob")]
    name: String,
    /// When the last whisper was.
    last_at: DateTime<Utc>,
}

/// Some of those with whom one whispers.
#[derive(Serialize, ToSchema)]
pub(super) struct Conversations {
    conversations: Vec<Conversation>,
    /// Hand this back as `before` for those whose last whisper was earlier. Null at the end.
    before: Option<String>,
}

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichOnes {
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// Those whose last whisper was before this cursor.
    before: Option<String>,
}

/// List with whom one has exchanged whispers lately.
#[utoipa::path(get, path = "/conversations", tag = "chat", params(WhichOnes), responses(
    (status = 200, description = "A page, the latest first, out of the last 1,000 whispers of one's own, among the last 20,000 of everybody", body = Conversations),
))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(which): Asked<WhichOnes>,
) -> Result<Json<Conversations>, Problem> {
    let limit = cursors::page_size(which.limit)?;
    let before = which.before.as_deref().map(|text| cursors::read("before", text)).transpose()?;
    let mut query = api.whispers(&caller, None, LOOKED_THROUGH, Direction::Before(None)).await?;
    let mut lines = Vec::new();
    for _ in 0..PAGES_MAX {
        let page = api.store.page(query.clone()).await.map_err(Problem::fault)?;
        lines.extend(page.lines.into_iter().rev());
        query.limit = LOOKED_THROUGH.saturating_sub(lines.len());
        let Some(next) = page.next.filter(|_| query.limit > 0) else { break };
        query.direction = Direction::Before(Some(next));
    }
    let mut found = partners(&lines, &query.reader);
    found.retain(|(place, _)| before.is_none_or(|before| *place < before));
    let has_more = found.len() > limit;
    found.truncate(limit);
    let before = found.last().filter(|_| has_more).map(|(place, _)| cursors::written(*place));
    let conversations = found.into_iter().map(|(_, conversation)| conversation).collect();
    Ok(Json(Conversations { conversations, before }))
}

/// Read what was whispered with somebody.
#[utoipa::path(get, path = "/conversations/{id}/history", tag = "chat",
    params(("id" = String, Path, description = "The other's id"), Which), responses(
    (status = 200, description = "A page of lines, oldest first; it may be short and still have a `before`", body = Lines),
    (status = 404, description = "This is no id of a player"),
))]
pub(super) async fn history(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(id): Named<String>,
    Asked(which): Asked<Which>,
) -> Result<Json<Lines>, Problem> {
    let other: Option<PlayerId> = id.parse().ok();
    let none = || Problem::not_found("This is no id of a player; one looks like p_7f3a.");
    let other = other.ok_or_else(none)?;
    let (limit, direction) = which.read()?;
    let query = api.whispers(&caller, Some(other), limit, direction).await?;
    api.lines(query).await
}

/// With whom these lines, the latest first, were exchanged, each with the place of the latest.
fn partners(lines: &[(LinePlace, Message)], reader: &Reader) -> Vec<(LinePlace, Conversation)> {
    let mut found: Vec<(LinePlace, Conversation)> = Vec::new();
    for (place, line) in lines {
        let Some(target) = &line.target else { continue };
        let is_own = reader.is_among(&[line.sender.id]);
        let (id, name) =
            if is_own { (target.id, &target.name) } else { (line.sender.id, &line.sender.name) };
        let id = id.to_string();
        if !found.iter().any(|(_, known)| known.id == id) {
            let last_at = line.at.trunc_subsecs(3);
            found.push((*place, Conversation { id, name: name.to_string(), last_at }));
        }
    }
    found
}

impl Api {
    /// What to read of the caller's whispers.
    async fn whispers(
        &self,
        caller: &Caller,
        with: Option<PlayerId>,
        limit: usize,
        direction: Direction,
    ) -> Result<PageQuery, Problem> {
        caller.account()?;
        let rows = self.ask(|reply| Call::Channels(caller.rank(), reply)).await?;
        let whispers = |row: &ChannelRow| row.has_target;
        let row = rows.into_iter().find(whispers).ok_or_else(Problem::no_channel)?;
        let reader = self.reader(caller, std::slice::from_ref(&row)).await?;
        Ok(PageQuery { channel: row.name, reader, text: None, with, direction, limit })
    }
}
