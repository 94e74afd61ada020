//! What was said, for staff who look for something: over all channels, with what was taken back.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::player_name;
use crate::api::problem::Problem;
use crate::api::v1::chat::Line;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::Asked;
use crate::api::v1::{Api, cursors};
use crate::bus::{Call, ChannelRow, Looked, StaffQuestion};
use crate::store::{Findings, FoundLine, LinePlace, Reader, Sought};
use crate::vocab::{ChannelName, MaskLevel, PlayerId};

/// The longest text to search for. Characters.
const TEXT_CHARS_MAX: usize = 200;

/// A line, and whether it was taken back.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct StaffLine {
    #[serde(flatten)]
    line: Line,
    /// Whether staff took it back.
    redacted: bool,
}

/// Lines, oldest first, and where to go on.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct StaffLines {
    lines: Vec<StaffLine>,
    /// Hand this back as `before` for what was said earlier. Null at the beginning. A page may be short, or empty, and still have it.
    before: Option<String>,
}

/// What to look for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api::v1) struct Wanted {
    /// The text that a line has to have in it, in whatever case.
    #[param(min_length = 1, max_length = 200)]
    q: Option<String>,
    /// Who said it; all characters of the account are meant.
    #[param(example = "Bob", min_length = 1, max_length = 80)]
    player: Option<String>,
    /// The channel.
    #[param(example = "global")]
    channel: Option<String>,
    /// Not before.
    since: Option<DateTime<Utc>>,
    /// Not at or after.
    until: Option<DateTime<Utc>>,
    /// How many lines at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// Lines before this cursor.
    before: Option<String>,
}

/// Search what was said, as `watch` would have shown it: on every channel but whispers and parties, in every room, unmasked and with
/// what was taken back. That somebody looked is on record, with whose lines or on which channel.
#[utoipa::path(get, path = "/moderation/lines", tag = "moderation", params(Wanted), responses(
    (status = 200, description = "A page of lines, oldest first; it may be short and still have a `before`", body = StaffLines),
    (status = 404, description = "No such channel for the caller"),
    (status = 422, description = "There is nobody of that name"),
))]
pub(in crate::api::v1) async fn lines(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<StaffLines>, Problem> {
    let limit = cursors::page_size(wanted.limit)?;
    if wanted.q.as_ref().is_some_and(|q| !(1..=TEXT_CHARS_MAX).contains(&q.chars().count())) {
        return Err(Problem::bad_request(format!("q: takes 1 to {TEXT_CHARS_MAX} characters")));
    }
    let before = wanted.before.as_deref().map(|text| cursors::read("before", text)).transpose()?;
    let rows = api.ask(|reply| Call::Channels(caller.rank(), reply)).await?;
    let channels = channels(&rows, wanted.channel.as_deref())?;
    let senders = match &wanted.player {
        Some(name) => Some(api.players_of(&player_name(name)?).await?),
        None => None,
    };
    let target = wanted.player.or(wanted.channel).unwrap_or_default();
    let looked = Looked { what: "lines", target, detail: String::new() };
    api.ask_as(&caller, |reply| StaffQuestion::Look(looked, reply)).await?;
    let reader = api.staff_reader(&caller, &rows).await?;
    let sought = Sought {
        reader: reader.clone(),
        channels,
        senders,
        text: wanted.q,
        since: wanted.since,
        until: wanted.until,
        before: before.map(|place| place.seq),
        limit,
    };
    let findings = api.store.seek(sought).await.map_err(Problem::fault)?;
    Ok(Json(StaffLines::of(findings, &reader)))
}

/// The channel of this name, or all.
fn channels(rows: &[ChannelRow], named: Option<&str>) -> Result<BTreeSet<ChannelName>, Problem> {
    let is_meant = |row: &&ChannelRow| named.is_none_or(|named| row.name.as_str() == named);
    let channels: BTreeSet<_> = rows.iter().filter(is_meant).map(|row| row.name.clone()).collect();
    if channels.is_empty() { Err(Problem::no_channel()) } else { Ok(channels) }
}

impl Api {
    /// The characters of the account that one of this name belongs to.
    async fn players_of(&self, name: &str) -> Result<Vec<PlayerId>, Problem> {
        let found = self.store.find_character(name).await.map_err(Problem::fault)?;
        let nobody =
            || Problem::not_done(format!("There is no player {name}. Write the name in full."));
        let character = found.ok_or_else(nobody)?;
        let Some(account) = character.account else { return Ok(vec![character.id]) };
        let all = self.store.characters_of(account).await.map_err(Problem::fault)?;
        Ok(all.into_iter().map(|character| character.id).collect())
    }

    /// Staff as they read: what their characters may, and besides all that may be watched, unmasked.
    async fn staff_reader(&self, caller: &Caller, rows: &[ChannelRow]) -> Result<Reader, Problem> {
        let watched = rows.iter().filter(|row| !row.is_private);
        Ok(Reader {
            watches: watched.map(|row| row.name.clone()).collect(),
            tell_place: rows.iter().map(|row| row.name.clone()).collect(),
            mask: MaskLevel::Off,
            ..self.reader(caller, rows).await?
        })
    }
}

impl StaffLines {
    fn of(findings: Findings, reader: &Reader) -> Self {
        let line = |found: &FoundLine| StaffLine {
            line: Line::of(&found.message, reader),
            redacted: found.redacted,
        };
        let next = findings.next.map(|seq| LinePlace { epoch: 0, seq });
        Self {
            lines: findings.lines.iter().rev().map(line).collect(),
            before: next.map(cursors::written),
        }
    }
}
