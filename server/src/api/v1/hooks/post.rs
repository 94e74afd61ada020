//! One POST to another system: a connection for it alone, no redirect followed, and nothing read of the answer but its head.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::uri::Scheme;
use axum::http::{HeaderMap, Request, Uri, header};
use chrono::{DateTime, Utc};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

/// Where a hook's pushes go.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The host, as a name or an address.
    pub(super) host: String,
    port: u16,
    is_encrypted: bool,
    /// The path with the query; may have a secret in it, and is never shown.
    path: String,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// How long the other side wants to be left alone.
    pub(super) retry_after: Option<Duration>,
}

impl Target {
    /// Reads a web address. Without encryption only this machine is reached, unless that is allowed.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub(super) fn read(url: &str, is_plain_allowed: bool) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|_| "this is no web address".to_owned())?;
        let is_encrypted = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err("takes https://, or http:// on this machine".to_owned()),
        };
        let authority = uri.authority().ok_or("this names no host")?;
        if authority.as_str().contains('@') {
            return Err("a name or a password does not belong into it".to_owned());
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        if !is_encrypted && !is_plain_allowed && !is_this_machine(&host) {
            let why =
                "without encryption only this machine is reached; `insecure: true` allows others";
            return Err(why.to_owned());
        }
        let port = uri.port_u16().unwrap_or(if is_encrypted { 443 } else { 80 });
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self { host, port, is_encrypted, path })
    }

    fn authority(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{host}:{}", self.port)
    }

    async fn connect(&self, tls: &Arc<ClientConfig>) -> Result<Connection, String> {
        let plain = TcpStream::connect((self.host.as_str(), self.port)).await;
        let plain = plain.map_err(|why| format!("connecting: {why}"))?;
        if !self.is_encrypted {
            return speak(TokioIo::new(plain)).await;
        }
        let name = ServerName::try_from(self.host.clone()).map_err(|why| why.to_string())?;
        let tls = TlsConnector::from(Arc::clone(tls));
        let encrypted = tls.connect(name, plain).await.map_err(|why| format!("TLS: {why}"))?;
        speak(TokioIo::new(encrypted)).await
    }

    /// Sends a body with these headers. Whoever waits for it no longer drops it, and the connection closes.
    ///
    /// # Errors
    /// A sentence about what went wrong.
    pub(super) async fn post(
        &self,
        tls: &Arc<ClientConfig>,
        headers: [(&'static str, String); 3],
        body: String,
    ) -> Result<Answer, String> {
        let mut request = Request::post(&self.path)
            .header(header::HOST, self.authority())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("Hearsay/", env!("CARGO_PKG_VERSION")))
            .header(header::CONNECTION, "close");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body)).map_err(|why| why.to_string())?;
        let mut connection = self.connect(tls).await?;
        let answer = connection.sender.send_request(request).await;
        let answer = answer.map_err(|why| format!("sending: {why}"))?;
        let retry_after = retry_after(answer.headers(), Utc::now());
        Ok(Answer { status: answer.status().as_u16(), retry_after })
    }
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A connection. Dropping it closes it, whatever it waits for.
struct Connection {
    sender: SendRequest<Body>,
    _driver: JoinSet<()>,
}

async fn speak<S>(stream: S) -> Result<Connection, String>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let (sender, connection) = http1::handshake(stream).await.map_err(|why| why.to_string())?;
    let mut driver = JoinSet::new();
    // What goes wrong in it the sender is told.
    driver.spawn(async move { drop(connection.await) });
    Ok(Connection { sender, _driver: driver })
}

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(text).ok()?;
    Some((date.to_utc() - now).to_std().unwrap_or_default())
}

/// Speaks TLS to those whom this machine or one of these authorities vouches for.
///
/// # Errors
/// When one of them is no authority.
pub(super) fn trusting(
    authorities: Vec<CertificateDer<'static>>,
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for why in &found.errors {
        tracing::warn!(%why, "some of this machine's certificates were not read");
    }
    roots.add_parsable_certificates(found.certs);
    for authority in authorities {
        roots.add(authority)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_on_this_machine_unless_that_is_allowed() {
        for good in [
            "https://example.org/in?x=1",
            "http://127.0.0.1:8080/",
            "http://[::1]/a",
            "http://localhost",
        ] {
            assert!(Target::read(good, false).is_ok(), "{good}");
        }
        for wrong in [
            "http://example.org/",
            "ftp://127.0.0.1/",
            "/in",
            "https://a:b@example.org/",
            "http://127.0.0.1.example.org/",
        ] {
            assert!(Target::read(wrong, false).is_err(), "{wrong}");
        }
        assert!(Target::read("http://example.org/", true).is_ok());
    }

    #[test]
    fn the_other_side_says_in_either_form_when_to_come_again() {
        let now = DateTime::parse_from_rfc3339("2026-11-21T09:15:02Z").unwrap().to_utc();
        let after = |text: &'static str| {
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, text.parse().unwrap())]);
            retry_after(&headers, now).map(|wait| wait.as_secs())
        };
        assert_eq!(after("7"), Some(7));
        assert_eq!(after("Sat, 21 Nov 2026 09:15:12 GMT"), Some(10));
        assert_eq!(after("Sat, 21 Nov 2026 09:00:00 GMT"), Some(0));
        assert_eq!(after("soon"), None);
    }
}
