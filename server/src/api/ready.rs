//! `GET /ready`: 200 while this process can take players, 503 otherwise. What is missing is told to those who may know; that it is on
//! its way out of service, to everybody.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::figures::Shown;

pub(super) fn route(shown: Shown) -> Router {
    Router::new().route("/ready", get(read)).with_state(shown)
}

async fn read(
    State(shown): State<Shown>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> (StatusCode, Json<Value>) {
    let missing = shown.figures.missing();
    let is_ready = missing.is_empty();
    let mut body = json!({ "ready": is_ready });
    if shown.figures.is_draining() {
        body["draining"] = json!(true);
    }
    if !is_ready && shown.admit(peer, &headers).await.is_ok() {
        body["missing"] = json!(missing);
    }
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body))
}
