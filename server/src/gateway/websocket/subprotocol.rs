//! What may be spoken over a WebSocket, by the names that clients offer.

use axum::http::HeaderMap;
use axum::http::header::SEC_WEBSOCKET_PROTOCOL;

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subprotocol {
    /// One JSON object a message, as in `docs/websocket.md`.
    Own,
    /// Text with colours, and GMCP beside it.
    Gmcp,
    /// The same, GMCP wrapped in JSON.
    Json,
    /// The whole stream of telnet.
    Telnet,
    /// Text with colours alone.
    Terminal,
}

impl Subprotocol {
    /// All of them, the one we like best first.
    pub(super) const ALL: [Self; 5] =
        [Self::Own, Self::Gmcp, Self::Json, Self::Telnet, Self::Terminal];

    /// The name that clients offer; all but ours are those of mudstandards.org.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Own => "json.hearsay",
            Self::Gmcp => "gmcp.mudstandards.org",
            Self::Json => "json.mudstandards.org",
            Self::Telnet => "telnet.mudstandards.org",
            Self::Terminal => "terminal.mudstandards.org",
        }
    }

    /// Whether GMCP goes over it.
    pub(super) const fn carries_gmcp(self) -> bool {
        matches!(self, Self::Gmcp | Self::Json)
    }

    /// The best of those that a client offers; none when it offers none.
    ///
    /// # Errors
    /// When it offers only what we do not speak.
    pub(super) fn choose(headers: &HeaderMap) -> Result<Option<Self>, NoneKnown> {
        let offered: Vec<&str> = offered(headers).collect();
        let best = Self::ALL.into_iter().find(|known| offered.contains(&known.name()));
        if best.is_none() && !offered.is_empty() { Err(NoneKnown) } else { Ok(best) }
    }
}

/// What stands before a token among the names: a page has no other header that it can set.
const BEARER: &str = "bearer.";

/// The token that a client shows among the names.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    offered(headers).find_map(|name| name.strip_prefix(BEARER))
}

fn offered(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(SEC_WEBSOCKET_PROTOCOL).into_iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim).filter(|name| !name.is_empty())
}

/// A client offers only what we do not speak.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoneKnown;

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(offers: &[&'static str]) -> Result<Option<Subprotocol>, NoneKnown> {
        let mut headers = HeaderMap::new();
        for offer in offers {
            headers.append(SEC_WEBSOCKET_PROTOCOL, offer.parse().unwrap());
        }
        Subprotocol::choose(&headers)
    }

    #[test]
    fn the_best_of_those_offered_is_spoken() {
        assert_eq!(chosen(&[]), Ok(None));
        assert_eq!(chosen(&["terminal.mudstandards.org"]), Ok(Some(Subprotocol::Terminal)));
        assert_eq!(chosen(&["chat, json.hearsay"]), Ok(Some(Subprotocol::Own)));
        let telix = "gmcp.mudstandards.org, telnet.mudstandards.org,terminal.mudstandards.org";
        assert_eq!(chosen(&[telix]), Ok(Some(Subprotocol::Gmcp)));
        let two = ["terminal.mudstandards.org", "telnet.mudstandards.org"];
        assert_eq!(chosen(&two), Ok(Some(Subprotocol::Telnet)));
        assert_eq!(chosen(&["soap, GMCP.mudstandards.org"]), Err(NoneKnown));
    }
}
