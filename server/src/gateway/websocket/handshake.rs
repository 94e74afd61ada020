//! The opening handshake (RFC 6455, section 4.2), and which web pages may open it.

use axum::extract::Request;
use axum::http::header::{
    CONNECTION, HOST, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::subprotocol::{NoneKnown, Subprotocol};

/// A handshake that is as it should be: the answer.
#[derive(Debug)]
pub(super) struct Accepted {
    key: String,
    /// What the client offered and we like best; none when it offered nothing.
    chosen: Option<Subprotocol>,
}

impl Accepted {
    /// What is spoken from here on.
    pub(super) fn spoken(&self) -> Subprotocol {
        self.chosen.unwrap_or(Subprotocol::Own)
    }
}

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        let headers = [
            (UPGRADE, "websocket".to_owned()),
            (CONNECTION, "Upgrade".to_owned()),
            (SEC_WEBSOCKET_ACCEPT, self.key),
        ];
        let mut response = (StatusCode::SWITCHING_PROTOCOLS, headers).into_response();
        if let Some(chosen) = self.chosen {
            let name = HeaderValue::from_static(chosen.name());
            response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, name);
        }
        response
    }
}

/// Why a handshake is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused(StatusCode, &'static str);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let version = [(SEC_WEBSOCKET_VERSION, "13")];
        (self.0, version, self.1).into_response()
    }
}

/// Checks a request; `origins` may connect besides the server's own pages. Native clients send no origin.
pub(super) fn check(request: &Request, origins: &[String]) -> Result<Accepted, Refused> {
    let headers = request.headers();
    if request.method() != Method::GET {
        return Err(Refused(StatusCode::METHOD_NOT_ALLOWED, "A WebSocket begins with GET.\n"));
    }
    if !names(headers, &UPGRADE, "websocket") || !names(headers, &CONNECTION, "upgrade") {
        return Err(Refused(StatusCode::UPGRADE_REQUIRED, "This address is for WebSockets.\n"));
    }
    if request.version() < Version::HTTP_11 || !headers.contains_key(HOST) {
        return Err(Refused(StatusCode::BAD_REQUEST, "A WebSocket takes HTTP/1.1 and a Host.\n"));
    }
    if text(headers, &SEC_WEBSOCKET_VERSION) != Some("13") {
        return Err(Refused(StatusCode::UPGRADE_REQUIRED, "Only WebSocket version 13.\n"));
    }
    if !allowed(headers, origins) {
        return Err(Refused(StatusCode::FORBIDDEN, "Pages of that origin may not connect.\n"));
    }
    let chosen = Subprotocol::choose(headers).map_err(|NoneKnown| {
        Refused(StatusCode::BAD_REQUEST, "None of the subprotocols offered is spoken here.\n")
    })?;
    let key = text(headers, &SEC_WEBSOCKET_KEY).filter(|key| is_key(key));
    let key =
        key.ok_or(Refused(StatusCode::BAD_REQUEST, "Sec-WebSocket-Key is missing or wrong.\n"))?;
    Ok(Accepted { key: derive_accept_key(key.as_bytes()), chosen })
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a header lists this word, whatever its case.
fn names(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|part| part.trim().eq_ignore_ascii_case(word))
}

/// Sixteen bytes in base64 are 24 characters, the last two of them `==`.
fn is_key(key: &str) -> bool {
    let body = key.strip_suffix("==").unwrap_or_default();
    let is_base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    body.len() == 22 && body.bytes().all(is_base64)
}

fn allowed(headers: &HeaderMap, origins: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let own = origin.split_once("://").map(|(_, host)| host);
    own.is_some() && own == text(headers, &HOST) || origins.iter().any(|allowed| allowed == origin)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn status(change: impl FnOnce(&mut HeaderMap)) -> u16 {
        let mut request = Request::new(Body::empty());
        let headers = request.headers_mut();
        headers.insert(HOST, "mud.example:4080".parse().unwrap());
        headers.insert(UPGRADE, "WebSocket".parse().unwrap());
        headers.insert(CONNECTION, "keep-alive, Upgrade".parse().unwrap());
        headers.insert(SEC_WEBSOCKET_VERSION, "13".parse().unwrap());
        headers.insert(SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ==".parse().unwrap());
        change(headers);
        match check(&request, &["https://friend.example".to_owned()]) {
            Ok(accepted) => accepted.into_response().status().as_u16(),
            Err(refused) => refused.into_response().status().as_u16(),
        }
    }

    fn from(origin: &str) -> u16 {
        status(|headers| drop(headers.insert(ORIGIN, origin.parse().unwrap())))
    }

    #[test]
    fn a_handshake_is_answered_as_rfc_6455_says() {
        assert_eq!(status(|_| {}), 101);
        assert_eq!(status(|h| drop(h.remove(UPGRADE))), 426);
        assert_eq!(status(|h| drop(h.remove(HOST))), 400);
        assert_eq!(status(|h| drop(h.insert(SEC_WEBSOCKET_VERSION, "8".parse().unwrap()))), 426);
        assert_eq!(status(|h| drop(h.remove(SEC_WEBSOCKET_KEY))), 400);
        assert_eq!(status(|h| drop(h.insert(SEC_WEBSOCKET_KEY, "short".parse().unwrap()))), 400);
        let offers = |h: &mut HeaderMap, name: &str| {
            drop(h.insert(SEC_WEBSOCKET_PROTOCOL, name.parse().unwrap()));
        };
        assert_eq!(status(|h| offers(h, "soap")), 400);
        assert_eq!(status(|h| offers(h, "soap, terminal.mudstandards.org")), 101);
    }

    #[test]
    fn only_known_pages_connect() {
        assert_eq!(from("http://mud.example:4080"), 101);
        assert_eq!(from("https://friend.example"), 101);
        assert_eq!(from("https://foe.example"), 403);
        assert_eq!(from("null"), 403);
    }
}
