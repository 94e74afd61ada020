//! An answer as it is kept: whole, so that it can be given again, or a word for one that cannot.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::api::problem::Problem;

/// The longest answer that is kept as it is. Bytes.
const KEPT_BYTES_MAX: usize = 64 * 1024;

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// That of a response, all of it.
    pub(super) async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        match to_bytes(body, usize::MAX).await {
            Ok(body) => Self { status: parts.status, headers: parts.headers, body },
            Err(_) => Self::unknown(),
        }
    }

    /// Nobody knows whether it was done.
    pub(super) fn unknown() -> Self {
        Self::from(Problem::unknown())
    }

    fn from(problem: Problem) -> Self {
        let status = problem.status();
        let (parts, _) = problem.clone().into_response().into_parts();
        Self { status, headers: parts.headers, body: problem.to_json().into() }
    }

    /// What is told, and whether it is kept, by whether something may have been done. What was put off, or failed before
    /// anything was begun, may be tried again with the same key; what failed after that may not.
    pub(super) fn settled(self, has_begun: bool) -> (Self, bool) {
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            return (self, false);
        }
        match (self.status.is_server_error(), has_begun) {
            (false, _) => (self, true),
            (true, false) => (self, false),
            (true, true) => (Self::unknown(), true),
        }
    }

    /// It, as it is kept: without the spare room of its body, and without a body that is too long.
    pub(super) fn kept(self) -> Self {
        if self.body.len() > KEPT_BYTES_MAX {
            return Self::from(Problem::not_kept(self.status));
        }
        Self { body: Bytes::copy_from_slice(&self.body), ..self }
    }

    /// How much there is of it. Bytes.
    pub(super) fn bytes(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
        self.body.len() + headers.sum::<usize>()
    }

    /// For whoever asked first.
    pub(super) fn first(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    /// For whoever asks again.
    pub(super) fn again(self) -> Response {
        let mut response = self.first();
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        response
    }
}
