//! Lines that wait for staff, over HTTP, and what staff say to them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{optional_reason, unexpected};
use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::cursors::Part;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::{Asked, Body, Named};
use crate::bus::{Spoken, StaffDone, StaffQuestion, StaffWish};
use crate::vocab::{HeldLine, Verdict};

/// A line that waits.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Held {
    /// Its number, by which staff decide.
    number: u64,
    /// When it would have been said.
    at: DateTime<Utc>,
    #[schema(example = "global")]
    channel: String,
    #[schema(example = "Bob")]
    sender: String,
    /// The sender's rank.
    #[schema(example = "player")]
    rank: &'static str,
    /// Where the sender stood.
    room: String,
    /// The one it is for.
    target: Option<String>,
    content: String,
    /// What holds it back: `hold`, by which its sender is held, or `filter`; null for lines that wait since before this was kept.
    #[schema(example = "filter")]
    rule: Option<String>,
    /// For `filter`, the words and patterns for which lines have to wait on that channel.
    #[schema(example = json!(["word:gold"]))]
    found: Vec<String>,
    /// Until when it waits.
    expires_at: DateTime<Utc>,
}

/// Some of what waits.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct HeldLines {
    lines: Vec<Held>,
    /// Hand this back as `after` for the next ones. Null at the end.
    after: Option<String>,
}

/// What staff say to a line that waits.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct ToHeld {
    verdict: HeldVerdict,
    /// Why; may be left out. The sender of a line that is rejected reads it.
    #[schema(max_length = 512)]
    reason: Option<String>,
}

/// Whether it is said.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::api::v1) enum HeldVerdict {
    Approve,
    Reject,
}

/// What became of a line that waited.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct HeldSettled {
    number: u64,
    /// `approved` or `denied`.
    verdict: &'static str,
    /// The name of the line, if it was said.
    line: Option<Uuid>,
    /// Why it was not said although it was approved: something came between.
    not_said: Option<String>,
}

/// List the lines that wait for staff.
#[utoipa::path(get, path = "/moderation/queue", tag = "moderation", params(Part), responses(
    (status = 200, description = "A page of what waits, oldest first", body = HeldLines),
))]
pub(in crate::api::v1) async fn queue(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(part): Asked<Part>,
) -> Result<Json<HeldLines>, Problem> {
    let mut lines = api.ask_as(&caller, StaffQuestion::Held).await?;
    lines.sort_by_key(|line| line.number);
    // As wide as the largest number, so that they are in the order of their digits.
    let (lines, after) = part.of(lines, |line| format!("{:020}", line.number))?;
    Ok(Json(HeldLines { lines: lines.into_iter().map(Held::of).collect(), after }))
}

/// Approve of a line that waits, so that it is said, or reject it.
#[utoipa::path(post, path = "/moderation/queue/{number}", tag = "moderation", request_body = ToHeld,
    params(("number" = u64, Path, description = "The number of the line")), responses(
    (status = 200, description = "It waits no more", body = HeldSettled),
    (status = 404, description = "That is no number"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn settle(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(number): Named<u64>,
    Body(said): Body<ToHeld>,
) -> Result<Json<HeldSettled>, Problem> {
    let verdict = match said.verdict {
        HeldVerdict::Approve => Verdict::Approved,
        HeldVerdict::Reject => Verdict::Denied,
    };
    let why = optional_reason(said.reason)?;
    match api.want(&caller, StaffWish::Settle { number, verdict, why }).await? {
        StaffDone::Settled(line, spoken) => Ok(Json(HeldSettled::of(&line, verdict, spoken))),
        _ => Err(unexpected()),
    }
}

impl Held {
    fn of(line: HeldLine) -> Self {
        let (rule, found) = line.held_by.map(|by| (by.rule, by.found)).unzip();
        Self {
            number: line.number,
            at: line.at.trunc_subsecs(3),
            channel: line.channel.to_string(),
            sender: line.name.to_string(),
            rank: line.rank.as_str(),
            room: line.room.to_string(),
            target: line.target.map(|target| target.name.to_string()),
            content: line.content,
            rule: rule.map(String::from),
            found: found.unwrap_or_default().into_iter().map(String::from).collect(),
            expires_at: line.until.trunc_subsecs(3),
        }
    }
}

impl HeldSettled {
    fn of(line: &HeldLine, verdict: Verdict, spoken: Option<Spoken>) -> Self {
        let (line_id, not_said) = match spoken {
            Some(Spoken::Said(message)) => (Some(message.id.0), None),
            Some(Spoken::Refused { why, .. }) => (None, Some(why)),
            _ => (None, None),
        };
        Self { number: line.number, verdict: verdict.participle(), line: line_id, not_said }
    }
}
