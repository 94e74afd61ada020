//! Whom one ignores, over HTTP: the list of the character that is in the world, as the commands have it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::chat::not_here;
use super::guard::Caller;
use super::json::{Asked, Body, NAME_CHARS_MAX, line};
use crate::api::problem::Problem;
use crate::bus::{Call, Ignoring};

/// Whom it is about.
#[derive(Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Whom {
    /// The player's name.
    #[schema(example = "Bob", min_length = 1, max_length = 80)]
    #[param(example = "Bob", min_length = 1, max_length = 80)]
    player: String,
}

/// Somebody whom one ignores.
#[derive(Serialize, ToSchema)]
pub(super) struct Ignored {
    #[schema(example = "p_7f3a")]
    id: String,
    /// Their name when it was put on the list.
    #[schema(example = "Bob")]
    name: String,
}

/// Those whom one ignores.
#[derive(Serialize, ToSchema)]
pub(super) struct Ignores {
    ignores: Vec<Ignored>,
}

/// List whom the character in the world ignores.
#[utoipa::path(get, path = "/chat/ignores", tag = "chat", responses(
    (status = 200, description = "The list", body = Ignores),
    (status = 409, description = "No character of the account is in the world"),
))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<Ignores>, Problem> {
    api.ignoring(&caller, Ignoring::Nothing).await
}

/// Stop hearing a player, on every channel.
#[utoipa::path(post, path = "/chat/ignores", tag = "chat", request_body = Whom, responses(
    (status = 200, description = "The list as it is now", body = Ignores),
    (status = 409, description = "No character of the account is in the world"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(super) async fn ignore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(whom): Body<Whom>,
) -> Result<Json<Ignores>, Problem> {
    let name = line("player", &whom.player, NAME_CHARS_MAX)?;
    api.ignoring(&caller, Ignoring::Ignore(name)).await
}

/// Hear a player again.
#[utoipa::path(delete, path = "/chat/ignores", tag = "chat", params(Whom), responses(
    (status = 200, description = "The list as it is now", body = Ignores),
    (status = 409, description = "No character of the account is in the world"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(super) async fn unignore(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(whom): Asked<Whom>,
) -> Result<Json<Ignores>, Problem> {
    let name = line("player", &whom.player, NAME_CHARS_MAX)?;
    api.ignoring(&caller, Ignoring::Unignore(name)).await
}

impl Api {
    async fn ignoring(&self, caller: &Caller, change: Ignoring) -> Result<Json<Ignores>, Problem> {
        let characters = self.characters(caller).await?;
        let done = self.ask(|reply| Call::Ignores(characters, change, reply)).await?;
        let list = done.ok_or_else(not_here)?.map_err(Problem::not_done)?;
        let ignores = list
            .into_iter()
            .map(|(id, name)| Ignored { id: id.to_string(), name: name.to_string() });
        Ok(Json(Ignores { ignores: ignores.collect() }))
    }
}
