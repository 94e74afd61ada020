//! A player's own topic: under it the operator's webhook is told that somebody spoke to them while they were away. A player names no
//! address, so that nobody can have the server call anything.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::Utc;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::guard::Caller;

/// Where one is told of what was said while one was away.
#[derive(Serialize, ToSchema)]
pub(in crate::api::v1) struct Topic {
    /// A word that is hard to guess; null while nothing is pushed.
    #[schema(example = "hs_6f1c9d2e8b7a4053918264aa0b3c5d7e")]
    topic: Option<String>,
    /// Whether this server pushes at all.
    available: bool,
}

/// Your topic, if you have it pushed to you that somebody speaks to you while you are away.
#[utoipa::path(get, path = "/push/topic", tag = "webhooks", responses(
    (status = 200, description = "The topic, or null", body = Topic),
))]
pub(in crate::api::v1) async fn topic(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<Topic>, Problem> {
    let account = caller.account()?.id;
    let topic = api.store.push_topic(account).await.map_err(Problem::fault)?;
    Ok(Json(Topic { topic, available: api.pushes() }))
}

/// Have it pushed to you from now on, under a new topic.
#[utoipa::path(post, path = "/push/topic", tag = "webhooks", responses(
    (status = 201, description = "The topic; one that there was before counts no more", body = Topic),
    (status = 409, description = "This server pushes nothing"),
))]
pub(in crate::api::v1) async fn begin(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<(StatusCode, Json<Topic>), Problem> {
    let account = caller.account()?.id;
    if !api.pushes() {
        return Err(Problem::conflict("no-pushes", "This server pushes nothing."));
    }
    let topic = format!("hs_{:032x}", rand::random::<u128>());
    let set = api.store.set_push_topic(account, topic.clone(), Utc::now()).await;
    set.map_err(Problem::fault)?;
    Ok((StatusCode::CREATED, Json(Topic { topic: Some(topic), available: true })))
}

/// Have nothing pushed to you any more.
#[utoipa::path(delete, path = "/push/topic", tag = "webhooks", responses(
    (status = 200, description = "Nothing is pushed to you", body = Topic),
))]
pub(in crate::api::v1) async fn end(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<Topic>, Problem> {
    let account = caller.account()?.id;
    api.store.end_push_topic(account).await.map_err(Problem::fault)?;
    Ok(Json(Topic { topic: None, available: api.pushes() }))
}

impl Api {
    fn pushes(&self) -> bool {
        self.hooks.iter().any(|hook| hook.options.offline)
    }
}
