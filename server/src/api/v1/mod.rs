//! The REST API under `/api/v1`: what there is, who may call it, and how it is described.

mod auth;
mod chat;
mod conversations;
mod cursors;
mod docs;
mod etags;
mod events;
mod feed;
mod guard;
mod hooks;
mod ignores;
mod json;
mod listeners;
mod log;
mod moderation;
mod operations;
pub mod permits;
mod rates;
mod readers;
mod refresh;
mod replays;
mod sessions;
mod told;
mod watched;
mod world;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any_service;
use axum::{Extension, Router};
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::feed::Feed;
pub use self::feed::FeedFigures;
use self::hooks::Hook;
pub use self::hooks::{HookFigures, HookOptions};
use self::moderation::audit::{self, Audits};
pub use self::moderation::audit::{AuditEntry, AuditPage, AuditPlace, AuditQuery, Books};
use self::moderation::{
    announce, defcon, filter, imposed, lines, mutes, queue, records, redaction, remarks, reports,
    restraints, trial,
};
pub use self::rates::RateLimits;
use self::rates::Rates;
use self::replays::Replays;
pub use self::sessions::SessionDoor;
use self::sessions::Sessions;
use super::operations::Operations;
use super::problem::Problem;
use crate::accounts::{Bearers, Desk};
use crate::bus::{Call, CallQueue, ReplyTo, Tap};
use crate::store::Store;
use crate::vocab::MaskLevel;

/// What all routes begin with.
const PREFIX: &str = "/api/v1";
/// The same as a folder, where nothing is.
const ROOT: &str = "/api/v1/";
/// The kind of tokens (RFC 6750).
const BEARER: &str = "Bearer";
/// How long the world may take to answer.
const WORLD_ANSWERS: Duration = Duration::from_secs(5);
/// How long a browser need not ask again whether a page may call.
const CORS_AGE: Duration = Duration::from_hours(1);

/// The bounds of the API.
#[derive(Debug, Clone)]
pub struct ApiOptions {
    /// Pages of these origins may call it.
    pub origins: Vec<String>,
    /// How many requests may come.
    pub rates: RateLimits,
    /// The longest body. Bytes.
    pub body_bytes_max: usize,
    /// How long a request may take.
    pub patience: Duration,
    /// How long a login can be used on.
    pub refresh_days: u32,
    /// What is masked for those who have not said.
    pub mask_usual: MaskLevel,
    /// Other systems that are told what happens.
    pub hooks: Vec<HookOptions>,
}

/// What the API works with.
pub struct Api {
    options: ApiOptions,
    store: Store,
    desk: Desk,
    bearers: Bearers,
    calls: CallQueue,
    rates: Rates,
    replays: Replays,
    feed: Feed,
    hooks: Vec<Arc<Hook>>,
    sessions: Sessions,
    audits: Audits,
}

impl Api {
    /// An API. `books` read the moderation log.
    #[must_use]
    pub fn new(
        options: ApiOptions,
        store: Store,
        desk: Desk,
        bearers: Bearers,
        (calls, tap): (CallQueue, Tap),
        books: Books,
    ) -> Self {
        Self {
            rates: Rates::new(options.rates),
            replays: Replays::default(),
            feed: Feed::from(tap),
            hooks: options.hooks.iter().cloned().map(Hook::new).map(Arc::new).collect(),
            sessions: Sessions::default(),
            audits: Audits::of(books),
            options,
            store,
            desk,
            bearers,
            calls,
        }
    }

    /// Starts to tell other systems what happens.
    pub fn serve_hooks(self: &Arc<Self>) {
        hooks::serve(self);
    }

    /// What is counted of each hook.
    pub fn hook_figures(&self) -> impl Iterator<Item = HookFigures> {
        self.hooks.iter().map(|hook| hook.figures())
    }

    /// What is counted of streams of events.
    pub fn feed_figures(&self) -> FeedFigures {
        self.feed.figures()
    }

    /// How many bytes of answers are kept for those who ask again, and how many requests of that kind are under way.
    pub fn replay_figures(&self) -> (usize, usize) {
        self.replays.figures()
    }

    /// From now on programs can play here.
    pub fn begin_sessions_at(&self, door: SessionDoor) {
        self.sessions.begin_at(door);
    }

    /// Asks the world.
    async fn ask<T: Send + 'static>(
        &self,
        call: impl FnOnce(ReplyTo<T>) -> Call,
    ) -> Result<T, Problem> {
        let (reply, answer) = ReplyTo::new();
        let busy = |_| Problem::unavailable("The world is busy. Please try again in a moment.");
        let call = call(reply);
        let acts = call.acts();
        self.calls.try_send(call).map_err(busy)?;
        let patience = if acts { replays::patience() } else { WORLD_ANSWERS };
        if acts {
            replays::begun();
        }
        let answer = tokio::time::timeout(patience, answer).await;
        let late = Problem::unavailable("The world did not answer in time.");
        answer.ok().and_then(Result::ok).ok_or(late)
    }
}

/// All routes, and their description.
fn described() -> (Router<Arc<Api>>, OpenApi) {
    OpenApiRouter::with_openapi(docs::about())
        .routes(routes!(auth::login))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::token))
        .routes(routes!(chat::channels))
        .routes(routes!(chat::history))
        .routes(routes!(chat::search))
        .routes(routes!(chat::send))
        .routes(routes!(chat::allowance))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::history))
        .routes(routes!(ignores::list, ignores::ignore, ignores::unignore))
        .routes(routes!(events::events))
        .routes(routes!(log::log))
        .routes(routes!(hooks::routes::webhooks))
        .routes(routes!(hooks::routes::dead))
        .routes(routes!(hooks::routes::retry))
        .routes(routes!(hooks::topics::topic, hooks::topics::begin, hooks::topics::end))
        .routes(routes!(mutes::mute_player, mutes::unmute_player))
        .routes(routes!(mutes::mute_channel, mutes::unmute_channel))
        .routes(routes!(restraints::restrictions, imposed::impose))
        .routes(routes!(imposed::lift))
        .routes(routes!(reports::reports))
        .routes(routes!(reports::report))
        .routes(routes!(reports::claim, reports::unclaim))
        .routes(routes!(reports::decide))
        .routes(routes!(queue::queue))
        .routes(routes!(queue::settle))
        .routes(routes!(redaction::redact))
        .routes(routes!(redaction::unredact))
        .routes(routes!(records::record))
        .routes(routes!(remarks::note))
        .routes(routes!(lines::lines))
        .routes(routes!(filter::rules))
        .routes(routes!(filter::test))
        .routes(routes!(trial::dry_run))
        .routes(routes!(audit::audit))
        .routes(routes!(defcon::defcon, defcon::set_defcon))
        .routes(routes!(announce::announce))
        .routes(routes!(operations::nodes))
        .routes(routes!(operations::drain, operations::undrain))
        .routes(routes!(sessions::list, sessions::begin))
        .routes(routes!(sessions::end))
        .routes(routes!(sessions::command))
        .routes(routes!(sessions::events))
        .routes(routes!(world::players))
        .routes(routes!(world::room))
        .routes(routes!(world::map))
        .split_for_parts()
}

/// The routes of the API.
pub(super) fn routes(api: Arc<Api>, operations: Arc<dyn Operations>) -> Router {
    let (router, description) = described();
    let router = router
        .merge(docs::routes(&docs::completed(&description)))
        .route_layer(from_fn(etags::tag))
        .route_layer(from_fn_with_state(Arc::clone(&api), replays::once))
        .fallback(guard::nothing)
        // Around what is not there, too: whoever looks for it is counted.
        .layer(from_fn_with_state(Arc::clone(&api), guard::guard))
        .layer(Extension(operations))
        .layer(DefaultBodyLimit::max(api.options.body_bytes_max))
        .layer(from_fn_with_state(api.options.patience, in_time))
        .layer(cors(&api.options.origins));
    let router: Router = router.with_state(api);
    // What is nested is not there under its prefix and a slash.
    Router::new().route(ROOT, any_service(router.clone())).nest(PREFIX, router)
}

/// Answers who has waited long enough.
async fn in_time(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    let served = tokio::time::timeout(patience, next.run(request)).await;
    served.unwrap_or_else(|_| Problem::too_slow().into_response())
}

/// Pages of other addresses may call only where the operator has named them. Nothing is sent along by itself: tokens go
/// in a header that the page has to set.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("last-event-id"),
        ])
        .expose_headers([
            header::ETAG,
            header::RETRY_AFTER,
            HeaderName::from_static("idempotent-replayed"),
            HeaderName::from_static("ratelimit-limit"),
            HeaderName::from_static("ratelimit-remaining"),
            HeaderName::from_static("ratelimit-reset"),
        ])
        .max_age(CORS_AGE)
}
