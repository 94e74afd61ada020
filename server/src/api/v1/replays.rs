//! Requests that were sent twice, because the first answer was lost: with one `Idempotency-Key` they are done once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ring::digest::{SHA256, digest};
use rustc_hash::FxHashMap;

use super::Api;
use super::guard::Caller;
use crate::api::problem::Problem;
use crate::vocab::GrantId;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_hours(24);
/// The most answers that are kept; the oldest go first.
const KEPT_MAX: usize = 10_000;
/// The most of one grant.
const KEPT_OF_GRANT_MAX: usize = 200;
/// The longest key. Bytes.
const KEY_BYTES_MAX: usize = 255;

/// A caller's key.
type Key = (GrantId, String);
/// What was asked: a hash of path and body.
type Asked = [u8; 32];

/// The answers that are kept.
#[derive(Default)]
pub(super) struct Replays(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    answers: FxHashMap<Key, (Asked, Instant, Option<Answer>)>,
    order: VecDeque<Key>,
}

#[derive(Clone)]
struct Answer {
    status: StatusCode,
    kind: Option<HeaderValue>,
    body: Bytes,
}

/// What is to be done with a request that has a key.
enum Seen {
    /// It is new.
    New,
    /// It was answered.
    Answered(Answer),
    /// It is being served.
    UnderWay,
    /// The key stands for something else.
    Other,
}

impl Replays {
    fn begin(&self, key: &Key, asked: Asked, now: Instant) -> Seen {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.make_room(key.0, now);
        match kept.answers.get(key) {
            Some((was, ..)) if *was != asked => Seen::Other,
            Some((_, _, Some(answer))) => Seen::Answered(answer.clone()),
            Some((_, _, None)) => Seen::UnderWay,
            None => {
                kept.answers.insert(key.clone(), (asked, now, None));
                kept.order.push_back(key.clone());
                Seen::New
            }
        }
    }

    /// Keeps an answer; without one the request counts as never made.
    fn end(&self, key: &Key, answer: Option<Answer>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match answer {
            Some(answer) => {
                if let Some(entry) = kept.answers.get_mut(key) {
                    entry.2 = Some(answer);
                }
            }
            None => {
                kept.answers.remove(key);
                kept.order.retain(|other| other != key);
            }
        }
    }
}

impl Kept {
    /// Makes room for another answer of a grant.
    fn make_room(&mut self, grant: GrantId, now: Instant) {
        let own = self.order.iter().filter(|(other, _)| *other == grant).count();
        let done = |key: &&Key| {
            key.0 == grant && self.answers.get(*key).is_some_and(|(.., answer)| answer.is_some())
        };
        if own >= KEPT_OF_GRANT_MAX
            && let Some(oldest) = self.order.iter().find(done).cloned()
        {
            self.answers.remove(&oldest);
            self.order.retain(|key| *key != oldest);
        }
        self.forget(now);
    }

    fn forget(&mut self, now: Instant) {
        while let Some(oldest) = self.order.front() {
            let is_old = self
                .answers
                .get(oldest)
                .is_none_or(|(_, since, _)| now.duration_since(*since) >= KEPT);
            if !is_old && self.order.len() < KEPT_MAX {
                return;
            }
            if let Some(key) = self.order.pop_front() {
                self.answers.remove(&key);
            }
        }
    }
}

/// Gives up what was begun, unless it was ended: a request that is dropped half-way may be sent again.
struct Begun<'a> {
    replays: &'a Replays,
    key: &'a Key,
    answer: Option<Answer>,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.replays.end(self.key, self.answer.take());
    }
}

/// Answers a POST that was answered before as it was then.
pub(super) async fn once(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let key = request.headers().get("idempotency-key").cloned();
    let caller = request.extensions().get::<Caller>().map(|caller| caller.grant.id);
    let (Some(key), Some(grant), &Method::POST) = (key, caller, request.method()) else {
        return next.run(request).await;
    };
    let text = key.to_str().ok().filter(|text| (1..=KEY_BYTES_MAX).contains(&text.len()));
    let Some(text) = text else {
        let what = format!("Idempotency-Key takes 1 to {KEY_BYTES_MAX} visible characters.");
        return Problem::bad_request(what).into_response();
    };
    let key = (grant, text.to_owned());
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, api.options.body_bytes_max).await else {
        return Problem::too_large().into_response();
    };
    let asked = hash(parts.uri.path(), &body);
    match api.replays.begin(&key, asked, Instant::now()) {
        Seen::New => {}
        Seen::Answered(answer) => return answer.again(),
        Seen::UnderWay => {
            let what = "A request with this Idempotency-Key is being served.";
            return Problem::conflict("under-way", what).into_response();
        }
        Seen::Other => {
            let what = "This Idempotency-Key was used for another request.";
            return Problem::conflict("key-used", what).into_response();
        }
    }
    let mut begun = Begun { replays: &api.replays, key: &key, answer: None };
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (response, answer) = taken(response).await;
    begun.answer = answer;
    response
}

fn hash(path: &str, body: &[u8]) -> Asked {
    let mut all = Vec::with_capacity(path.len() + 1 + body.len());
    all.extend_from_slice(path.as_bytes());
    all.push(0);
    all.extend_from_slice(body);
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, &all).as_ref());
    hash
}

/// A response, and what is kept of it: not of one that another try might better.
async fn taken(response: Response) -> (Response, Option<Answer>) {
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return (Problem::fault("the body of an answer was lost").into_response(), None);
    };
    let is_final = parts.status.is_success() || parts.status == StatusCode::BAD_REQUEST;
    let answer = is_final.then(|| Answer {
        status: parts.status,
        kind: parts.headers.get(CONTENT_TYPE).cloned(),
        body: body.clone(),
    });
    (Response::from_parts(parts, Body::from(body)), answer)
}

impl Answer {
    fn again(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        match self.kind {
            Some(kind) => drop(headers.insert(CONTENT_TYPE, kind)),
            None => drop(headers.remove(CONTENT_TYPE)),
        }
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
        response
    }
}
