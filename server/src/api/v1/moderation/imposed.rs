//! Whatever staff impose on somebody, over HTTP, in one shape for all kinds; and lifting it by its name.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::remarks::Remarked;
use super::restraints::{Lifted, Restrained};
use super::{optional_reason, player, reason, unexpected};
use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::{Asked, Body, Named};
use crate::bus::{StaffDone, StaffWish};
use crate::vocab::{
    ActId, Done, MessageId, Order, OrderedAct, RemarkKind, RestrictionKind, Scope, Wanted, Whom,
    clean_line,
};

/// How long something counts when nothing is said.
const USUAL_SECONDS: u64 = 3600;
/// The longest time that is written as a number; ten years.
const SECONDS_MAX: u64 = 3_650 * 86_400;
/// The most lines that one order names: as many as a reason may name.
const LINES_MAX: usize = 20;
/// The most players that a ban spares.
const EXCEPT_MAX: usize = 50;

/// What shall be done, and to whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct Impose {
    kind: ImposedKind,
    /// The player, in the world or not; all characters of the account are meant. A ban takes names like `*troll*` and addresses
    /// (`192.0.2.0/24`), too. Left out of what is for everybody: `lock`, `age`, and `slow` for a channel.
    #[schema(example = "Bob", min_length = 1, max_length = 80)]
    player: Option<String>,
    /// On which channels; on all, when left out.
    #[schema(example = json!(["global"]), min_items = 1, max_items = 100)]
    channels: Option<Vec<String>>,
    /// For how long. When left out: an hour, or what the command of this name does.
    #[schema(minimum = 1, maximum = 315_360_000, example = 600)]
    seconds: Option<u64>,
    /// Until it is lifted; without `seconds`.
    #[serde(default)]
    permanent: bool,
    /// Of `slow`, the seconds between two lines; of `age`, the age of an account in seconds.
    #[schema(minimum = 1)]
    measure: Option<u64>,
    /// Whom a ban of names or addresses lets in all the same.
    #[schema(max_items = 50)]
    except: Option<Vec<String>>,
    /// Why; who is restricted reads it.
    #[schema(example = "shouting", min_length = 1, max_length = 512)]
    reason: String,
    /// The names of the lines that led to it. Those that the reason names count among them.
    #[schema(max_items = 20)]
    lines: Option<Vec<Uuid>>,
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::api::v1) enum ImposedKind {
    Mute,
    Timeout,
    Freeze,
    Ban,
    Shadow,
    Hold,
    Slow,
    Lock,
    Age,
    Warn,
    Kick,
}

/// Why something is lifted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api::v1) struct Lift {
    /// Why; may be left out.
    #[param(max_length = 512)]
    reason: Option<String>,
}

/// What was done: one of both, by its kind.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Imposed {
    /// What counts for a time.
    restriction: Option<Restrained>,
    /// What is on record: a warning or a kick.
    remark: Option<Remarked>,
}

/// Restrict, warn or kick somebody, as the command of the same name does.
#[utoipa::path(post, path = "/moderation/restrictions", tag = "moderation", request_body = Impose, responses(
    (status = 201, description = "It is done", body = Imposed),
    (status = 404, description = "No such channel for the caller"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn impose(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(wanted): Body<Impose>,
) -> Result<(StatusCode, Json<Imposed>), Problem> {
    let whom = wanted.whom()?;
    wanted.check(&whom)?;
    let scope = match &wanted.channels {
        None => Scope::All,
        Some(names) => api.scope(&caller, names).await?,
    };
    let lines = lines(wanted.lines.as_deref().unwrap_or_default())?;
    let reason = reason(&wanted.reason)?;
    let act = wanted.act(scope)?;
    let order = Box::new(Order { whom, act, reason, evidence: Vec::new() });
    let done = match api.want(&caller, StaffWish::Order(order, lines)).await? {
        StaffDone::Ordered(done) => done,
        _ => return Err(unexpected()),
    };
    let imposed = match &done {
        Done::Restricted(it) => Imposed { restriction: Some(Restrained::of(it)), remark: None },
        Done::Remarked(it) => Imposed { restriction: None, remark: Some(Remarked::of(it)) },
        Done::Lifted(_) => return Err(Problem::fault("an order to impose lifted something")),
    };
    Ok((StatusCode::CREATED, Json(imposed)))
}

/// Lift one restriction before its time.
#[utoipa::path(delete, path = "/moderation/restrictions/{id}", tag = "moderation",
    params(("id" = Uuid, Path, description = "The name of the restriction"), Lift), responses(
    (status = 200, description = "What counts no more", body = Lifted),
    (status = 404, description = "That is no name of a restriction"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn lift(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(id): Named<Uuid>,
    Asked(wanted): Asked<Lift>,
) -> Result<Json<Lifted>, Problem> {
    let why = optional_reason(wanted.reason)?;
    match api.want(&caller, StaffWish::Lift(ActId(id), why)).await? {
        StaffDone::Ordered(Done::Lifted(lifted)) => Ok(Json(Lifted::of(&lifted))),
        _ => Err(unexpected()),
    }
}

fn lines(named: &[Uuid]) -> Result<Vec<MessageId>, Problem> {
    if named.len() > LINES_MAX {
        return Err(Problem::bad_request(format!("lines: names at most {LINES_MAX}")));
    }
    Ok(named.iter().copied().map(MessageId).collect())
}

/// For how long: as many seconds, until it is lifted, or what is usual.
pub(super) fn lasts(
    seconds: Option<u64>,
    permanent: bool,
    usual: Option<u64>,
) -> Result<Option<Duration>, Problem> {
    let seconds = match (seconds, permanent) {
        (Some(_), true) => {
            let what = "seconds and permanent: only one of them makes sense";
            return Err(Problem::bad_request(what));
        }
        (None, true) => None,
        (None, false) => usual,
        (Some(seconds @ 1..=SECONDS_MAX), false) => Some(seconds),
        (Some(_), false) => {
            return Err(Problem::bad_request(format!("seconds: takes 1 to {SECONDS_MAX}")));
        }
    };
    Ok(seconds.map(Duration::from_secs))
}

impl ImposedKind {
    /// The restriction; none for what restricts nobody.
    fn restricts(self) -> Option<RestrictionKind> {
        Some(match self {
            Self::Mute => RestrictionKind::Mute,
            Self::Timeout => RestrictionKind::Timeout,
            Self::Freeze => RestrictionKind::Freeze,
            Self::Ban => RestrictionKind::Ban,
            Self::Shadow => RestrictionKind::Shadow,
            Self::Hold => RestrictionKind::Hold,
            Self::Slow => RestrictionKind::Slow,
            Self::Lock => RestrictionKind::Lock,
            Self::Age => RestrictionKind::Age,
            Self::Warn | Self::Kick => return None,
        })
    }
}

impl Impose {
    fn whom(&self) -> Result<Whom, Problem> {
        match (&self.player, self.kind) {
            (None, ImposedKind::Lock | ImposedKind::Age | ImposedKind::Slow) => Ok(Whom::Everyone),
            (None, _) => Err(Problem::bad_request("player: whom is it for?")),
            (Some(name), ImposedKind::Ban) => match Whom::typed(&clean_line(name)) {
                Ok(Whom::Player(_)) => player(name),
                Ok(many) => Ok(many),
                Err(why) => Err(Problem::bad_request(format!("player: {why}"))),
            },
            (Some(name), _) => player(name),
        }
    }

    /// Nothing is said that counts for nothing.
    fn check(&self, whom: &Whom) -> Result<(), Problem> {
        use ImposedKind as K;
        let wrong = |what: &str| Err(Problem::bad_request(what.to_owned()));
        let is_on_channels =
            matches!(self.kind, K::Mute | K::Shadow | K::Hold | K::Slow | K::Lock | K::Age);
        if self.channels.is_some() && !is_on_channels {
            return wrong("channels: this is not about channels");
        }
        if self.measure.is_some() != matches!(self.kind, K::Slow | K::Age) {
            return wrong("measure: slow and age take it, and nothing else does");
        }
        if self.except.is_some() && (self.kind != K::Ban || matches!(whom, Whom::Player(_))) {
            return wrong("except: a ban of names or addresses takes it, and nothing else does");
        }
        let has_time = self.seconds.is_some() || self.permanent;
        if has_time && matches!(self.kind, K::Warn | K::Kick) {
            return wrong("seconds, permanent: this does not last");
        }
        Ok(())
    }

    /// What is ordered. What does not go together is refused where typed orders are.
    fn act(self, scope: Scope) -> Result<OrderedAct, Problem> {
        let for_all = self.player.is_none();
        let usual = match self.kind {
            ImposedKind::Freeze | ImposedKind::Age => None,
            ImposedKind::Slow if for_all => None,
            _ => Some(USUAL_SECONDS),
        };
        let lasts = lasts(self.seconds, self.permanent, usual)?;
        let except = self.except.unwrap_or_default();
        if except.len() > EXCEPT_MAX {
            return Err(Problem::bad_request(format!("except: names at most {EXCEPT_MAX}")));
        }
        let Some(kind) = self.kind.restricts() else {
            let kick = self.kind == ImposedKind::Kick;
            let remark = if kick { RemarkKind::Kick } else { RemarkKind::Warning };
            return Ok(OrderedAct::Remark(remark));
        };
        let measure = self.measure.unwrap_or_default();
        Ok(OrderedAct::Restrict(Wanted { kind, scope, lasts, measure, except }))
    }
}
