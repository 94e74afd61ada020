//! A word of staff to everybody, over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::chat::Line;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::Body;
use crate::bus::{Spoken, StaffQuestion};

/// What everybody shall read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct ToEverybody {
    #[schema(example = "The server restarts at noon.", max_length = 4096)]
    content: String,
}

/// Tell everybody something, on the channel `system`. What holds for typed words holds here.
#[utoipa::path(post, path = "/moderation/announcements", tag = "moderation", request_body = ToEverybody, responses(
    (status = 201, description = "It was said", body = Line),
    (status = 409, description = "There is no channel for it"),
    (status = 422, description = "It was not said; `detail` says why"),
))]
pub(in crate::api::v1) async fn announce(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(words): Body<ToEverybody>,
) -> Result<(StatusCode, Json<Line>), Problem> {
    let content = words.content;
    let spoken = api.ask_as(&caller, |reply| StaffQuestion::Address(content, reply)).await?;
    match spoken {
        Spoken::Said(message) => {
            let reader = api.reader(&caller, &[]).await?;
            Ok((StatusCode::CREATED, Json(Line::of(&message, &reader))))
        }
        Spoken::Refused { rule, why } => Err(Problem::refused(rule, why)),
        // What is said from outside the world is said now or not at all.
        Spoken::NotHere | Spoken::Held | Spoken::Waits => {
            let why = "There is no channel on which you may speak to everybody.";
            Err(Problem::conflict("no-channel", why))
        }
    }
}
