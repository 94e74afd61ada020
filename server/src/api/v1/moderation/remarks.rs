//! What staff remark about somebody, over HTTP: warnings, notes, kicks.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{player, reason};
use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::{Body, Named};
use crate::vocab::{Done, OrderedAct, Remark, RemarkKind};

/// Something on record about somebody that restricts them for no time.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Remarked {
    /// The name of the act, a UUID of version 7.
    id: Uuid,
    /// `warning`, `note`, `kick`, `cleared`, `pardon` or `snoop`.
    #[schema(example = "note")]
    kind: &'static str,
    /// Whom it is about.
    #[schema(example = "Bob")]
    subject: String,
    text: String,
    at: DateTime<Utc>,
    /// Who made it.
    by: String,
    /// When whom a warning is for said that they have read it.
    acknowledged_at: Option<DateTime<Utc>>,
    /// The lines that led to it.
    evidence: Vec<Uuid>,
}

/// A word about somebody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct Note {
    #[schema(example = "talks in riddles", min_length = 1, max_length = 512)]
    text: String,
}

/// Put a note about a player on record, which staff alone read.
#[utoipa::path(post, path = "/moderation/records/{player}/notes", tag = "moderation", request_body = Note,
    params(("player" = String, Path, description = "The player, in the world or not")), responses(
    (status = 201, description = "It is on record", body = Remarked),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn note(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(name): Named<String>,
    Body(note): Body<Note>,
) -> Result<(StatusCode, Json<Remarked>), Problem> {
    let act = OrderedAct::Remark(RemarkKind::Note);
    let (whom, text) = (player(&name)?, reason(&note.text)?);
    match api.order(&caller, whom, act, text).await? {
        Done::Remarked(remark) => Ok((StatusCode::CREATED, Json(Remarked::of(&remark)))),
        other => Err(Problem::fault(format!("a note became {other:?}"))),
    }
}

impl Remarked {
    pub(super) fn of(remark: &Remark) -> Self {
        Self {
            id: remark.id.0,
            kind: remark.kind.as_str(),
            subject: remark.subject.to_string(),
            text: remark.text.clone(),
            at: remark.at.trunc_subsecs(3),
            by: remark.issuer.name.to_string(),
            acknowledged_at: remark.acknowledged.map(|at| at.trunc_subsecs(3)),
            evidence: remark.evidence.iter().map(|line| line.0).collect(),
        }
    }
}
