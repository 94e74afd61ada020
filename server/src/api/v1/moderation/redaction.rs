//! Lines of talk that staff take back, over HTTP, and put back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{optional_reason, reason, unexpected};
use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::{Asked, Body, Named};
use crate::bus::{StaffDone, StaffWish};
use crate::vocab::{Message, MessageId, MessageRef, Redaction};

/// Which line shall be taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct TakeBack {
    /// The name of the line, as in the history.
    line: Uuid,
    /// Why; it is on record.
    #[schema(example = "insults", min_length = 1, max_length = 512)]
    reason: String,
}

/// Why a line is put back.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api::v1) struct PutBack {
    /// Why; may be left out.
    #[param(max_length = 512)]
    reason: Option<String>,
}

/// A line that was taken back, or put back.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Redacted {
    /// The name of the line.
    line: Uuid,
    #[schema(example = "say")]
    channel: String,
    /// Its number on the channel.
    seq: u64,
    /// Who said it.
    #[schema(example = "Bob")]
    sender: String,
    /// Who took it back.
    #[schema(example = "Mara")]
    by: String,
    /// When it was taken back.
    at: DateTime<Utc>,
    /// Why it was.
    reason: String,
    /// When it was put back; null while it is taken back.
    undone_at: Option<DateTime<Utc>>,
}

/// Take a line back: nobody but staff reads it any more, and pages take it off their screens.
#[utoipa::path(post, path = "/moderation/redactions", tag = "moderation", request_body = TakeBack, responses(
    (status = 201, description = "It is taken back", body = Redacted),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn redact(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(wanted): Body<TakeBack>,
) -> Result<(StatusCode, Json<Redacted>), Problem> {
    let why = reason(&wanted.reason)?;
    let redacted = api.withdraw(&caller, wanted.line, false, why).await?;
    Ok((StatusCode::CREATED, Json(redacted)))
}

/// Put a line back where it was.
#[utoipa::path(delete, path = "/moderation/redactions/{line}", tag = "moderation",
    params(("line" = Uuid, Path, description = "The name of the line"), PutBack), responses(
    (status = 200, description = "It can be read again", body = Redacted),
    (status = 404, description = "That is no name of a line"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn unredact(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(line): Named<Uuid>,
    Asked(wanted): Asked<PutBack>,
) -> Result<Json<Redacted>, Problem> {
    let why = optional_reason(wanted.reason)?;
    Ok(Json(api.withdraw(&caller, line, true, why).await?))
}

impl Api {
    async fn withdraw(
        &self,
        caller: &Caller,
        line: Uuid,
        undo: bool,
        reason: String,
    ) -> Result<Redacted, Problem> {
        let line = MessageRef::Id(MessageId(line));
        match self.want(caller, StaffWish::Withdraw { line, undo, reason }).await? {
            StaffDone::Withdrawn(message, redaction) => Ok(Redacted::of(&message, &redaction)),
            _ => Err(unexpected()),
        }
    }
}

impl Redacted {
    fn of(message: &Message, redaction: &Redaction) -> Self {
        Self {
            line: redaction.line.id.0,
            channel: redaction.line.channel.to_string(),
            seq: redaction.line.seq,
            sender: message.sender.name.to_string(),
            by: redaction.by.name.to_string(),
            at: redaction.at.trunc_subsecs(3),
            reason: redaction.reason.clone(),
            undone_at: redaction.undone.as_ref().map(|undone| undone.at.trunc_subsecs(3)),
        }
    }
}
