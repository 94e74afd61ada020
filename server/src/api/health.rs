//! `GET /health`: the state of every part, as JSON. 200 while the process can answer; a word alone for strangers.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::figures::Shown;

pub(super) fn route(shown: Shown) -> Router {
    Router::new().route("/health", get(read)).with_state(shown)
}

async fn read(
    State(shown): State<Shown>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Json<Value> {
    if shown.admit(peer, &headers).await.is_ok() {
        return Json(shown.figures.health().await);
    }
    Json(json!({ "status": shown.figures.status() }))
}
