//! The opening handshake (RFC 6455, section 4.2), and which web pages may open it.

use axum::extract::{Query, Request};
use axum::http::header::{
    CONNECTION, HOST, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version};
use axum::response::{IntoResponse, Response};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::frames;
use super::subprotocol::{self, NoneKnown, Subprotocol};
use crate::vocab::LoginRequest;

/// A handshake that is as it should be: the answer.
#[derive(Debug)]
pub(super) struct Accepted {
    key: String,
    /// What the client offered and we like best; none when it offered nothing.
    chosen: Option<Subprotocol>,
    /// How the client logged in with the handshake, if it did.
    shown: Option<Box<LoginRequest>>,
}

impl Accepted {
    /// What is spoken from here on.
    pub(super) fn spoken(&self) -> Subprotocol {
        self.chosen.unwrap_or(Subprotocol::Own)
    }

    /// How the client logged in, if it did.
    pub(super) fn take_shown(&mut self) -> Option<Box<LoginRequest>> {
        self.shown.take()
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

/// What is let in besides clients that send no origin and the server's own pages.
pub(super) struct Doors<'a> {
    /// Pages of these origins may connect.
    pub(super) origins: &'a [String],
    /// Whether a token may stand in the address, which logs of proxies keep.
    pub(super) token_in_address: bool,
}

/// Checks a request.
pub(super) fn check(request: &Request, doors: &Doors<'_>) -> Result<Accepted, Refused> {
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
    if !allowed(headers, doors.origins) {
        return Err(Refused(StatusCode::FORBIDDEN, "Pages of that origin may not connect.\n"));
    }
    let chosen = Subprotocol::choose(headers).map_err(|NoneKnown| {
        Refused(StatusCode::BAD_REQUEST, "None of the subprotocols offered is spoken here.\n")
    })?;
    let key = text(headers, &SEC_WEBSOCKET_KEY).filter(|key| is_key(key));
    let key =
        key.ok_or(Refused(StatusCode::BAD_REQUEST, "Sec-WebSocket-Key is missing or wrong.\n"))?;
    let shown = shown(request, chosen, doors)?;
    Ok(Accepted { key: derive_accept_key(key.as_bytes()), chosen, shown })
}

/// The login in a handshake: a token among the subprotocols, or in the address where that is allowed.
fn shown(
    request: &Request,
    chosen: Option<Subprotocol>,
    doors: &Doors<'_>,
) -> Result<Option<Box<LoginRequest>>, Refused> {
    let bad = |why| Refused(StatusCode::BAD_REQUEST, why);
    let in_address = in_address(request.uri());
    if in_address.is_some() && !doors.token_in_address {
        return Err(bad("A token is not taken from the address here.\n"));
    }
    let token = subprotocol::token(request.headers()).map(str::to_owned).or(in_address);
    let Some(token) = token else { return Ok(None) };
    if chosen.is_some_and(|chosen| chosen != Subprotocol::Own) {
        return Err(bad("A token goes with json.hearsay.\n"));
    }
    let request = frames::shown(token, None, None).map_err(|_| bad("That is no token.\n"))?;
    Ok(Some(Box::new(request)))
}

fn in_address(address: &Uri) -> Option<String> {
    let Query(fields) = Query::<Vec<(String, String)>>::try_from_uri(address).ok()?;
    fields.into_iter().find_map(|(name, value)| (name == "token").then_some(value))
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

    const TOKEN_IN_ADDRESS: Doors<'_> = Doors { origins: &[], token_in_address: true };

    fn handshake(change: impl FnOnce(&mut HeaderMap)) -> Request {
        let mut request = Request::new(Body::empty());
        let headers = request.headers_mut();
        headers.insert(HOST, "mud.example:4080".parse().unwrap());
        headers.insert(UPGRADE, "WebSocket".parse().unwrap());
        headers.insert(CONNECTION, "keep-alive, Upgrade".parse().unwrap());
        headers.insert(SEC_WEBSOCKET_VERSION, "13".parse().unwrap());
        headers.insert(SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ==".parse().unwrap());
        change(headers);
        request
    }

    fn status_of(request: &Request, doors: &Doors<'_>) -> u16 {
        match check(request, doors) {
            Ok(accepted) => accepted.into_response().status().as_u16(),
            Err(refused) => refused.into_response().status().as_u16(),
        }
    }

    fn status(change: impl FnOnce(&mut HeaderMap)) -> u16 {
        let origins = ["https://friend.example".to_owned()];
        status_of(&handshake(change), &Doors { origins: &origins, token_in_address: false })
    }

    fn offers(headers: &mut HeaderMap, names: &str) {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, names.parse().unwrap());
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

    fn shown_in(request: &Request, doors: &Doors<'_>) -> Option<String> {
        match check(request, doors).unwrap().take_shown().map(|shown| *shown) {
            Some(LoginRequest::Show { token, .. }) => Some(token.expose().to_owned()),
            _ => None,
        }
    }

    #[test]
    fn a_token_comes_beside_our_own_subprotocol() {
        let request = handshake(|h| offers(h, "json.hearsay, bearer.a.b.c"));
        assert_eq!(shown_in(&request, &TOKEN_IN_ADDRESS).as_deref(), Some("a.b.c"));
        assert_eq!(shown_in(&handshake(|h| offers(h, "json.hearsay")), &TOKEN_IN_ADDRESS), None);
        assert_eq!(status(|h| offers(h, "bearer.a.b.c")), 400);
        assert_eq!(status(|h| offers(h, "terminal.mudstandards.org, bearer.a.b.c")), 400);
        assert_eq!(
            status(|h| offers(h, &format!("json.hearsay, bearer.{}", "a".repeat(1001)))),
            400
        );
    }

    #[test]
    fn a_token_comes_in_the_address_only_where_that_is_allowed() {
        let mut request = handshake(|_| ());
        *request.uri_mut() = "/ws?a=1&token=a.b%2Ec".parse().unwrap();
        assert_eq!(shown_in(&request, &TOKEN_IN_ADDRESS).as_deref(), Some("a.b.c"));
        let closed = Doors { token_in_address: false, ..TOKEN_IN_ADDRESS };
        assert_eq!(status_of(&request, &closed), 400);
    }
}
