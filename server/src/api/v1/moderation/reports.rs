//! The queue of cases over HTTP: reports, appeals and second opinions, with what was said, and what staff decide.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cases::{Case, CaseInFull};
use super::imposed::lasts;
use super::{reason, unexpected};
use crate::api::problem::Problem;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::{Asked, Body, Named};
use crate::api::v1::{Api, cursors};
use crate::bus::{StaffDone, StaffWish};
use crate::store::LinePlace;
use crate::vocab::{
    CaseAct, CaseDone, CaseVerdict, Listed, OrderedAct, RemarkKind, RestrictionKind, Scope, Wanted,
};

/// How long something counts when nothing is said.
const USUAL_SECONDS: u64 = 3600;

/// Cases, and where to go on.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Cases {
    reports: Vec<Case>,
    /// Hand this back as `before` for what comes next in the list. Null at its end.
    before: Option<String>,
}

/// Which cases.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api::v1) struct Which {
    /// `open` (the most urgent first) is what is meant when nothing is said; `mine` are those of them that you look into. `closed`
    /// and `all` are in the order of their numbers, the newest first; of those that are closed, the last two hundred.
    #[param(inline)]
    state: Option<Wanting>,
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// What comes behind this cursor.
    before: Option<String>,
}

/// Which cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::api::v1) enum Wanting {
    #[default]
    Open,
    Mine,
    Closed,
    All,
}

/// What staff decide.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct Decision {
    verdict: Word,
    /// Why.
    #[schema(example = "insults", min_length = 1, max_length = 512)]
    reason: String,
    /// What is done to whom a report is about, in one go; only with `uphold`.
    act: Option<Act>,
}

/// What staff decide, in a word.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::api::v1) enum Word {
    /// A report is right, or a second opinion agrees.
    Uphold,
    /// Nothing comes of it.
    Dismiss,
    /// Who appeals is set free.
    Grant,
}

/// What is done to whom a report is about.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct Act {
    kind: ActKind,
    /// Of a mute: on which channels; on all, when left out.
    #[schema(example = json!(["global"]), min_items = 1, max_items = 100)]
    channels: Option<Vec<String>>,
    /// For how long; an hour, when left out.
    #[schema(minimum = 1, maximum = 315_360_000, example = 600)]
    seconds: Option<u64>,
    /// Until it is lifted; without `seconds`.
    #[serde(default)]
    permanent: bool,
}

/// What can be done with a verdict.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::api::v1) enum ActKind {
    Mute,
    Timeout,
    Freeze,
    Ban,
    Warn,
    Note,
}

/// List what waits for a decision, or what was decided.
#[utoipa::path(get, path = "/moderation/reports", tag = "moderation", params(Which), responses(
    (status = 200, description = "A page of cases that you may see", body = Cases),
))]
pub(in crate::api::v1) async fn reports(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<Cases>, Problem> {
    let limit = cursors::page_size(which.limit)?;
    let behind = which.before.as_deref().map(|it| cursors::read("before", it)).transpose()?;
    let wanting = which.state.unwrap_or_default();
    let is_urgency = matches!(wanting, Wanting::Open | Wanting::Mine);
    let act = if is_urgency { CaseAct::List } else { CaseAct::ListAll };
    let CaseDone::Listed(mut cases) = api.of_queue(&caller, act).await? else {
        return Err(Problem::fault("a list of cases became something else"));
    };
    let me = caller.account()?.id;
    cases.retain(|listed| wanting.takes(listed, me));
    cases.sort_by_key(|listed| Reverse(place(listed, is_urgency)));
    cases.retain(|listed| behind.is_none_or(|behind| place(listed, is_urgency) < behind));
    let more = cases.len() > limit;
    cases.truncate(limit);
    let last = cases.last().filter(|_| more).map(|listed| place(listed, is_urgency));
    Ok(Json(Cases {
        reports: cases.iter().map(Case::listed).collect(),
        before: last.map(cursors::written),
    }))
}

/// Read one case with all that was brought forward. That somebody looked is on record.
#[utoipa::path(get, path = "/moderation/reports/{number}", tag = "moderation",
    params(("number" = u64, Path, description = "The number of the case")), responses(
    (status = 200, description = "The case", body = CaseInFull),
    (status = 404, description = "That is no number"),
    (status = 422, description = "There is no such case that you may see"),
))]
pub(in crate::api::v1) async fn report(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(number): Named<u64>,
) -> Result<Json<CaseInFull>, Problem> {
    match api.of_queue(&caller, CaseAct::Show(number)).await? {
        CaseDone::Shown(listed, dossier) => Ok(Json(CaseInFull::of(&listed, &dossier))),
        _ => Err(Problem::fault("a case that was to be shown became something else")),
    }
}

/// Look into a case, so that others leave it to you.
#[utoipa::path(post, path = "/moderation/reports/{number}/claim", tag = "moderation",
    params(("number" = u64, Path, description = "The number of the case")), responses(
    (status = 200, description = "The case", body = Case),
    (status = 404, description = "That is no number"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn claim(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(number): Named<u64>,
) -> Result<Json<Case>, Problem> {
    api.change_case(&caller, CaseAct::Claim(number)).await
}

/// Leave a case to others.
#[utoipa::path(delete, path = "/moderation/reports/{number}/claim", tag = "moderation",
    params(("number" = u64, Path, description = "The number of the case")), responses(
    (status = 200, description = "The case", body = Case),
    (status = 404, description = "That is no number"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn unclaim(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(number): Named<u64>,
) -> Result<Json<Case>, Problem> {
    api.change_case(&caller, CaseAct::Unclaim(number)).await
}

/// Decide a case. Those who brought it forward are told.
#[utoipa::path(post, path = "/moderation/reports/{number}/verdict", tag = "moderation", request_body = Decision,
    params(("number" = u64, Path, description = "The number of the case")), responses(
    (status = 200, description = "The case", body = Case),
    (status = 404, description = "That is no number, or no channel for the caller"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn decide(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(number): Named<u64>,
    Body(decision): Body<Decision>,
) -> Result<Json<Case>, Problem> {
    let verdict = decision.verdict.verdict();
    let reason = reason(&decision.reason)?;
    let act = match decision.act {
        None => None,
        Some(_) if decision.verdict != Word::Uphold => {
            return Err(Problem::bad_request("act: only with the verdict uphold"));
        }
        Some(act) => Some(api.act_of(&caller, act).await?),
    };
    api.change_case(&caller, CaseAct::Decide { number, verdict, act, reason }).await
}

/// Where a case stands in a list.
fn place(listed: &Listed, is_urgency: bool) -> LinePlace {
    let number = listed.case.number.cast_signed();
    // Of those that are as urgent, the first comes first.
    let (epoch, seq) = if is_urgency { (i64::from(listed.priority), -number) } else { (0, number) };
    LinePlace { epoch, seq }
}

impl Api {
    async fn of_queue(&self, caller: &Caller, act: CaseAct) -> Result<CaseDone, Problem> {
        match self.want(caller, StaffWish::Case(act)).await? {
            StaffDone::Case(done) => Ok(done),
            _ => Err(unexpected()),
        }
    }

    async fn change_case(&self, caller: &Caller, act: CaseAct) -> Result<Json<Case>, Problem> {
        match self.of_queue(caller, act).await? {
            CaseDone::Claimed(case) | CaseDone::Decided { case, .. } => Ok(Json(Case::of(&case))),
            _ => Err(Problem::fault("a case that was to change became something else")),
        }
    }

    async fn act_of(&self, caller: &Caller, act: Act) -> Result<OrderedAct, Problem> {
        let kind = match act.kind {
            ActKind::Warn => return Ok(OrderedAct::Remark(RemarkKind::Warning)),
            ActKind::Note => return Ok(OrderedAct::Remark(RemarkKind::Note)),
            ActKind::Mute => RestrictionKind::Mute,
            ActKind::Timeout => RestrictionKind::Timeout,
            ActKind::Freeze => RestrictionKind::Freeze,
            ActKind::Ban => RestrictionKind::Ban,
        };
        let scope = match &act.channels {
            None => Scope::All,
            Some(names) if kind == RestrictionKind::Mute => self.scope(caller, names).await?,
            Some(_) => return Err(Problem::bad_request("channels: this is not about channels")),
        };
        let lasts = lasts(act.seconds, act.permanent, Some(USUAL_SECONDS))?;
        Ok(OrderedAct::Restrict(Wanted::new(kind, scope, lasts)))
    }
}

impl Wanting {
    fn takes(self, listed: &Listed, me: crate::vocab::AccountId) -> bool {
        let case = &listed.case;
        let holder = case.claimed.as_ref().and_then(|(holder, _)| holder.account);
        match self {
            Self::Open | Self::All => true,
            Self::Mine => holder == Some(me),
            Self::Closed => case.decided.is_some(),
        }
    }
}

impl Word {
    fn verdict(self) -> CaseVerdict {
        match self {
            Self::Uphold => CaseVerdict::Uphold,
            Self::Dismiss => CaseVerdict::Dismiss,
            Self::Grant => CaseVerdict::Grant,
        }
    }
}
