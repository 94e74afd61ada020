//! What requests bring: bodies, queries and paths, with one kind of answer to those that make no sense.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::api::problem::Problem;
use crate::vocab::clean_line;

/// The longest name of a player. Characters.
pub(super) const NAME_CHARS_MAX: usize = 80;

/// A body of JSON.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = Json::<T>::from_request(request, state).await;
        let why = match read {
            Ok(Json(body)) => return Ok(Self(body)),
            Err(why) => why,
        };
        Err(match why.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not-json",
                "The request is no JSON",
                "The body takes the header Content-Type: application/json.",
            ),
            _ => Problem::bad_request(why.body_text()),
        })
    }
}

/// The part of the address after the question mark.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        read.map(|Query(asked)| Self(asked)).map_err(|why| Problem::bad_request(why.body_text()))
    }
}

/// The variable part of the path.
pub(super) struct Named<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Path::<T>::from_request_parts(parts, state).await;
        read.map(|Path(named)| Self(named)).map_err(|why| Problem::not_found(why.body_text()))
    }
}

/// A line of a field, without what nobody can see.
///
/// # Errors
/// When it is empty, or longer than the field takes.
pub(super) fn line(field: &str, text: &str, chars_max: usize) -> Result<String, Problem> {
    let text = clean_line(text);
    if (1..=chars_max).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(Problem::bad_request(format!("{field}: takes 1 to {chars_max} characters")))
}
