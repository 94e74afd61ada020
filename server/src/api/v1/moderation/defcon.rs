//! How much is closed while the server is under attack, over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::imposed::lasts;
use super::reason;
use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::Body;
use crate::bus::{DefconRow, StaffQuestion};
use crate::vocab::{OrderedAct, RestrictionKind, Scope, Wanted, Whom};

/// The level at which all is as usual.
const PEACE: u64 = 5;
/// How long a level counts when nothing is said.
const USUAL_SECONDS: u64 = 3600;

/// How much is closed.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Defcon {
    /// 5 is that nothing is closed.
    #[schema(example = 5)]
    level: u64,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    seconds_left: Option<u64>,
    /// Who closed it.
    by: Option<String>,
    reason: Option<String>,
    /// Every level, and what it closes.
    levels: Vec<DefconLevel>,
}

/// A level.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct DefconLevel {
    level: u64,
    means: &'static str,
}

/// How much shall be closed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct ToDefcon {
    /// 4 to 1 close more and more, 5 opens all.
    #[schema(minimum = 1, maximum = 5, example = 4)]
    level: u64,
    /// For how long; an hour, when left out. Not with 5.
    #[schema(minimum = 1, maximum = 315_360_000, example = 600)]
    seconds: Option<u64>,
    /// Why; everybody reads it.
    #[schema(example = "a flood of guests", min_length = 1, max_length = 512)]
    reason: String,
}

/// Read how much is closed.
#[utoipa::path(get, path = "/moderation/defcon", tag = "moderation", responses(
    (status = 200, description = "How much is closed", body = Defcon),
))]
pub(in crate::api::v1) async fn defcon(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<Defcon>, Problem> {
    let row = api.ask_as(&caller, StaffQuestion::Defcon).await?;
    Ok(Json(Defcon::of(&row)))
}

/// Close the server step by step while it is under attack, or open it again. Everybody is told.
#[utoipa::path(post, path = "/moderation/defcon", tag = "moderation", request_body = ToDefcon, responses(
    (status = 200, description = "How much is closed now", body = Defcon),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn set_defcon(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(wanted): Body<ToDefcon>,
) -> Result<Json<Defcon>, Problem> {
    let reason = reason(&wanted.reason)?;
    let act = wanted.act()?;
    api.order(&caller, Whom::Everyone, act, reason).await?;
    let row = api.ask_as(&caller, StaffQuestion::Defcon).await?;
    Ok(Json(Defcon::of(&row)))
}

impl ToDefcon {
    fn act(&self) -> Result<OrderedAct, Problem> {
        if !(1..=PEACE).contains(&self.level) {
            return Err(Problem::bad_request(format!("level: takes 1 to {PEACE}")));
        }
        let kind = RestrictionKind::Defcon;
        match (self.level, self.seconds) {
            (PEACE, None) => Ok(OrderedAct::LiftOn(kind.alone(), Scope::All)),
            (PEACE, Some(_)) => Err(Problem::bad_request("seconds: not with level 5")),
            (level, seconds) => {
                let lasts = lasts(seconds, false, Some(USUAL_SECONDS))?;
                Ok(OrderedAct::Restrict(Wanted::new(kind, Scope::All, lasts).measured(level)))
            }
        }
    }
}

impl Defcon {
    fn of(row: &DefconRow) -> Self {
        let stands = row.stands.as_ref();
        let it = stands.map(|row| &row.restriction);
        let peace = DefconLevel { level: PEACE, means: "Nothing is closed." };
        let closing = row.levels.iter().map(|(level, means)| DefconLevel { level: *level, means });
        Self {
            level: it.map_or(PEACE, |it| it.measure),
            since: it.map(|it| it.from.trunc_subsecs(3)),
            until: it.and_then(|it| it.until).map(|until| until.trunc_subsecs(3)),
            seconds_left: stands.and_then(|row| row.left).map(|left| left.as_secs()),
            by: it.map(|it| it.issuer.name.to_string()),
            reason: it.map(|it| it.reason.clone()),
            levels: std::iter::once(peace).chain(closing).collect(),
        }
    }
}
