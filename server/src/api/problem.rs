//! What is answered when something cannot be: problem details as JSON (RFC 9457).

use axum::Json;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of problem details.
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was not served (RFC 9457, section 3.1).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Problem {
    /// What kind of problem: `urn:hearsay:problem:` and a word.
    #[serde(rename = "type")]
    kind: String,
    /// The same for people.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What was wrong with this request, in a sentence.
    detail: String,
    /// The rule that refused words, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
    #[serde(skip)]
    retry_after_seconds: Option<u64>,
    /// The methods that there are, where this one is not.
    #[serde(skip)]
    allowed: Option<Box<str>>,
}

impl Problem {
    /// A problem of this kind.
    pub(super) fn new(
        status: StatusCode,
        word: &str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind: format!("urn:hearsay:problem:{word}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            rule: None,
            retry_after_seconds: None,
            allowed: None,
        }
    }

    /// Something in the request makes no sense; `detail` names it.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request makes no sense", detail)
    }

    /// Nobody has shown who they are.
    pub(super) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "No valid token", detail)
    }

    /// They were not let in.
    pub(super) fn not_let_in(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not-let-in", "Not let in", detail)
    }

    /// They may not do this.
    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    /// There is no such thing.
    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// There is something here, but not by this method.
    pub(super) fn no_method(methods: &[&str]) -> Self {
        let kind = ("method-not-allowed", "Not by this method");
        let methods = methods.join(", ");
        let there = format!("There is something here by another method: {methods}.");
        let allowed = Some(methods.into());
        Self { allowed, ..Self::new(StatusCode::METHOD_NOT_ALLOWED, kind.0, kind.1, there) }
    }

    /// There is no such channel for the caller.
    pub(super) fn no_channel() -> Self {
        Self::not_found("There is no such channel, or you do not hear it.")
    }

    /// The body has more bytes than are taken.
    pub(super) fn too_large() -> Self {
        let why = "The body has more bytes than the server takes (api.body_bytes_max).";
        let kind = ("too-large", "The request is too large");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, kind.0, kind.1, why)
    }

    /// It took too long.
    pub(super) fn too_slow() -> Self {
        let why = "The request took longer than the server waits (api.seconds_max).";
        Self::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "It took too long", why)
    }

    /// It does not go together with how things are.
    pub(super) fn conflict(word: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, word, "Not as things are", detail)
    }

    /// The same request is being served, and its outcome is not known yet.
    pub(super) fn under_way() -> Self {
        let what = "This is still being done. Send it again with the same Idempotency-Key to learn what came of it.";
        Self { retry_after_seconds: Some(1), ..Self::conflict("under-way", what) }
    }

    /// Something was asked for, and nobody knows what came of it.
    pub(super) fn unknown() -> Self {
        let what = "It is not known whether this was done. See for yourself; to try again takes another Idempotency-Key.";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "unknown", "Perhaps it was done", what)
    }

    /// This was answered before, by more than is kept.
    pub(super) fn not_kept(status: StatusCode) -> Self {
        let status = status.as_u16();
        let what = format!(
            "This was answered before, with the status {status}; the answer was too long to be kept."
        );
        Self::conflict("answer-not-kept", what)
    }

    /// Too much was asked for; when to come again.
    pub(super) fn too_many(detail: impl Into<String>, retry_after_seconds: u64) -> Self {
        let kind = ("too-many-requests", "Too many requests");
        Self {
            retry_after_seconds: Some(retry_after_seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, kind.0, kind.1, detail)
        }
    }

    /// A rule refused words.
    pub(super) fn refused(rule: Option<&'static str>, detail: impl Into<String>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { rule, ..Self::new(status, "refused", "This was not said", detail) }
    }

    /// An order was not carried out.
    pub(super) fn not_done(detail: impl Into<String>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, "not-done", "This was not done", detail)
    }

    /// A part of the server does not answer.
    pub(super) fn unavailable(detail: impl Into<String>) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let retry_after_seconds = Some(1);
        Self {
            retry_after_seconds,
            ..Self::new(status, "unavailable", "Not possible just now", detail)
        }
    }

    /// A fault of the server's; what it was is in the log alone.
    pub(super) fn fault(why: impl std::fmt::Display) -> Self {
        tracing::error!(%why, "a request could not be served");
        Self::unavailable("The server cannot do this just now. Please try again in a moment.")
    }
}

impl Problem {
    /// The HTTP status.
    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST)
    }

    /// It, as it is sent.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a problem is texts and numbers")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let retry = self.retry_after_seconds;
        let allowed =
            self.allowed.as_deref().and_then(|methods| HeaderValue::from_str(methods).ok());
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = retry {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        headers.extend(allowed.map(|allowed| (ALLOW, allowed)));
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"hearsay\"");
            headers.insert(axum::http::header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
