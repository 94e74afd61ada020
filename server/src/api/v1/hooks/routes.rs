//! Webhooks over HTTP, for those who run the server: how each is, what was given up, and trying that again. What a push says is
//! not shown: some of it is for one player alone.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Hook;
use crate::api::problem::Problem;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::{Asked, Named};
use crate::api::v1::{Api, cursors};
use crate::store::{DeadPush, LinePlace};

/// How many letters a page has when nothing is said.
const LIMIT: u32 = 50;
/// The most letters of a page.
const LIMIT_MAX: u32 = 200;

/// Another system that is told what happens.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct HookRow {
    #[schema(example = "tide")]
    name: String,
    /// The host that is told.
    #[schema(example = "example.org")]
    host: String,
    /// `idle` (nothing was told yet), `works` or `fails` (the last attempt did).
    #[schema(example = "works")]
    state: &'static str,
    /// What waits.
    waiting: u64,
    /// What was given up and is kept.
    dead: u64,
    /// What has arrived since the server was started.
    delivered: u64,
    /// Attempts that failed since then.
    failed: u64,
    /// What never came into the outbox since then.
    lost: u64,
    /// What was wrong last.
    last_error: Option<String>,
    /// When something arrived last.
    last_delivered: Option<DateTime<Utc>>,
}

/// Those that there are.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct HookRows {
    webhooks: Vec<HookRow>,
}

/// Something that was given up.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct DeadLetter {
    /// The `webhook-id`.
    id: Uuid,
    /// What it tells of: the `type` of its body.
    #[schema(example = "message")]
    r#type: String,
    /// When it happened.
    at: DateTime<Utc>,
    /// When it was given up.
    dead_at: DateTime<Utc>,
    attempts: u32,
    /// What was wrong last.
    error: Option<String>,
}

/// Some of them, newest first.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct DeadLetters {
    letters: Vec<DeadLetter>,
    /// Hand this back as `before` to read of earlier ones; null at the end.
    before: Option<String>,
}

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api::v1) struct WhichDead {
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Those before this cursor.
    before: Option<String>,
}

/// What becomes of it.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Retried {
    /// The `webhook-id`; it is the same at every attempt.
    id: Uuid,
    /// Always `waits`: it is tried again, before what is newer.
    status: &'static str,
}

/// List the other systems that are told what happens, and how that goes.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", responses(
    (status = 200, description = "In the order of the configuration", body = HookRows),
))]
pub(in crate::api::v1) async fn webhooks(
    State(api): State<Arc<Api>>,
    _caller: Caller,
) -> Result<Json<HookRows>, Problem> {
    let mut webhooks = Vec::new();
    for hook in &api.hooks {
        let counts = api.store.push_counts(hook.name()).await.map_err(Problem::fault)?;
        hook.shown().counts = counts;
        webhooks.push(HookRow::of(hook));
    }
    Ok(Json(HookRows { webhooks }))
}

/// List what was given up.
#[utoipa::path(get, path = "/webhooks/{name}/dead", tag = "webhooks",
    params(("name" = String, Path, description = "What the hook is called"), WhichDead), responses(
    (status = 200, description = "A page, newest first", body = DeadLetters),
    (status = 404, description = "No such hook"),
))]
pub(in crate::api::v1) async fn dead(
    State(api): State<Arc<Api>>,
    Named(name): Named<String>,
    Asked(which): Asked<WhichDead>,
) -> Result<Json<DeadLetters>, Problem> {
    let hook = api.hook(&name)?;
    let limit = which.limit.unwrap_or(LIMIT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(Problem::bad_request(format!("limit: takes 1 to {LIMIT_MAX}")));
    }
    let before = which.before.as_deref().map(|text| cursors::read("before", text)).transpose()?;
    let before = before.map(|place| place.seq);
    let read = api.store.dead_pushes(hook.name(), before, limit + 1).await;
    let mut letters = read.map_err(Problem::fault)?;
    let more = letters.len() > limit as usize;
    letters.truncate(limit as usize);
    let last = letters.last().filter(|_| more);
    let before = last.map(|last| cursors::written(LinePlace { epoch: 0, seq: last.number }));
    Ok(Json(DeadLetters { letters: letters.into_iter().map(DeadLetter::of).collect(), before }))
}

/// Try again to tell something that was given up.
#[utoipa::path(post, path = "/webhooks/{name}/dead/{id}/retry", tag = "webhooks",
    params(("name" = String, Path, description = "What the hook is called"),
        ("id" = Uuid, Path, description = "The `webhook-id`")), responses(
    (status = 202, description = "It waits again", body = Retried),
    (status = 404, description = "No such hook, or nothing of this id was given up"),
    (status = 422, description = "The caller's account is frozen"),
))]
pub(in crate::api::v1) async fn retry(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named((name, id)): Named<(String, Uuid)>,
) -> Result<(axum::http::StatusCode, Json<Retried>), Problem> {
    let hook = api.hook(&name)?;
    if let Some(account) = &caller.account {
        api.check_frozen(account.id).await?;
    }
    if !api.store.retry_push(hook.name(), id, Utc::now()).await.map_err(Problem::fault)? {
        return Err(Problem::not_found("Nothing of this id was given up."));
    }
    tracing::info!(hook = %hook.options.name, push = %id, by = ?caller.grant.holder, "a push that was given up is tried again");
    hook.news.notify_one();
    Ok((axum::http::StatusCode::ACCEPTED, Json(Retried { id, status: "waits" })))
}

impl Api {
    fn hook(&self, name: &str) -> Result<&Hook, Problem> {
        let found = self.hooks.iter().find(|hook| hook.options.name == name);
        found.map(|hook| &**hook).ok_or_else(|| Problem::not_found("There is no such hook."))
    }
}

impl HookRow {
    fn of(hook: &Hook) -> Self {
        let shown = hook.shown().clone();
        let state = match (shown.is_failing, shown.delivered) {
            (true, _) => "fails",
            (false, 0) => "idle",
            (false, _) => "works",
        };
        Self {
            name: hook.options.name.to_string(),
            host: hook.options.target.host.clone(),
            state,
            waiting: shown.counts.waiting,
            dead: shown.counts.dead,
            delivered: shown.delivered,
            failed: shown.failed,
            lost: shown.lost,
            last_error: shown.last_error,
            last_delivered: shown.last_delivered.map(|at| at.trunc_subsecs(3)),
        }
    }
}

impl DeadLetter {
    fn of(letter: DeadPush) -> Self {
        Self {
            id: letter.id,
            r#type: letter.kind,
            at: letter.at.trunc_subsecs(3),
            dead_at: letter.dead_at.trunc_subsecs(3),
            attempts: letter.attempts,
            error: letter.error,
        }
    }
}
