//! Moderation over HTTP: mutes, locked channels, and what counts now. An order goes the way of a typed one, so ranks, the
//! limits on what one may order alone and the record are the same.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Api;
use super::guard::Caller;
use super::json::{Asked, Body, line};
use crate::api::problem::Problem;
use crate::bus::{Call, RestrictionRow, Staff};
use crate::vocab::{
    Done, Order, OrderedAct, REASON_CHARS_MAX, Restriction, RestrictionKind, Scope, Wanted, Whom,
};

/// How long something counts when nothing is said.
const USUAL_SECONDS: u64 = 3600;
/// The most channels that one order names.
const CHANNELS_MAX: usize = 100;
/// The longest name. Characters.
const NAME_CHARS_MAX: usize = 80;

/// Who shall not speak.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MutePlayer {
    /// The player, in the world or not; all characters of the account are meant.
    #[schema(example = "Bob", max_length = 80)]
    player: String,
    /// On which channels; on all, when left out.
    #[schema(example = json!(["global"]), min_items = 1, max_items = 100)]
    channels: Option<Vec<String>>,
    /// For how long; an hour, when left out.
    #[schema(minimum = 1, example = 600)]
    seconds: Option<u64>,
    /// Why; the player reads it.
    #[schema(example = "shouting", min_length = 1, max_length = 512)]
    reason: String,
}

/// Which channel shall be for staff alone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MuteChannel {
    #[schema(example = "global")]
    channel: String,
    /// For how long; an hour, when left out.
    #[schema(minimum = 1, example = 600)]
    seconds: Option<u64>,
    /// Why; those who hear the channel read it.
    #[schema(example = "raid", min_length = 1, max_length = 512)]
    reason: String,
}

/// Who may speak again.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UnmutePlayer {
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
pub(super) struct UnmuteChannel {
    /// The channel.
    #[param(example = "global")]
    channel: String,
    /// Why; may be left out.
    #[param(max_length = 512)]
    reason: Option<String>,
}

/// Something that somebody may not do.
#[derive(Serialize, ToSchema)]
pub(super) struct Restrained {
    /// The name of the act, a UUID of version 7.
    id: Uuid,
    #[schema(example = "mute")]
    kind: &'static str,
    /// Whom it concerns.
    #[schema(example = "Bob")]
    subject: String,
    /// On which channels; null is on all.
    channels: Option<Vec<String>>,
    from: DateTime<Utc>,
    /// Until when; null is until it is lifted. What is longer than one may order alone ends earlier than was wanted, unless another
    /// of the staff agrees.
    until: Option<DateTime<Utc>>,
    /// How long that still is. Seconds.
    seconds_left: Option<u64>,
    reason: String,
    /// Who ordered it.
    issuer: String,
}

/// Some of them.
#[derive(Serialize, ToSchema)]
pub(super) struct Restrictions {
    restrictions: Vec<Restrained>,
}

/// What counts no more.
#[derive(Serialize, ToSchema)]
pub(super) struct Lifted {
    lifted: Vec<Restrained>,
}

/// Keep a player from speaking.
#[utoipa::path(post, path = "/chat/mute/player", tag = "moderation", request_body = MutePlayer, responses(
    (status = 201, description = "It counts now", body = Restrained),
    (status = 404, description = "No such channel for the caller"),
    (status = 422, description = "It was not done; `detail` says why"),
))]
pub(super) async fn mute_player(
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
pub(super) async fn unmute_player(
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
pub(super) async fn mute_channel(
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
pub(super) async fn unmute_channel(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(wanted): Asked<UnmuteChannel>,
) -> Result<Json<Lifted>, Problem> {
    let scope = api.scope(&caller, &[wanted.channel]).await?;
    let act = OrderedAct::LiftOn(&[RestrictionKind::Lock], scope);
    api.lift(&caller, Whom::Everyone, act, wanted.reason).await
}

/// List what restricts anybody now. That somebody looked is on record.
#[utoipa::path(get, path = "/moderation/restrictions", tag = "moderation", responses(
    (status = 200, description = "What counts, oldest first", body = Restrictions),
))]
pub(super) async fn restrictions(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<Json<Restrictions>, Problem> {
    let staff = api.staff(&caller).await?;
    let rows = api.ask(|reply| Call::Restrictions(staff, reply)).await?;
    Ok(Json(Restrictions { restrictions: rows.iter().map(Restrained::standing).collect() }))
}

fn player(name: &str) -> Result<Whom, Problem> {
    line("player", name, NAME_CHARS_MAX).map(Whom::Player)
}

fn reason(text: &str) -> Result<String, Problem> {
    line("reason", text, REASON_CHARS_MAX)
}

fn restrict(
    kind: RestrictionKind,
    scope: Scope,
    seconds: Option<u64>,
) -> Result<OrderedAct, Problem> {
    let seconds = seconds.unwrap_or(USUAL_SECONDS);
    if seconds == 0 {
        return Err(Problem::bad_request("seconds: takes 1 or more"));
    }
    Ok(OrderedAct::Restrict(Wanted::new(kind, scope, Some(Duration::from_secs(seconds)))))
}

impl Api {
    /// The channels of these names.
    async fn scope(&self, caller: &Caller, names: &[String]) -> Result<Scope, Problem> {
        if !(1..=CHANNELS_MAX).contains(&names.len()) {
            let what = format!("channels: names 1 to {CHANNELS_MAX}, or is left out");
            return Err(Problem::bad_request(what));
        }
        let channels = self.channels_named(caller, names.iter().map(String::as_str)).await?;
        Ok(Scope::Channels(channels))
    }

    /// The member of staff that calls.
    async fn staff(&self, caller: &Caller) -> Result<Staff, Problem> {
        let account = caller.account()?;
        let characters = self.store.characters_of(account.id).await.map_err(Problem::fault)?;
        let first = characters.into_iter().next();
        let first = first.ok_or_else(|| Problem::forbidden("This account has no character."))?;
        Ok(Staff { account: account.id, player: first.id, name: first.name, rank: account.rank })
    }

    async fn order(
        &self,
        caller: &Caller,
        whom: Whom,
        act: OrderedAct,
        reason: String,
    ) -> Result<Done, Problem> {
        let staff = self.staff(caller).await?;
        let order = Box::new(Order { whom, act, reason, evidence: Vec::new() });
        let ordered = self.ask(|reply| Call::Order(staff, order, reply)).await?;
        ordered.map_err(Problem::not_done)
    }

    async fn impose(
        &self,
        caller: &Caller,
        whom: Whom,
        act: OrderedAct,
        reason: String,
    ) -> Result<(StatusCode, Json<Restrained>), Problem> {
        match self.order(caller, whom, act, reason).await? {
            Done::Restricted(it) => Ok((StatusCode::CREATED, Json(Restrained::of(&it)))),
            other => Err(Problem::fault(format!("an order to restrict became {other:?}"))),
        }
    }

    async fn lift(
        &self,
        caller: &Caller,
        whom: Whom,
        act: OrderedAct,
        why: Option<String>,
    ) -> Result<Json<Lifted>, Problem> {
        let why = why.filter(|why| !why.is_empty()).map(|why| reason(&why)).transpose()?;
        match self.order(caller, whom, act, why.unwrap_or_default()).await? {
            Done::Lifted(lifted) => {
                Ok(Json(Lifted { lifted: lifted.iter().map(|it| Restrained::of(it)).collect() }))
            }
            other => Err(Problem::fault(format!("an order to lift became {other:?}"))),
        }
    }
}

impl Restrained {
    fn of(it: &Restriction) -> Self {
        let channels = match &it.scope {
            Scope::All => None,
            Scope::Channels(names) => Some(names.iter().map(ToString::to_string).collect()),
        };
        Self {
            id: it.id.0,
            kind: it.kind.as_str(),
            subject: it.subject.to_string(),
            channels,
            from: it.from.trunc_subsecs(3),
            until: it.until.map(|until| until.trunc_subsecs(3)),
            seconds_left: None,
            reason: it.reason.clone(),
            issuer: it.issuer.name.to_string(),
        }
    }

    fn standing(row: &RestrictionRow) -> Self {
        let seconds_left = row.left.map(|left| left.as_secs());
        Self { seconds_left, ..Self::of(&row.restriction) }
    }
}
