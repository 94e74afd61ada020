//! What restricts anybody now, over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, SubsecRound, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::optional_reason;
use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::cursors::Part;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::Asked;
use crate::bus::{RestrictionRow, StaffQuestion};
use crate::vocab::{Done, OrderedAct, Restriction, Scope, Whom};

/// Something that somebody may not do.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Restrained {
    /// The name of the act, a UUID of version 7.
    id: Uuid,
    #[schema(example = "mute")]
    kind: &'static str,
    /// Whom it concerns.
    #[schema(example = "Bob")]
    subject: String,
    /// On which channels; null is on all.
    channels: Option<Vec<String>>,
    from: DateTime<Utc>,
    /// Until when; null is until it is lifted. What is longer than one may order alone ends earlier than was wanted, unless another
    /// of the staff agrees.
    until: Option<DateTime<Utc>>,
    /// How long that still is. Seconds.
    seconds_left: Option<u64>,
    reason: String,
    /// Who ordered it.
    issuer: String,
}

/// Some of them.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Restrictions {
    restrictions: Vec<Restrained>,
    /// Hand this back as `after` for the next ones. Null at the end.
    after: Option<String>,
}

/// What counts no more.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Lifted {
    lifted: Vec<Restrained>,
}

/// List what restricts anybody now. That somebody looked is on record.
#[utoipa::path(get, path = "/moderation/restrictions", tag = "moderation", params(Part), responses(
    (status = 200, description = "A page of what counts, oldest first", body = Restrictions),
))]
pub(in crate::api::v1) async fn restrictions(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(part): Asked<Part>,
) -> Result<Json<Restrictions>, Problem> {
    let rows = api.ask_as(&caller, StaffQuestion::Restrictions).await?;
    let (rows, after) = part.of(rows, |row| row.restriction.id.to_string())?;
    let restrictions = rows.iter().map(Restrained::standing).collect();
    Ok(Json(Restrictions { restrictions, after }))
}

impl Api {
    pub(super) async fn impose(
        &self,
        caller: &Caller,
        whom: Whom,
        act: OrderedAct,
        reason: String,
    ) -> Result<(StatusCode, Json<Restrained>), Problem> {
        match self.order(caller, whom, act, reason).await? {
            Done::Restricted(it) => Ok((StatusCode::CREATED, Json(Restrained::of(&it)))),
            other => Err(Problem::fault(format!("an order to restrict became {other:?}"))),
        }
    }

    pub(super) async fn lift(
        &self,
        caller: &Caller,
        whom: Whom,
        act: OrderedAct,
        why: Option<String>,
    ) -> Result<Json<Lifted>, Problem> {
        match self.order(caller, whom, act, optional_reason(why)?).await? {
            Done::Lifted(lifted) => Ok(Json(Lifted::of(&lifted))),
            other => Err(Problem::fault(format!("an order to lift became {other:?}"))),
        }
    }
}
impl Lifted {
    pub(super) fn of(lifted: &[Arc<Restriction>]) -> Self {
        Self { lifted: lifted.iter().map(|it| Restrained::of(it)).collect() }
    }
}

impl Restrained {
    pub(super) fn of(it: &Restriction) -> Self {
        let channels = match &it.scope {
            Scope::All => None,
            Scope::Channels(names) => Some(names.iter().map(ToString::to_string).collect()),
        };
        Self {
            id: it.id.0,
            kind: it.kind.as_str(),
            subject: it.subject.to_string(),
            channels,
            from: it.from.trunc_subsecs(3),
            until: it.until.map(|until| until.trunc_subsecs(3)),
            seconds_left: None,
            reason: it.reason.clone(),
            issuer: it.issuer.name.to_string(),
        }
    }

    pub(super) fn standing(row: &RestrictionRow) -> Self {
        let seconds_left = row.left.map(|left| left.as_secs());
        Self { seconds_left, ..Self::of(&row.restriction) }
    }
}
