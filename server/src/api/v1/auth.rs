//! How one comes by tokens, and gives them back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::guard::{Caller, From};
use super::json::Body;
use super::refresh::{ACCESS, Refresh};
use super::{Api, BEARER};
use crate::api::problem::Problem;
use crate::store::{self, Renewed};
use crate::vocab::{Grant, GrantId, Holder, Secret, TokenScopes};

/// The name of an account, or of one of its characters, and its password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Login {
    #[schema(example = "Ada", max_length = 80)]
    name: String,
    #[schema(example = "correct horse battery", format = Password, max_length = 1024)]
    password: String,
    /// What the token shall be good for, scopes with blanks between them; all that an account can have, when left out.
    #[schema(example = "chat:read chat:write")]
    scope: Option<String>,
}

/// A word by which one goes on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Renewal {
    /// The last `refresh_token`; each is good once, and for half a minute for the same answer.
    refresh_token: String,
}

/// Tokens (RFC 6749, section 5.1).
#[derive(Serialize, ToSchema)]
pub(super) struct Issued {
    /// What to show as `Authorization: Bearer ...`.
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// How long `access_token` counts. Seconds.
    #[schema(example = 3600)]
    expires_in: i64,
    /// What to show to `/auth/refresh` after that; once.
    refresh_token: String,
    /// What they are good for.
    #[schema(example = "chat:read chat:write")]
    scope: String,
}

/// What a token stands for.
#[derive(Serialize, ToSchema)]
pub(super) struct Stands {
    /// The grant it belongs to.
    #[schema(value_type = String, format = Uuid)]
    grant: GrantId,
    /// The account's name; null for a service.
    account: Option<String>,
    /// The service's name; null for an account.
    service: Option<String>,
    /// The stored rank; null for a service.
    #[schema(example = "player")]
    rank: Option<&'static str>,
    scope: String,
    /// When the grant ends, however often it is used on.
    expires: DateTime<Utc>,
}

/// Log in with a password.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = Login, responses(
    (status = 200, description = "Tokens", body = Issued),
    (status = 401, description = "Wrong name or password, too many tries, or banned"),
))]
pub(super) async fn login(
    State(api): State<Arc<Api>>,
    From(address): From,
    Body(login): Body<Login>,
) -> Result<Json<Issued>, Problem> {
    let scopes = match &login.scope {
        None => TokenScopes::of_accounts(),
        Some(text) => {
            text.parse::<TokenScopes>().map_err(|why| Problem::bad_request(why.to_string()))?
        }
    };
    let scopes = scopes.within(&TokenScopes::of_accounts());
    if scopes.is_empty() {
        return Err(Problem::bad_request("scope: nothing in it is for accounts"));
    }
    let vouched = api.desk.vouch(address, &login.name, Secret::new(login.password)).await;
    let account = vouched.map_err(Problem::not_let_in)?;
    let now = Utc::now();
    let grant = Grant {
        id: GrantId::now_v7(),
        holder: Holder::Account(account.id),
        scopes,
        made: now,
        expires: now + TimeDelta::days(i64::from(api.options.refresh_days)),
        revoked: None,
    };
    let refresh = Refresh::draw(grant.id);
    api.store.make_grant(grant.clone(), Some(refresh.hash())).await.map_err(Problem::fault)?;
    Ok(Json(api.issue(&grant, &refresh, now)))
}

/// Go on with fresh tokens when the access token has ended. Whoever shows a word that was used before ends the grant,
/// because two have it then; but for half a minute, and until the next one is used, the last is answered again as it was: the
/// answer may have been lost.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", request_body = Renewal, responses(
    (status = 200, description = "Tokens", body = Issued),
    (status = 401, description = "Not the last one, ended or revoked"),
))]
pub(super) async fn refresh(
    State(api): State<Arc<Api>>,
    Body(renewal): Body<Renewal>,
) -> Result<Json<Issued>, Problem> {
    let wrong = || {
        Problem::unauthorized("The refresh token is not the last one, has ended or was revoked.")
    };
    let shown = Refresh::read(&renewal.refresh_token).ok_or_else(wrong)?;
    let (next, now) = (shown.next(&api.bearers), Utc::now());
    let renewal =
        store::Renewal { grant: shown.grant, shown: shown.hash(), next: next.hash(), at: now };
    match api.store.renew_grant(renewal).await.map_err(Problem::fault)? {
        Renewed::Good(grant) => Ok(Json(api.issue(&grant, &next, now))),
        Renewed::Wrong => Err(wrong()),
        Renewed::Other(counts) => {
            if shown.was_good(counts, &api.bearers) {
                api.store.revoke_grant(shown.grant, now).await.map_err(Problem::fault)?;
            }
            Err(wrong())
        }
    }
}

/// Take this token back, and all others of the same login.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses(
    (status = 204, description = "They are good for nothing now"),
))]
pub(super) async fn logout(
    State(api): State<Arc<Api>>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    api.store.revoke_grant(caller.grant.id, Utc::now()).await.map_err(Problem::fault)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What this token stands for.
#[utoipa::path(get, path = "/auth/token", tag = "auth", responses(
    (status = 200, description = "It", body = Stands),
))]
pub(super) async fn token(caller: Caller) -> Json<Stands> {
    let service = match &caller.grant.holder {
        Holder::Account(_) => None,
        Holder::Service(name) => Some(name.to_string()),
    };
    Json(Stands {
        grant: caller.grant.id,
        account: caller.account.as_ref().map(|account| account.name.to_string()),
        service,
        rank: caller.account.as_ref().map(|account| account.rank.as_str()),
        scope: caller.grant.scopes.to_string(),
        expires: caller.grant.expires,
    })
}

impl Api {
    fn issue(&self, grant: &Grant, refresh: &Refresh, now: DateTime<Utc>) -> Issued {
        let until = grant.expires.min(now + ACCESS);
        Issued {
            access_token: self.bearers.sign(grant.id, now, until),
            token_type: BEARER,
            expires_in: (until - now).num_seconds(),
            refresh_token: refresh.expose(),
            scope: grant.scopes.to_string(),
        }
    }
}
