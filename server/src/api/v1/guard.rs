//! The door of every route: who calls, whether they may, and how often. What is not allowed in [`permits`] is refused.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::permits::{self, Needs};
use super::rates::{Standing, Who};
use super::{Api, PREFIX};
use crate::accounts::{Bearer, NoBearer};
use crate::api::problem::Problem;
use crate::vocab::{Account, Grant, GrantId, Rank, network};

/// What is said where there is nothing.
const NOTHING: &str = "There is nothing here.";

/// Whoever calls, and what they may do.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// What their token stands for.
    pub(super) grant: Grant,
    /// The account, as it is stored now; none for services.
    pub(super) account: Option<Account>,
}

impl Caller {
    /// The stored rank. Services hear what every player may.
    pub(super) fn rank(&self) -> Rank {
        self.account.as_ref().map_or(Rank::Player, |account| account.rank)
    }

    /// The account.
    ///
    /// # Errors
    /// For a service.
    pub(super) fn account(&self) -> Result<&Account, Problem> {
        let none = || Problem::forbidden("This is for accounts; a service has none.");
        self.account.as_ref().ok_or_else(none)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Problem::unauthorized("This takes a token."))
    }
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct From(pub(super) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for From {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.ok_or_else(|| Problem::fault("a request without an address"))?;
        Ok(Self(peer.0.ip()))
    }
}

/// Lets a request through, or says why not.
pub(super) async fn guard(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let looked = look(&api, &mut parts).await;
    let (caller, standing) = match looked {
        Ok(found) => found,
        Err(refused) => return refused,
    };
    if let Some(caller) = caller {
        parts.extensions.insert(caller);
    }
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(standing) = standing {
        tell(&mut response, standing);
    }
    response
}

/// Who calls, and how much more they may; or the answer to one who may not.
async fn look(
    api: &Api,
    parts: &mut Parts,
) -> Result<(Option<Caller>, Option<Standing>), Response> {
    let From(address) =
        From::from_request_parts(parts, &()).await.map_err(IntoResponse::into_response)?;
    let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    let path = path.and_then(|path| path.strip_prefix(PREFIX)).unwrap_or_default();
    let needs = permits::needs(parts.method.as_str(), path).ok_or_else(|| not_there(path));
    admit(api, address, &parts.headers, needs).await
}

/// What is answered where there is nothing, or nothing by this method.
fn not_there(path: &str) -> Problem {
    let methods = permits::methods(path);
    if methods.is_empty() { Problem::not_found(NOTHING) } else { Problem::no_method(&methods) }
}

/// What is answered where nothing is; the guard says so before.
pub(super) async fn nothing() -> Problem {
    Problem::not_found(NOTHING)
}

/// Whoever shows these headers, if they may do what takes this, and how much more they may.
async fn admit(
    api: &Api,
    address: IpAddr,
    headers: &HeaderMap,
    needs: Result<Needs, Problem>,
) -> Result<(Option<Caller>, Option<Standing>), Response> {
    let (now, address_counted) = (Instant::now(), network(address));
    let of_address = api.rates.count(Who::Address(address_counted), now);
    within(of_address).map_err(|why| refusal(why, of_address))?;
    let caller = match (bearer(headers), &needs) {
        (Some(token), Ok(Needs::Token(..))) => Some(api.caller(token, address).await),
        _ => None,
    };
    let who = match &caller {
        Some(Ok(caller)) => Who::Holder(caller.grant.holder.clone()),
        _ => Who::Stranger(address_counted),
    };
    let standing = Standing::tighter(of_address, api.rates.count(who, now));
    within(standing).map_err(|why| refusal(why, standing))?;
    let permitted = needs.and_then(|needs| permitted(caller, needs));
    Ok((permitted.map_err(|why| refusal(why, standing))?, standing))
}

fn refusal(why: Problem, standing: Option<Standing>) -> Response {
    let mut response = why.into_response();
    standing.iter().for_each(|standing| tell(&mut response, *standing));
    response
}

/// Whether one more request is not too many.
fn within(standing: Option<Standing>) -> Result<(), Problem> {
    let Some(standing) = standing.filter(|standing| standing.is_over) else { return Ok(()) };
    let often = format!("At most {} requests a minute {}.", standing.limit, standing.whose);
    Err(Problem::too_many(often, standing.reset_seconds))
}

/// Whoever calls, if they are one of those who may.
fn permitted(
    caller: Option<Result<Caller, Problem>>,
    needs: Needs,
) -> Result<Option<Caller>, Problem> {
    let Needs::Token(scope, callers) = needs else { return Ok(None) };
    let none = Problem::unauthorized("This takes a token: Authorization: Bearer TOKEN.");
    let caller = caller.unwrap_or(Err(none))?;
    if !caller.grant.scopes.contains(scope) {
        return Err(Problem::forbidden(format!("The token does not have the scope {scope}.")));
    }
    match (&caller.account, callers.rank()) {
        (None, _) if !callers.services() => {
            Err(Problem::forbidden("This is for accounts; a service has none."))
        }
        (Some(_), None) => Err(Problem::forbidden("This is for services.")),
        (Some(account), Some(rank)) if account.rank < rank => {
            Err(Problem::forbidden(format!("This is for {rank}s and above.")))
        }
        _ => Ok(Some(caller)),
    }
}

/// The token of `Authorization: Bearer TOKEN` (RFC 6750, section 2.1). Elsewhere none is looked for: not in the address,
/// which logs keep, and not in a cookie, which a browser sends for any page.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Says how much more may come, and that nobody shall keep the answer for others.
fn tell(response: &mut Response, standing: Standing) {
    let headers = response.headers_mut();
    headers.insert("ratelimit-limit", HeaderValue::from(standing.limit));
    headers.insert("ratelimit-remaining", HeaderValue::from(standing.remaining));
    headers.insert("ratelimit-reset", HeaderValue::from(standing.reset_seconds));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
}

impl Api {
    /// Whether a request beside the API comes from somebody who operates the server; none when no token is shown.
    ///
    /// # Errors
    /// What is answered to one who may not.
    pub(in crate::api) async fn admit_operator(
        &self,
        address: IpAddr,
        headers: &HeaderMap,
    ) -> Option<Result<(), Response>> {
        bearer(headers)?;
        let admitted = admit(self, address, headers, Ok(permits::OPERATOR)).await;
        Some(admitted.map(drop))
    }

    /// Whoever shows a token: its grant counts still, its account is there and not banned.
    async fn caller(&self, token: &str, address: IpAddr) -> Result<Caller, Problem> {
        let bearer = self.bearers.of(token, address).await;
        bearer.map(Caller::from).map_err(Problem::from)
    }

    /// Whoever has a grant: it counts still, its account is there and not banned.
    pub(super) async fn stands(&self, id: GrantId, address: IpAddr) -> Result<Caller, Problem> {
        let bearer = self.bearers.stands(id, address).await;
        bearer.map(Caller::from).map_err(Problem::from)
    }
}

impl std::convert::From<Bearer> for Caller {
    fn from(bearer: Bearer) -> Self {
        Self { grant: bearer.grant, account: bearer.account }
    }
}

impl std::convert::From<NoBearer> for Problem {
    fn from(why: NoBearer) -> Self {
        match why {
            NoBearer::Wrong => Self::unauthorized(why.to_string()),
            NoBearer::Banned(why) => Self::forbidden(why),
            NoBearer::Store(why) => Self::fault(why),
        }
    }
}
