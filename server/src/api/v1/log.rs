//! Lines of other systems: what a build, a bridge or a watchdog has to say, put on a channel with its own time.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Api;
use super::chat::Line;
use super::guard::Caller;
use super::json::Body;
use crate::api::problem::Problem;
use crate::bus::{Announcement, Call, Spoken};
use crate::vocab::{ChannelName, Holder};

/// How old a line may be.
const AGE_MAX: TimeDelta = TimeDelta::days(1);
/// How far another clock may be ahead.
const AHEAD_MAX: TimeDelta = TimeDelta::minutes(1);

/// A line of another system.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LogLine {
    /// A channel that is heard wherever one stands.
    #[schema(example = "system")]
    channel: String,
    #[schema(example = "The tide turns in an hour.", max_length = 4096)]
    content: String,
    /// When it was said there: within the last day; now, when left out.
    at: Option<DateTime<Utc>>,
}

/// Put a line on a channel, under the name of the service. It goes through the content filter like anybody's words.
#[utoipa::path(post, path = "/log", tag = "chat", request_body = LogLine, responses(
    (status = 201, description = "It was said", body = Line),
    (status = 404, description = "No such channel"),
    (status = 422, description = "A rule refused it; `rule` says which"),
))]
pub(super) async fn log(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(line): Body<LogLine>,
) -> Result<(StatusCode, Json<Line>), Problem> {
    let Holder::Service(service) = caller.grant.holder.clone() else {
        return Err(Problem::forbidden("This is for services."));
    };
    let now = Utc::now();
    if line.at.is_some_and(|at| at < now - AGE_MAX || at > now + AHEAD_MAX) {
        return Err(Problem::bad_request("at: takes a time within the last day"));
    }
    let none = || Problem::not_found("There is no such channel.");
    let channel: ChannelName = line.channel.parse().map_err(|_| none())?;
    let reader = api.reader(&caller, &[]).await?;
    let (content, at) = (line.content, line.at.map(|at| at.min(now)));
    let line = Announcement { service, channel, content, at };
    match api.ask(|reply| Call::Announce(line, reply)).await? {
        Spoken::Said(message) => Ok((StatusCode::CREATED, Json(Line::of(&message, &reader)))),
        Spoken::NotHere => Err(none()),
        Spoken::Refused { rule, why } => Err(Problem::refused(rule, why)),
        other => Err(Problem::fault(format!("a line of a service became {other:?}"))),
    }
}
