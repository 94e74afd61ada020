//! The processes of the server, and taking them out of service. Knows how none of that is done.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::guard::Caller;
use super::json::{Asked, Body, line};
use crate::api::operations::{self, NotOrdered, Operations, Operator};
use crate::api::problem::Problem;
use crate::vocab::{DrainOrder, Draining, Holder, Rank};

/// How long those who play may stay when nothing is said.
const USUAL_SECONDS: u32 = 60;
/// The longest name of a process. Characters.
const NODE_CHARS_MAX: usize = 40;

/// Which process shall take nobody any more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Drain {
    /// The `id` of a process.
    #[schema(example = "gateway-7", min_length = 1, max_length = 40)]
    node: String,
    /// How long those who play may stay; a minute, when left out.
    #[schema(minimum = 0, maximum = 86_400, example = 60)]
    seconds: Option<u32>,
    /// Why; players read it.
    #[schema(example = "new kernel", min_length = 1, max_length = 200)]
    reason: String,
}

/// Which process shall let players in again.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Undrain {
    /// The `id` of a process.
    #[param(example = "gateway-7", min_length = 1, max_length = 40)]
    node: String,
}

/// A process of the server.
#[derive(Serialize, ToSchema)]
pub(super) struct Node {
    /// What it is called in orders: `world`, or `gateway-` and its number.
    #[schema(example = "gateway-7")]
    id: String,
    /// The name in its logs (`logs.node`).
    #[schema(example = "hearsay-1")]
    name: String,
    /// `both`, `world` or `gateway`.
    #[schema(example = "gateway")]
    role: String,
    version: String,
    started: DateTime<Utc>,
    /// Sessions that play somebody there.
    sessions: u64,
    /// Connections open there, by what they came by; null where players cannot connect.
    connections: Option<BTreeMap<String, u64>>,
    /// How its link to NATS is: `off`, `connecting`, `connected`, `away` or `failed`.
    #[schema(example = "connected")]
    bus: String,
    /// That it takes nobody any more; null while it does.
    draining: Option<Drained>,
    /// When it was heard of last.
    heard: DateTime<Utc>,
    /// How long ago that was. Seconds.
    heard_seconds_ago: u64,
}

/// That a process takes nobody any more.
#[derive(Serialize, ToSchema)]
pub(super) struct Drained {
    since: DateTime<Utc>,
    /// Until when those who play may stay.
    until: DateTime<Utc>,
    /// How long that still is. Seconds.
    seconds_left: u64,
    reason: String,
    /// Who ordered it.
    by: String,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub(super) struct Nodes {
    nodes: Vec<Node>,
}

/// List the processes of the server that were heard of within an hour.
#[utoipa::path(get, path = "/operations/nodes", tag = "operations", responses(
    (status = 200, description = "Them, the one with the world first", body = Nodes),
))]
pub(super) async fn nodes(Extension(it): Extension<Arc<dyn Operations>>) -> Json<Nodes> {
    Json(Nodes { nodes: it.nodes().into_iter().map(Node::of).collect() })
}

/// Take a process out of service: it lets nobody in, tells those who play there, and closes their connections when their
/// time is over. Ordered again, the new time counts.
#[utoipa::path(post, path = "/operations/drain", tag = "operations", request_body = Drain, responses(
    (status = 200, description = "It takes nobody any more", body = Node),
    (status = 404, description = "There is no such process"),
    (status = 422, description = "No players connect to it, or the caller's account is frozen"),
))]
pub(super) async fn drain(
    State(api): State<Arc<Api>>,
    Extension(it): Extension<Arc<dyn Operations>>,
    caller: Caller,
    Body(wanted): Body<Drain>,
) -> Result<Json<Node>, Problem> {
    let reason = line("reason", &wanted.reason, DrainOrder::REASON_CHARS_MAX)?;
    let seconds = wanted.seconds.unwrap_or(USUAL_SECONDS);
    if seconds > DrainOrder::SECONDS_MAX {
        let most = DrainOrder::SECONDS_MAX;
        return Err(Problem::bad_request(format!("seconds: takes 0 to {most}")));
    }
    let by = api.operator(&caller).await?;
    let order = DrainOrder { seconds, reason, by: by.name.clone() };
    order_it(&*it, &wanted.node, Some(order), by).await
}

/// Take a process back into service.
#[utoipa::path(delete, path = "/operations/drain", tag = "operations", params(Undrain), responses(
    (status = 200, description = "It lets players in", body = Node),
    (status = 404, description = "There is no such process"),
    (status = 422, description = "No players connect to it, or the caller's account is frozen"),
))]
pub(super) async fn undrain(
    State(api): State<Arc<Api>>,
    Extension(it): Extension<Arc<dyn Operations>>,
    caller: Caller,
    Asked(wanted): Asked<Undrain>,
) -> Result<Json<Node>, Problem> {
    let by = api.operator(&caller).await?;
    order_it(&*it, &wanted.node, None, by).await
}

async fn order_it(
    it: &dyn Operations,
    id: &str,
    order: Option<DrainOrder>,
    by: Operator,
) -> Result<Json<Node>, Problem> {
    if !(1..=NODE_CHARS_MAX).contains(&id.chars().count()) {
        let what = format!("node: takes 1 to {NODE_CHARS_MAX} characters");
        return Err(Problem::bad_request(what));
    }
    match it.order(id, order, by).await {
        Ok(node) => Ok(Json(Node::of(node))),
        Err(NotOrdered::Unknown) => {
            Err(Problem::not_found("There is no such process; GET /operations/nodes lists them."))
        }
        Err(NotOrdered::NoSockets) => {
            Err(Problem::not_done("Players do not connect to this process, but to its gateways."))
        }
        Err(NotOrdered::Silent) => Err(Problem::unavailable(
            "The process did not say in time that it does so. GET /operations/nodes tells whether it does.",
        )),
    }
}

impl Api {
    /// Whoever calls, as they are put on record.
    ///
    /// # Errors
    /// For an account that is frozen.
    async fn operator(&self, caller: &Caller) -> Result<Operator, Problem> {
        if let Holder::Service(name) = &caller.grant.holder {
            let name = SmolStr::from(format!("service {name}"));
            return Ok(Operator { account: None, player: None, name, rank: Rank::Admin });
        }
        let account = caller.account()?;
        self.check_frozen(account.id).await?;
        let characters = self.store.characters_of(account.id).await.map_err(Problem::fault)?;
        let first = characters.into_iter().next();
        let name = first.as_ref().map_or_else(|| account.name.clone(), |first| first.name.clone());
        let player = first.map(|first| first.id);
        Ok(Operator { account: Some(account.id), player, name, rank: account.rank })
    }
}

impl Node {
    fn of(node: operations::Node) -> Self {
        let operations::Node { id, report, silent } = node;
        let connections = report.connections.map(|doors| {
            doors.into_iter().map(|(door, count)| (door.to_string(), count)).collect()
        });
        Self {
            id,
            name: report.name.to_string(),
            role: report.role.to_string(),
            version: report.version.to_string(),
            started: report.started.trunc_subsecs(3),
            sessions: report.sessions,
            connections,
            bus: report.bus.to_string(),
            draining: report.draining.map(Drained::of),
            heard: (Utc::now() - silent).trunc_subsecs(3),
            heard_seconds_ago: silent.as_secs(),
        }
    }
}

impl Drained {
    fn of(it: Draining) -> Self {
        Self {
            since: it.since.trunc_subsecs(3),
            until: it.until.trunc_subsecs(3),
            seconds_left: it.left(Utc::now()).as_secs(),
            reason: it.reason,
            by: it.by.to_string(),
        }
    }
}
