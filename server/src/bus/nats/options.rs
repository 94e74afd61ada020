//! What an operator may set about the link to NATS. Holds the login; never shows it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use async_nats::ServerAddr;

use crate::vocab::Secret;

/// How to reach NATS and how much to keep while it is away.
#[derive(Debug, Clone)]
pub struct NatsOptions {
    /// Where NATS listens.
    pub url: NatsUrl,
    /// Who we are there; a login in the URL counts when this is [`NatsLogin::Open`].
    pub login: NatsLogin,
    /// How NATS lists our connection.
    pub name: String,
    /// Keep all talk in a JetStream stream; none for core NATS alone.
    pub stream: Option<StreamOptions>,
    /// Bytes of one payload; what is larger is dropped and counted. At most NATS's own `max_payload`.
    pub payload_bytes_max: usize,
    /// The first wait before connecting again; doubled with each failure, less up to a half by chance.
    pub reconnect_time_wait: Duration,
    /// The longest wait before connecting again.
    pub reconnect_time_wait_max: Duration,
    /// Failures in a row after which the link gives up; 0 never does.
    pub max_reconnect_attempts: u32,
    /// How long one attempt to connect may take.
    pub connect_timeout: Duration,
    /// How often a quiet connection is probed; the third interval without an answer ends it.
    pub ping_interval: Duration,
    /// Publications that may wait for NATS.
    pub outbox_messages_max: usize,
    /// Bytes of payload that may wait for NATS.
    pub outbox_bytes_max: usize,
    /// How long a publication may wait for NATS before it is too old to be sent.
    pub outbox_age_max: Duration,
    /// Messages sent to the stream and not yet confirmed by it; when so many are, the next wait.
    pub unconfirmed_max: usize,
    /// How long the stream may take to confirm a message before the connection is given up as broken.
    pub confirm_timeout: Duration,
    /// Messages heard and not yet handed on, per subscription; what finds it full is lost and counted.
    pub heard_messages_max: usize,
    /// How long a stop may take to send what still waits.
    pub shutdown_wait: Duration,
}

impl NatsOptions {
    /// The usual limits, for this URL.
    #[must_use]
    pub fn at(url: NatsUrl) -> Self {
        Self {
            url,
            login: NatsLogin::Open,
            name: "hearsay".to_owned(),
            stream: None,
            payload_bytes_max: 65_536,
            reconnect_time_wait: Duration::from_millis(250),
            reconnect_time_wait_max: Duration::from_secs(4),
            max_reconnect_attempts: 0,
            connect_timeout: Duration::from_secs(2),
            ping_interval: Duration::from_secs(2),
            outbox_messages_max: 50_000,
            outbox_bytes_max: 64 * 1024 * 1024,
            outbox_age_max: Duration::from_secs(600),
            unconfirmed_max: 1_024,
            confirm_timeout: Duration::from_secs(5),
            heard_messages_max: 131_072,
            shutdown_wait: Duration::from_secs(2),
        }
    }
}

/// The stream that keeps talk, made if it is not there. Limits of 0 are none; the oldest talk goes first.
#[derive(Debug, Clone)]
pub struct StreamOptions {
    /// Its name.
    pub name: String,
    /// How long it keeps a message.
    pub age_max: Duration,
    /// How many messages it keeps.
    pub messages_max: u32,
    /// How many bytes it keeps.
    pub bytes_max: u64,
    /// Within what time NATS knows a message again by its name and does not keep it twice.
    pub duplicate_window: Duration,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self {
            name: "HEARSAY_CHAT".to_owned(),
            age_max: Duration::from_hours(7 * 24),
            messages_max: 0,
            bytes_max: 1024 * 1024 * 1024,
            duplicate_window: Duration::from_mins(2),
        }
    }
}

/// Who we are to NATS.
#[derive(Debug, Clone, Default)]
pub enum NatsLogin {
    /// Nobody in particular.
    #[default]
    Open,
    /// A user of its config.
    User {
        /// The user's name.
        name: String,
        /// The user's password.
        password: Secret,
    },
    /// Whoever holds this token.
    Token(Secret),
}

/// Where NATS listens: `nats://host:port`, or several with commas between. A login in it is taken out at once and never
/// shown; the client, which would log it, gets the bare addresses.
#[derive(Clone)]
pub struct NatsUrl {
    servers: Vec<ServerAddr>,
    login: Option<(String, Secret)>,
}

impl NatsUrl {
    pub(super) fn servers(&self) -> &[ServerAddr] {
        &self.servers
    }

    /// The login that came with the first server that had one.
    pub(super) fn login(&self) -> Option<(&str, &Secret)> {
        self.login.as_ref().map(|(name, password)| (name.as_str(), password))
    }
}

/// A text that is no NATS URL. Does not repeat the text, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a NATS URL; write nats://host:4222, or several with commas between")]
pub struct BadUrl;

impl FromStr for NatsUrl {
    type Err = BadUrl;

    fn from_str(text: &str) -> Result<Self, BadUrl> {
        let (mut servers, mut login) = (Vec::new(), None);
        for one in text.split(',') {
            let server: ServerAddr = one.trim().parse().map_err(|_| BadUrl)?;
            login = login.or_else(|| login_in(&server));
            servers.push(without_login(server)?);
        }
        Ok(Self { servers, login })
    }
}

fn login_in(server: &ServerAddr) -> Option<(String, Secret)> {
    let name = server.username()?.to_owned();
    Some((name, Secret::new(server.password().unwrap_or_default())))
}

fn without_login(server: ServerAddr) -> Result<ServerAddr, BadUrl> {
    let mut url = server.into_inner();
    url.set_username("").map_err(|()| BadUrl)?;
    url.set_password(None).map_err(|()| BadUrl)?;
    ServerAddr::from_url(url).map_err(|_| BadUrl)
}

impl fmt::Display for NatsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, server) in self.servers.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{}://{}:{}", server.scheme(), server.host(), server.port())?;
        }
        Ok(())
    }
}

impl fmt::Debug for NatsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shows_a_password() {
        let url: NatsUrl = "nats://ada:hush@one:4222, tls://two".parse().unwrap();
        assert_eq!(url.login(), Some(("ada", &Secret::new("hush"))));
        assert!(url.servers().iter().all(|server| !server.has_user_pass()));
        let mut options = NatsOptions::at(url);
        options.login = NatsLogin::User { name: "ada".to_owned(), password: Secret::new("hush") };
        assert_eq!(options.url.to_string(), "nats://one:4222,tls://two:4222");
        assert!(!format!("{options:?}").contains("hush"));
    }

    #[test]
    fn a_bad_url_is_not_repeated() {
        let error = "nats://ada:hush@:x".parse::<NatsUrl>().unwrap_err();
        assert!(!error.to_string().contains("hush"));
    }
}
