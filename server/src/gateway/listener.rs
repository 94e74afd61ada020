//! What the sessions of this process have in common.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use futures_util::future::{BoxFuture, Either, Ready, ready};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::access::Access;
use super::broadcaster::{Broadcaster, Command};
use super::drain::Drain;
use super::listing::Listing;
use super::session::{Notice, Shared};
use super::socket::Socket;
use super::telnet::WrongDoor;
use crate::bus::{GatewayPort, InputQueue};
use crate::config::Guests;
use crate::vocab::{Delivered, Input, SessionId};

/// How many commands may wait for the broadcaster; a session that finds them full waits.
const COMMANDS_MAX: usize = 8_192;

/// The bounds that sessions go by.
#[derive(Debug, Clone)]
pub struct SessionLimits {
    /// Longest line. Bytes.
    pub line_bytes_max: usize,
    /// Largest WebSocket message. Bytes.
    pub websocket_message_bytes_max: usize,
    /// Lines a second; 0 is off.
    pub lines_per_second: u32,
    /// Lines at once.
    pub lines_burst: u32,
    /// How long someone may take to log in; none is for ever.
    pub login: Option<Duration>,
    /// Shortest password. Characters.
    pub password_chars_min: usize,
    /// Silence after which a WebSocket client is asked whether it is there.
    pub websocket_ping: Duration,
    /// How long it may take to answer.
    pub websocket_pong: Duration,
    /// Web pages of these origins may connect, besides the server's own.
    pub origins: Vec<String>,
    /// Whether a token may stand in the address of a WebSocket.
    pub token_in_address: bool,
    /// Whether telnet clients may have what they are sent compressed, and send compressed.
    pub telnet_compresses: (bool, bool),
    /// Whether there are sounds for telnet clients.
    pub telnet_sounds: bool,
    /// Silence after which a telnet client is sent a command that does nothing.
    pub telnet_keep_alive: Option<Duration>,
}

/// Which ports there are, for those who come to the wrong one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ports {
    /// Encrypted telnet.
    pub tls: Option<u16>,
    /// HTTP.
    pub web: Option<u16>,
}

impl Ports {
    /// What to tell somebody who came to the plain telnet port.
    pub(super) fn direct(self, door: WrongDoor) -> String {
        let (what, port) = match door {
            WrongDoor::Tls => ("TLS", self.tls),
            WrongDoor::Http => ("The web page", self.web),
            WrongDoor::Ssh => ("SSH", None),
        };
        match port {
            Some(port) => format!("This port is for plain telnet. {what} is on port {port}."),
            None => format!("This port is for plain telnet. {what} is not to be had here."),
        }
    }
}

/// What sessions have handed on and nobody has taken yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// For the world.
    pub inputs: usize,
    /// For the broadcaster.
    pub commands: usize,
}

/// How a gateway is set up.
pub struct GatewayOptions {
    /// This gateway's name on the bus.
    pub number: u16,
    /// Who may connect.
    pub access: Access,
    /// The bounds that sessions go by.
    pub limits: SessionLimits,
    /// Whether guests may come.
    pub guests: Guests,
    /// What lists of games are told.
    pub listing: Listing,
    /// Which ports there are.
    pub ports: Ports,
}

/// What all sessions of this process share.
pub struct Gateway {
    number: u16,
    sessions: AtomicU64,
    inputs: InputQueue,
    commands: mpsc::Sender<Command>,
    /// Who may connect.
    pub access: Access,
    /// The bounds that sessions go by.
    pub limits: SessionLimits,
    /// What lists of games are told.
    pub(super) listing: Listing,
    /// Which ports there are.
    pub(super) ports: Ports,
    guests: Guests,
    /// Whether nobody is let in any more.
    pub(super) drain: Drain,
}

impl Gateway {
    /// Starts the broadcaster on this end of the bus.
    pub fn start<R>(
        port: GatewayPort,
        broadcaster: Broadcaster<R>,
        options: GatewayOptions,
    ) -> (Arc<Self>, tokio::task::JoinHandle<()>)
    where
        R: FnMut(Delivered) + Send + 'static,
    {
        let (commands, obeyed) = mpsc::channel(COMMANDS_MAX);
        let task = tokio::spawn(broadcaster.run(obeyed, port.events));
        let sessions = AtomicU64::new(first_session(SystemTime::now()));
        let inputs = port.inputs;
        let GatewayOptions { number, access, limits, guests, listing, ports } = options;
        let drain = Drain::new();
        let gateway = Self {
            number,
            sessions,
            inputs,
            commands,
            access,
            limits,
            listing,
            ports,
            guests,
            drain,
        };
        let gateway = Arc::new(gateway);
        gateway.see_out();
        (gateway, task)
    }

    /// A session that was not before.
    pub(super) fn next_session(&self) -> SessionId {
        SessionId::on(self.number, self.sessions.fetch_add(1, Ordering::Relaxed))
    }

    /// This gateway's name on the bus.
    pub(super) fn number(&self) -> u16 {
        self.number
    }

    /// Tells the world what it may as well not hear, if there is room for it; says whether there was.
    pub(super) fn offer(&self, input: Input) -> bool {
        self.inputs.try_send(input).is_ok()
    }

    /// What waits for the world and for the broadcaster now.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        Waiting { inputs: depth(&self.inputs), commands: depth(&self.commands) }
    }

    /// Whether somebody from this address may come as a guest.
    pub(super) fn lets_guests_in(&self, address: std::net::IpAddr) -> bool {
        self.guests.allowed_from(address)
    }

    /// Waits until a session's client has taken all that was said to it.
    pub(super) async fn finish(&self, session: SessionId, shared: &Shared, socket: &Socket) {
        self.command(Command::Finish(session)).await;
        loop {
            match shared.notice().await {
                Notice::Ended(_) | Notice::Cut(_) => return,
                Notice::WantsToWrite => {
                    if socket.writable().await.is_err() {
                        return;
                    }
                    self.command(Command::Writable(session)).await;
                }
                Notice::Reply(_)
                | Notice::Entered
                | Notice::Charset(_)
                | Notice::Mxp(_)
                | Notice::Moved => {}
            }
        }
    }

    /// Tells the world; waits while it is busy. False when the world is gone.
    pub(super) fn input(&self, input: Input) -> Handed<'_> {
        hand(&self.inputs, input)
    }

    /// Tells the broadcaster; waits while it is busy. False when it is gone.
    pub(super) fn command(&self, command: Command) -> Handed<'_> {
        hand(&self.commands, command)
    }
}

fn depth<T>(queue: &mpsc::Sender<T>) -> usize {
    queue.max_capacity() - queue.capacity()
}

/// Whether something was handed on. To be waited for before the next thing is.
pub(super) type Handed<'a> = Either<Ready<bool>, BoxFuture<'a, bool>>;

/// Hands something on, at once if there is room. Only those who have to wait have memory for that: the tasks of sessions
/// are many, and as large as the most that they may ever have to wait for.
fn hand<T: Send>(queue: &mpsc::Sender<T>, what: T) -> Handed<'_> {
    match queue.try_send(what) {
        Ok(()) => Either::Left(ready(true)),
        Err(TrySendError::Closed(_)) => Either::Left(ready(false)),
        Err(TrySendError::Full(what)) => {
            Either::Right(Box::pin(async move { queue.send(what).await.is_ok() }))
        }
    }
}

/// Where a gateway begins to count its sessions: another process of the same number, before it or after it, meets none of
/// its sessions unless it opened 65,536 connections in each second of its life.
fn first_session(now: SystemTime) -> u64 {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_secs() << 16
}
