//! The world over HTTP: who is in it, and how it lies. Who stands where is for staff.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::cursors::Part;
use super::guard::Caller;
use super::json::{Asked, Named};
use crate::api::problem::Problem;
use crate::bus::{Call, PlayerRow, RoomRow};
use crate::vocab::{Rank, RoomId};

/// The lowest rank that reads who stands where.
const SEES_WHERE: Rank = Rank::Helper;

/// Somebody in the world.
#[derive(Serialize, ToSchema)]
pub(super) struct Player {
    #[schema(example = "p_7f3a")]
    id: String,
    #[schema(example = "Ada")]
    name: String,
    #[schema(example = "player")]
    rank: &'static str,
    /// Why they may not answer: `link-dead`, `idle 5 min`.
    absence: Option<String>,
    /// Where they are; only for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<String>,
}

/// Some of those in the world, in the order of their names.
#[derive(Serialize, ToSchema)]
pub(super) struct Players {
    players: Vec<Player>,
    /// Hand this back as `after` for the next ones. Null at the end.
    after: Option<String>,
}

/// A room. Ways that are hidden are not there, and rooms to which only such lead are for staff.
#[derive(Serialize, ToSchema)]
pub(super) struct Room {
    #[schema(example = "earth.harbour.docks.pier")]
    id: String,
    name: String,
    about: String,
    indoors: bool,
    exits: Vec<Exit>,
    spot: Spot,
    /// Who is there; only for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    players: Option<Vec<String>>,
}

/// A way out.
#[derive(Serialize, ToSchema)]
pub(super) struct Exit {
    /// What to type.
    #[schema(example = "north")]
    way: String,
    /// The room behind it.
    to: String,
}

/// Where a room lies on the map of its zone; one step is 1.
#[derive(Serialize, ToSchema)]
pub(super) struct Spot {
    /// To the east.
    x: i32,
    /// To the north.
    y: i32,
    /// Up.
    z: i32,
}

/// The rooms of a zone.
#[derive(Serialize, ToSchema)]
pub(super) struct Map {
    rooms: Vec<Room>,
}

/// Which map.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichMap {
    /// The zone: `plane.zone`.
    #[param(example = "earth.harbour")]
    zone: String,
}

/// List who is in the world.
#[utoipa::path(get, path = "/players", tag = "world", params(Part), responses(
    (status = 200, description = "A page of them, in the order of their names; 10,000 in all at most", body = Players),
))]
pub(super) async fn players(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(part): Asked<Part>,
) -> Result<Json<Players>, Problem> {
    let rows = api.ask(Call::Players).await?;
    let (rows, after) = part.of(rows, |row| row.name.to_lowercase())?;
    let sees_where = caller.sees_where();
    let players = rows.into_iter().map(|row| Player::of(row, sees_where)).collect();
    Ok(Json(Players { players, after }))
}

/// Look at a room.
#[utoipa::path(get, path = "/world/rooms/{id}", tag = "world",
    params(("id" = String, Path, description = "The room's id: plane.zone.subzone.room")), responses(
    (status = 200, description = "The room", body = Room),
    (status = 404, description = "No such room"),
))]
pub(super) async fn room(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<Json<Room>, Problem> {
    let none = || Problem::not_found("There is no such room.");
    let id: RoomId = id.parse().map_err(|_| none())?;
    let row = api.ask(|reply| Call::Room(caller.rank(), id, reply)).await?.ok_or_else(none)?;
    Ok(Json(Room::of(row, caller.sees_where())))
}

/// The map of a zone.
#[utoipa::path(get, path = "/world/map", tag = "world", params(WhichMap), responses(
    (status = 200, description = "Its rooms, in the order of their ids", body = Map),
    (status = 404, description = "No such zone"),
))]
pub(super) async fn map(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(which): Asked<WhichMap>,
) -> Result<Json<Map>, Problem> {
    let rows = api.ask(|reply| Call::Zone(caller.rank(), which.zone.into(), reply)).await?;
    if rows.is_empty() {
        return Err(Problem::not_found("There is no such zone."));
    }
    let sees_where = caller.sees_where();
    Ok(Json(Map { rooms: rows.into_iter().map(|row| Room::of(row, sees_where)).collect() }))
}

impl Caller {
    fn sees_where(&self) -> bool {
        self.account.as_ref().is_some_and(|account| account.rank >= SEES_WHERE)
    }
}

impl Player {
    fn of(row: PlayerRow, sees_where: bool) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.to_string(),
            rank: row.rank.as_str(),
            absence: row.absence,
            room: sees_where.then(|| row.room.as_str().to_owned()),
        }
    }
}

impl Room {
    fn of(row: RoomRow, sees_where: bool) -> Self {
        let exit = |(way, to): (smol_str::SmolStr, RoomId)| Exit {
            way: way.to_string(),
            to: to.as_str().to_owned(),
        };
        Self {
            id: row.id.as_str().to_owned(),
            name: row.name,
            about: row.about,
            indoors: row.indoors,
            exits: row.exits.into_iter().map(exit).collect(),
            spot: Spot { x: row.spot.x, y: row.spot.y, z: row.spot.z },
            players: sees_where.then(|| row.players.iter().map(ToString::to_string).collect()),
        }
    }
}
