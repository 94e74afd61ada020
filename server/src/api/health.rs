//! `GET /health`: the state of every part, as JSON. 200 while players can play.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

/// Says how the server is.
pub type Health = Arc<dyn Fn() -> Value + Send + Sync>;

pub(super) fn route(health: Health) -> Router {
    Router::new().route("/health", get(read)).with_state(health)
}

async fn read(State(health): State<Health>) -> Json<Value> {
    Json(health())
}
