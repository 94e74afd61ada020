//! Whose a request is: of the address that it comes from, unless a proxy that the operator trusts says otherwise. And whether it
//! is meant for this server: the name that a page gives an address is not always ours.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request};
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};

use super::problem::Problem;
use crate::vocab::AddressRange;

/// Where proxies say whose request they pass on: each adds the address that it heard it from at the end.
const FORWARDED: &str = "x-forwarded-for";

/// What is known of those whom requests come from.
#[derive(Debug, Clone)]
pub struct Peers {
    /// Proxies whose word counts.
    pub proxies: Arc<[AddressRange]>,
    /// What this server is called, besides its addresses and `localhost`.
    pub hosts: Vec<String>,
}

impl Peers {
    /// Writes on a request whose it is.
    ///
    /// # Errors
    /// What is answered to one that is not meant for this server.
    pub(super) fn mark(&self, request: &mut Request, peer: SocketAddr) -> Result<(), Problem> {
        let near = peer.ip().to_canonical();
        if near.is_loopback() && !self.is_proxy(near) && !self.is_meant(request) {
            return Err(not_meant());
        }
        let address = self.client(near, request.headers());
        let counted = if address == near { peer } else { SocketAddr::new(address, 0) };
        request.extensions_mut().insert(ConnectInfo(counted));
        Ok(())
    }

    /// The address that counts: the last in the header that is no proxy's. What stands before it anybody may have written.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let said =
            headers.get_all(FORWARDED).into_iter().map(|value| value.to_str().unwrap_or("?"));
        let said: Vec<&str> = said.flat_map(|value| value.split(',')).collect();
        let mut counted = peer;
        for entry in said.into_iter().rev() {
            let Some(address) = self.is_proxy(counted).then(|| address(entry.trim())).flatten()
            else {
                break;
            };
            counted = address;
        }
        counted
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|proxies| proxies.contains(address))
    }

    /// Whether a request from this machine names us. A page from elsewhere that has its own name point here does not: its
    /// browser says that name. What names nothing comes from no browser.
    fn is_meant(&self, request: &Request) -> bool {
        let named = request.headers().get_all(HOST).into_iter();
        let named = named.map(|value| value.to_str().ok().and_then(|text| text.parse().ok()));
        named
            .chain(request.uri().authority().cloned().map(Some))
            .all(|named: Option<Authority>| named.is_some_and(|named| self.is_ours(named.host())))
    }

    fn is_ours(&self, host: &str) -> bool {
        let is_address = |text: &str| text.parse::<IpAddr>().is_ok();
        let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        is_address(inner.unwrap_or(host))
            || host.eq_ignore_ascii_case("localhost")
            || self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
    }
}

/// An address as proxies write it: some add the port.
fn address(text: &str) -> Option<IpAddr> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = inner.unwrap_or(text).parse().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|it| it.ip()))?;
    Some(address.to_canonical())
}

fn not_meant() -> Problem {
    let why = "From this machine the server answers to localhost, to its addresses and to the names in http.hosts, not to \
         the name that the request has as its Host. A proxy on this machine belongs into http.trusted_proxies.";
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", "Not meant for this server", why)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn peers() -> Peers {
        let proxies = ["10.0.0.0/8", "2001:db8:aaaa::/48"].map(|network| network.parse().unwrap());
        Peers { proxies: proxies.into(), hosts: vec!["mud.example".to_owned()] }
    }

    fn counted(peer: &str, headers: &[&str]) -> String {
        let headers = headers.iter().map(|it| (FORWARDED.parse().unwrap(), it.parse().unwrap()));
        peers().client(peer.parse().unwrap(), &headers.collect()).to_string()
    }

    #[test]
    fn the_last_address_that_is_no_proxy_counts() {
        for (peer, headers, address) in [
            ("10.0.0.1", &["192.0.2.7"][..], "192.0.2.7"),
            ("10.0.0.1", &["127.0.0.1, 192.0.2.7"], "192.0.2.7"),
            ("10.0.0.1", &["127.0.0.1", "192.0.2.7"], "192.0.2.7"),
            ("10.0.0.1", &["127.0.0.1, 192.0.2.7 ,10.9.9.9"], "192.0.2.7"),
            ("10.0.0.1", &["192.0.2.7:4711"], "192.0.2.7"),
            ("10.0.0.1", &["[2001:db8::7]:4711"], "2001:db8::7"),
            ("10.0.0.1", &["[2001:db8::7]"], "2001:db8::7"),
            ("2001:db8:aaaa::1", &["2001:db8::7"], "2001:db8::7"),
            ("10.0.0.1", &["::ffff:192.0.2.7"], "192.0.2.7"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("10.0.0.1", &["127.0.0.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["127.0.0.1, unknown, 10.0.0.2"], "10.0.0.2"),
            ("192.0.2.9", &["127.0.0.1"], "192.0.2.9"),
            ("127.0.0.1", &["192.0.2.7"], "127.0.0.1"),
        ] {
            assert_eq!(counted(peer, headers), address, "{peer}: {headers:?}");
        }
    }

    fn answers(peer: &str, address: &str, hosts: &[&str]) -> bool {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = address.parse().unwrap();
        for host in hosts {
            request.headers_mut().append(HOST, host.parse().unwrap());
        }
        peers().mark(&mut request, peer.parse().unwrap()).is_ok()
    }

    #[test]
    fn this_machine_calls_us_by_our_names() {
        for ours in ["localhost:4080", "LOCALHOST", "127.0.0.1:4080", "[::1]:4080", "Mud.Example"] {
            assert!(answers("127.0.0.1:9", "/", &[ours]), "{ours}");
        }
        for other in ["evil.example", "evil.example:4080", "localhost.evil.example", "", "a b"] {
            assert!(!answers("127.0.0.1:9", "/", &[other]), "{other}");
            assert!(!answers("[::ffff:127.0.0.1]:9", "/", &[other]), "{other}");
            assert!(answers("192.0.2.7:9", "/", &[other]), "{other} from elsewhere");
        }
        assert!(answers("127.0.0.1:9", "/", &[]), "no browser");
        assert!(!answers("127.0.0.1:9", "/", &["localhost", "evil.example"]));
        assert!(!answers("127.0.0.1:9", "http://evil.example/", &["localhost"]));
    }
}
