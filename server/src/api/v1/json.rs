//! What requests bring: bodies, queries and paths, with one kind of answer to those that make no sense.

use std::fmt;
use std::marker::PhantomData;

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::api::problem::Problem;
use crate::vocab::clean_line;

/// The longest name of a player. Characters.
pub(super) const NAME_CHARS_MAX: usize = 80;

/// A body of JSON.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = Json::<Object<T>>::from_request(request, state).await;
        let why = match read {
            Ok(Json(Object(body))) => return Ok(Self(body)),
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

/// A JSON object, and nothing else that could be read as one: serde takes the fields of a struct from an array, too.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
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
    // What nobody can see counts as well, so that what is sent is bounded.
    let is_short = text.chars().count() <= chars_max;
    let text = clean_line(text);
    if is_short && !text.is_empty() {
        return Ok(text);
    }
    Err(Problem::bad_request(format!("{field}: takes 1 to {chars_max} characters")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        limit: Option<u32>,
    }

    #[test]
    fn only_an_object_is_a_body() {
        let read = |text: &str| {
            serde_json::from_str::<Object<Wanted>>(text).map(|Object(wanted)| wanted.limit)
        };
        assert_eq!(read(r#"{"limit": 3}"#).unwrap(), Some(3));
        assert_eq!(read("{}").unwrap(), None);
        for wrong in ["[3]", "[null]", "null", "3", r#"{"limits": 3}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_line_is_bounded_as_it_was_sent() {
        assert_eq!(line("reason", " a\u{7}b ", 5).unwrap(), "ab");
        assert!(line("reason", " a\u{7}b ", 4).is_err(), "too long as it was sent");
        assert!(line("reason", "\u{7}", 4).is_err(), "nothing is left of it");
    }
}
