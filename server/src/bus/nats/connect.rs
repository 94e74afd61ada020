//! One connection to NATS, from its start to its end: never mended, always replaced.
//!
//! The client would reconnect by itself and then send what was still in its queue, behind our back and ahead of what was
//! lost on the way, so that messages would arrive out of order. Therefore a client that has lost its connection is not
//! allowed to log in a second time; it ends, and the link starts a new one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::{Auth, AuthError, Client, ConnectErrorKind, ConnectOptions, Event, Subscriber};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::NatsOptions;
use super::merge::Merge;
use super::options::NatsLogin;
use super::stream::Keeping;

/// How many events of a connection may wait for the link; what finds it full is lost, as in the client itself.
const EVENTS_MAX: usize = 256;
/// How many commands the client may hold. Few: they are lost with the connection.
const COMMANDS_MAX: usize = 256;

/// What a link hears and where it knocks to learn that it is being heard.
#[derive(Debug, Clone)]
pub(super) struct Hails {
    /// The subjects to subscribe to.
    pub(super) subjects: Vec<String>,
    /// A subject that we may publish to and nobody hears.
    pub(super) nobody: String,
    /// Where answers to us are sent.
    pub(super) inbox: String,
}

/// A live connection.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) events: mpsc::Receiver<Event>,
    pub(super) heard: Merge<Subscriber>,
    /// How talk is kept by a stream, if it is.
    pub(super) keeping: Option<Keeping>,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectFault {
    /// Nobody answers.
    #[error("{0}")]
    Absent(String),
    /// NATS answers, and what we need is refused.
    #[error("{0}")]
    Refused(String),
}

/// Connects, subscribes, and sees to the stream.
///
/// # Errors
/// When any of it fails; nothing is left behind then.
pub(super) async fn connect(
    options: Arc<NatsOptions>,
    hails: Hails,
) -> Result<Connection, ConnectFault> {
    let (report, events) = mpsc::channel(EVENTS_MAX);
    let spent = Arc::new(AtomicBool::new(false));
    let settings = settings(&options, &hails, report, Arc::clone(&spent));
    let servers = options.url.servers().to_vec();
    let client = settings.connect(servers).await.map_err(|error| match error.kind() {
        ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
            ConnectFault::Refused(format!("the login is refused: {error}"))
        }
        _ => ConnectFault::Absent(error.to_string()),
    })?;
    spent.store(true, Ordering::Release);
    let heard = subscribe(&client, &hails, options.connect_timeout).await?;
    let keeping = match &options.stream {
        Some(stream) => Keeping::set_up(&client, stream, &options).await?,
        None => None,
    };
    Ok(Connection { client, events, heard, keeping })
}

fn settings(
    options: &NatsOptions,
    hails: &Hails,
    report: mpsc::Sender<Event>,
    spent: Arc<AtomicBool>,
) -> ConnectOptions {
    let auth = auth(options);
    let log_in = move |_nonce| {
        let auth = auth.clone();
        let spent = spent.load(Ordering::Acquire);
        async move {
            if spent { Err(AuthError::new("a lost connection is replaced")) } else { Ok(auth) }
        }
    };
    ConnectOptions::with_auth_callback(log_in)
        .name(&options.name)
        .custom_inbox_prefix(&hails.inbox)
        .no_echo()
        .max_reconnects(options.url.servers().len())
        .reconnect_delay_callback(|_| Duration::ZERO)
        .ignore_discovered_servers()
        .connection_timeout(options.connect_timeout)
        .request_timeout(Some(options.connect_timeout))
        .ping_interval(options.ping_interval)
        .client_capacity(COMMANDS_MAX)
        .subscription_capacity(options.heard_messages_max)
        .event_callback(move |event| {
            // A full queue loses a slow-consumer event at worst: the end of a connection is also seen by polling.
            let _ = report.try_send(event);
            async {}
        })
}

fn auth(options: &NatsOptions) -> Auth {
    let mut auth = Auth::new();
    match (&options.login, options.url.login()) {
        (NatsLogin::User { name, password }, _) => {
            auth.username = Some(name.clone());
            auth.password = Some(password.expose().to_owned());
        }
        (NatsLogin::Token(token), _) => auth.token = Some(token.expose().to_owned()),
        (NatsLogin::Open, Some((name, password))) => {
            auth.username = Some(name.to_owned());
            auth.password = Some(password.expose().to_owned());
        }
        (NatsLogin::Open, None) => {}
    }
    auth
}

/// Subscribes, and returns when the server has heard of it: it answers what nobody listens to only then.
async fn subscribe(
    client: &Client,
    hails: &Hails,
    wait: Duration,
) -> Result<Merge<Subscriber>, ConnectFault> {
    let mut subscribers = Vec::new();
    for subject in &hails.subjects {
        let subscribing = timeout(wait, client.subscribe(subject.clone())).await;
        let subscriber = subscribing
            .map_err(|_| ConnectFault::Absent("subscribing took too long".to_owned()))?
            .map_err(|error| ConnectFault::Absent(error.to_string()))?;
        subscribers.push(subscriber);
    }
    if !subscribers.is_empty() {
        let knock = client.request(hails.nobody.clone(), "".into());
        // "Nobody is there" is the answer wanted. None at all, where publishing is not allowed, costs only the wait.
        let _ = timeout(wait, knock).await;
    }
    Ok(Merge::new(subscribers))
}
