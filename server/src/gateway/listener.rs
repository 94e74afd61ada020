//! Listeners and what their sessions have in common.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::access::{Access, Place};
use super::broadcaster::{Broadcaster, Command};
use super::telnet::session;
use crate::bus::{GatewayPort, InputQueue};
use crate::config::Guests;
use crate::vocab::{Delivered, Input, SessionId};

/// How many commands may wait for the broadcaster; a session that finds them full waits.
const COMMANDS_MAX: usize = 8_192;
/// How long to wait when the system has no descriptor free for a new connection.
const BREATHER: Duration = Duration::from_millis(100);

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
    guests: Guests,
}

impl Gateway {
    /// Starts the broadcaster on this end of the bus. `number` names this gateway on the bus.
    pub fn start<R>(
        port: GatewayPort,
        number: u16,
        broadcaster: Broadcaster<R>,
        access: Access,
        limits: SessionLimits,
        guests: Guests,
    ) -> (Arc<Self>, tokio::task::JoinHandle<()>)
    where
        R: FnMut(Delivered) + Send + 'static,
    {
        let (commands, obeyed) = mpsc::channel(COMMANDS_MAX);
        let task = tokio::spawn(broadcaster.run(obeyed, port.events));
        let sessions = AtomicU64::new(first_session(SystemTime::now()));
        let inputs = port.inputs;
        (Arc::new(Self { number, sessions, inputs, commands, access, limits, guests }), task)
    }

    /// A session that was not before.
    pub(super) fn next_session(&self) -> SessionId {
        SessionId::on(self.number, self.sessions.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether somebody from this address may come as a guest.
    pub(super) fn lets_guests_in(&self, address: std::net::IpAddr) -> bool {
        self.guests.allowed_from(address)
    }

    /// Tells the world; waits while it is busy. False when the world is gone.
    pub(super) async fn input(&self, input: Input) -> bool {
        self.inputs.send(input).await.is_ok()
    }

    /// Tells the broadcaster; waits while it is busy. False when it is gone.
    pub(super) async fn command(&self, command: Command) -> bool {
        self.commands.send(command).await.is_ok()
    }
}

/// Where a gateway begins to count its sessions: another process of the same number, before it or after it, meets none of
/// its sessions unless it opened 65,536 connections in each second of its life.
fn first_session(now: SystemTime) -> u64 {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_secs() << 16
}

/// Accepts telnet connections until dropped.
pub async fn accept_telnet(listener: TcpListener, gateway: Arc<Gateway>) {
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => welcome(socket, peer, &gateway),
            Err(why) => {
                tracing::warn!(%why, "a telnet connection could not be accepted");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
}

fn welcome(socket: TcpStream, peer: SocketAddr, gateway: &Arc<Gateway>) {
    match gateway.access.take(peer.ip(), Instant::now()) {
        Ok(place) => {
            tokio::spawn(serve(socket, peer, Arc::clone(gateway), place));
        }
        Err(why) => {
            // The kernel takes so short a text at once or not at all.
            let sent = socket.try_write(format!("{why}\r\n").as_bytes());
            tracing::debug!(%peer, why, told = sent.is_ok(), "a connection was turned away");
        }
    }
}

async fn serve(socket: TcpStream, peer: SocketAddr, gateway: Arc<Gateway>, place: Place) {
    session::run(socket, peer, gateway).await;
    drop(place);
}
