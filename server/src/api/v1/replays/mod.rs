//! Requests that were sent twice, because the first answer was lost: with one `Idempotency-Key` they are done once.
//!
//! Such a request is served in a task of its own, which goes on when the connection is closed or the answer is late: what
//! was begun is brought to an end, and its outcome is there for whoever asks again. Only this process knows the keys.

mod answer;
mod kept;

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use ring::digest::{Context, SHA256};
use tokio::sync::watch;

use self::answer::Answer;
use self::kept::{Asked, Bounds, Kept, Key, Outcome, Seen};
use super::guard::Caller;
use super::permits::{self, Needs};
use super::{Api, PREFIX, WORLD_ANSWERS};
use crate::api::problem::Problem;
use crate::vocab::TokenScope;

/// The longest key. Bytes.
const KEY_BYTES_MAX: usize = 255;
/// How long a request with a key may wait for what it has asked of the world. Whoever sent it is answered before.
const WISH_LASTS: Duration = Duration::from_mins(2);

tokio::task_local! {
    /// Of a request with a key: whether it has asked for something that may be done even if no answer comes.
    static BEGUN: Arc<AtomicBool>;
}

/// How long to wait for what the world does.
pub(super) fn patience() -> Duration {
    if BEGUN.try_with(|_| ()).is_ok() { WISH_LASTS } else { WORLD_ANSWERS }
}

/// From now on something may come of this request, whatever is answered.
pub(super) fn begun() {
    mark(true);
}

/// It is certain that nothing came of it.
pub(super) fn undone() {
    mark(false);
}

fn mark(has_begun: bool) {
    // Without a key nothing is kept, and nobody asks for it.
    let _ = BEGUN.try_with(|begun| begun.store(has_begun, Ordering::Relaxed));
}

/// What is kept of requests with a key.
pub(super) struct Replays(Arc<Mutex<Kept>>);

impl Default for Replays {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Kept::new(Bounds::default()))))
    }
}

/// Serves a POST that has a key once, and answers it as often as it comes.
pub(super) async fn once(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let key = match key_of(&request) {
        Ok(Some(key)) => key,
        Ok(None) => return next.run(request).await,
        Err(why) => return why.into_response(),
    };
    let answer = api.replays.answer(key, request, next, api.options.body_bytes_max).await;
    answer.unwrap_or_else(IntoResponse::into_response)
}

/// The key of a request that is to be done once; none for what only reads, which may be read again.
fn key_of(request: &Request) -> Result<Option<Key>, Problem> {
    let given = request.headers().get("idempotency-key");
    let caller = request.extensions().get::<Caller>();
    let (Some(given), Some(caller), &Method::POST) = (given, caller, request.method()) else {
        return Ok(None);
    };
    let text = given.to_str().ok().filter(|text| (1..=KEY_BYTES_MAX).contains(&text.len()));
    let wrong = || {
        let what = format!("Idempotency-Key takes 1 to {KEY_BYTES_MAX} visible characters.");
        Problem::bad_request(what)
    };
    let text = text.ok_or_else(wrong)?.to_owned();
    let key = Key { holder: caller.grant.holder.clone(), text };
    Ok(Some(key).filter(|_| !only_reads(request)))
}

/// Whether a request takes no more than leave to read.
fn only_reads(request: &Request) -> bool {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let path = path.and_then(|path| path.strip_prefix(PREFIX)).unwrap_or_default();
    let scope = match permits::needs(request.method().as_str(), path) {
        Some(Needs::Token(scope, _)) => scope,
        Some(Needs::Nothing) | None => return false,
    };
    matches!(scope, TokenScope::ChatRead | TokenScope::WorldRead | TokenScope::ModerationRead)
}

impl Replays {
    /// How much is kept, in bytes, and how many requests are under way.
    pub(super) fn figures(&self) -> (usize, usize) {
        self.kept().figures()
    }

    async fn answer(
        &self,
        key: Key,
        request: Request,
        next: Next,
        body_bytes_max: usize,
    ) -> Result<Response, Problem> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, body_bytes_max).await.map_err(|_| Problem::too_large())?;
        let asked = hash(parts.uri.path_and_query().map_or("", |path| path.as_str()), &body);
        let (sender, outcome) = watch::channel(None);
        let seen = self.kept().begin(&key, asked, &outcome, Instant::now());
        let (outcome, is_first) = match seen {
            Seen::New => {
                self.serve(key, sender, Request::from_parts(parts, Body::from(body)), next);
                (outcome, true)
            }
            Seen::UnderWay(outcome) => (outcome, false),
            Seen::Answered(answer) => return Ok(answer.again()),
            Seen::Other => {
                let what = "This Idempotency-Key was used for another request.";
                return Err(Problem::conflict("key-used", what));
            }
            Seen::TooMany => return Err(Problem::too_many("Too many of yours are under way.", 1)),
            Seen::Full => return Err(Problem::unavailable("Too many requests are under way.")),
        };
        let answer = until_done(outcome).await.ok_or_else(Problem::under_way)?;
        Ok(if is_first { answer.first() } else { answer.again() })
    }

    /// Serves a request to its end, whoever waits for it.
    fn serve(
        &self,
        key: Key,
        outcome: watch::Sender<Option<Answer>>,
        request: Request,
        next: Next,
    ) {
        let kept = Arc::clone(&self.0);
        tokio::spawn(async move {
            let begun = Arc::new(AtomicBool::new(false));
            let served = async { Answer::of(next.run(request).await).await };
            let served = AssertUnwindSafe(BEGUN.scope(Arc::clone(&begun), served)).catch_unwind();
            let (answer, is_final) = match served.await {
                Ok(answer) => answer.settled(begun.load(Ordering::Relaxed)),
                // It has said what it died of, and nobody knows what it had done by then.
                Err(_) => (Answer::unknown(), true),
            };
            lock(&kept).end(&key, is_final.then(|| answer.clone()), Instant::now());
            outcome.send_replace(Some(answer));
        });
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        lock(&self.0)
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What became of a request, if it is known in time.
async fn until_done(mut outcome: Outcome) -> Option<Answer> {
    let known = tokio::time::timeout(WORLD_ANSWERS, outcome.wait_for(Option::is_some)).await;
    known.ok()?.ok()?.clone()
}

fn hash(path: &str, body: &[u8]) -> Asked {
    let mut context = Context::new(&SHA256);
    context.update(path.as_bytes());
    context.update(&[0]);
    context.update(body);
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
