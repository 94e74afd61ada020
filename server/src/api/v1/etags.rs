//! ETags on what is read: who has it already is told so in a few bytes (RFC 9110, section 8.8.3).

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use crate::api::headers::has_tag;
use crate::api::problem::Problem;

/// How much of the hash names an answer. Bytes.
const NAME_BYTES: usize = 12;

/// Names an answer by its content, and leaves the content out for who has it.
pub(super) async fn tag(request: Request, next: Next) -> Response {
    // The body of what answers HEAD is taken away further out.
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return next.run(request).await;
    }
    let asked = request.headers().clone();
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || is_stream(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Problem::fault("the body of an answer was lost").into_response();
    };
    let name = URL_SAFE_NO_PAD.encode(&digest(&SHA256, &body).as_ref()[..NAME_BYTES]);
    let tag = HeaderValue::from_str(&format!("\"{name}\"")).expect("base64 is visible ASCII");
    let is_known = has_tag(&asked, &tag);
    parts.headers.insert(ETAG, tag);
    if is_known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(axum::http::header::CONTENT_LENGTH);
        parts.headers.remove(CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(body))
}

/// Whether it has no end that could be waited for.
fn is_stream(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream")
}
