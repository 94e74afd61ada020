//! What went wrong with a request, as RFC 9457 wants it told: a status, a title, a sentence.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request was not served.
#[derive(Debug)]
pub(super) struct Problem {
    /// The status code.
    pub(super) status: StatusCode,
    /// The same for every problem of this kind.
    pub(super) title: &'static str,
    /// What whoever asked can do about it.
    pub(super) detail: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let headers = [(CONTENT_TYPE, "application/problem+json")];
        (self.status, headers, body.to_string()).into_response()
    }
}
