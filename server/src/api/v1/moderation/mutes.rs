//! Mutes, and channels that are for staff alone, over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::imposed::lasts;
use super::restraints::{Lifted, Restrained};
use super::{player, reason};
use crate::api::problem::Problem;
use crate::api::v1::Api;
use crate::api::v1::guard::Caller;
use crate::api::v1::json::{Asked, Body};
use crate::vocab::{OrderedAct, RestrictionKind, Scope, Wanted, Whom};

/// How long something counts when nothing is said.
const USUAL_SECONDS: u64 = 3600;

/// Who shall not speak.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct MutePlayer {
    /// The player, in the world or not; all characters of the account are meant.
    #[schema(example = "Bob", max_length = 80)]
    player: String,
    /// On which channels; on all, when left out.
    #[schema(example = json!(["global"]), min_items = 1, max_items = 100)]
    channels: Option<Vec<String>>,
    /// For how long; an hour, when left out.
    #[schema(minimum = 1, maximum = 315_360_000, example = 600)]
    seconds: Option<u64>,
    /// Why; the player reads it.
    #[schema(example = "shouting", min_length = 1, max_length = 512)]
    reason: String,
}

/// Which channel shall be for staff alone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api::v1) struct MuteChannel {
    #[schema(example = "global")]
    channel: String,
    /// For how long; an hour, when left out.
    #[schema(minimum = 1, maximum = 315_360_000, example = 600)]
    seconds: Option<u64>,
    /// Why; those who hear the channel read it.
    #[schema(example = "raid", min_length = 1, max_length = 512)]
    reason: String,
}

/// Who may speak again.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api::v1) struct UnmutePlayer {
    /// The player.
    #[param(example = "Bob", max_length = 80)]
    player: String,
    /// Why; may be left out.
    #[param(max_length = 512)]
    reason: Option<String>,
}

/// Which channel is for everybody again.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api::v1) struct UnmuteChannel {
    /// The channel.
    #[param(example = "global")]
    channel: String,
    /// Why; may be left out.
    #[param(max_length = 512)]
    reason: Option<String>,
}

/// Keep a player from speaking.
#[utoipa::path(post, path = "/chat/mute/player", tag = "moderation", request_body = MutePlayer, responses(
    (status = 201, description = "It counts now", body = Restrained),
    (status = 404, description = "No such channel for the caller"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn mute_player(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(wanted): Body<MutePlayer>,
) -> Result<(StatusCode, Json<Restrained>), Problem> {
    let scope = match &wanted.channels {
        None => Scope::All,
        Some(names) => api.scope(&caller, names).await?,
    };
    let act = restrict(RestrictionKind::Mute, scope, wanted.seconds)?;
    let whom = player(&wanted.player)?;
    api.impose(&caller, whom, act, reason(&wanted.reason)?).await
}

/// Let a player speak again.
#[utoipa::path(delete, path = "/chat/mute/player", tag = "moderation", params(UnmutePlayer), responses(
    (status = 200, description = "What counts no more", body = Lifted),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn unmute_player(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(wanted): Asked<UnmutePlayer>,
) -> Result<Json<Lifted>, Problem> {
    let act = OrderedAct::Lift(&[RestrictionKind::Mute, RestrictionKind::Timeout]);
    let whom = player(&wanted.player)?;
    api.lift(&caller, whom, act, wanted.reason).await
}

/// Let nobody but staff speak on a channel.
#[utoipa::path(post, path = "/chat/mute/channel", tag = "moderation", request_body = MuteChannel, responses(
    (status = 201, description = "It counts now", body = Restrained),
    (status = 404, description = "No such channel for the caller"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn mute_channel(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(wanted): Body<MuteChannel>,
) -> Result<(StatusCode, Json<Restrained>), Problem> {
    let scope = api.scope(&caller, &[wanted.channel]).await?;
    let act = restrict(RestrictionKind::Lock, scope, wanted.seconds)?;
    api.impose(&caller, Whom::Everyone, act, reason(&wanted.reason)?).await
}

/// Let everybody speak on a channel again.
#[utoipa::path(delete, path = "/chat/mute/channel", tag = "moderation", params(UnmuteChannel), responses(
    (status = 200, description = "What counts no more", body = Lifted),
    (status = 404, description = "No such channel for the caller"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(in crate::api::v1) async fn unmute_channel(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(wanted): Asked<UnmuteChannel>,
) -> Result<Json<Lifted>, Problem> {
    let scope = api.scope(&caller, &[wanted.channel]).await?;
    let act = OrderedAct::LiftOn(&[RestrictionKind::Lock], scope);
    api.lift(&caller, Whom::Everyone, act, wanted.reason).await
}

fn restrict(
    kind: RestrictionKind,
    scope: Scope,
    seconds: Option<u64>,
) -> Result<OrderedAct, Problem> {
    let lasts = lasts(seconds, false, Some(USUAL_SECONDS))?;
    Ok(OrderedAct::Restrict(Wanted::new(kind, scope, lasts)))
}
