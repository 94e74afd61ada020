//! One load session: how it connects, enters the world and gets to its room, for each kind of target.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use memchr::memmem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::ledger::Layout;
use crate::speech::Speech;
use crate::wire::{self, Framing, Scanner, Unit};
use crate::world;

/// How long one session may take to get to its room.
const ENTRY_MAX: Duration = Duration::from_secs(60);
/// So few are on the way from the login to their room that the start room never fills, which would cost a server memory.
static ON_THE_WAY: Semaphore = Semaphore::const_new(32);
/// How many sessions share a source address: each needs a port of its own there.
const SESSIONS_PER_ADDRESS: u32 = 25_000;
const HANDSHAKE_BYTES_MAX: usize = 16 << 10;
/// The letters of load names: none that spell a word.
const LETTERS: [char; 16] =
    ['b', 'd', 'g', 'h', 'j', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'w', 'x', 'z'];

/// What is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Target {
    /// A server, by telnet.
    Telnet,
    /// A server, by telnet with every option but compression, and told of everything by GMCP.
    Negotiated,
    /// A server, by WebSocket.
    Websocket,
    /// The bare relay.
    Relay,
    /// The bare relay, by WebSocket.
    WebsocketRelay,
}

/// One connection to a target. Its stream may be written to while it is read from.
#[derive(Debug)]
pub(crate) struct Session {
    target: Target,
    stream: TcpStream,
}

/// Where a session belongs: to a relay its room is told, to a server the place where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seat {
    room: u32,
    place: u32,
    speech: Speech,
}

impl Seat {
    pub(crate) fn of(layout: Layout, session: u32) -> Self {
        let (room, place) = (layout.room_of(session), layout.place_of(session));
        Self { room, place, speech: layout.speech }
    }
}

impl fmt::Display for Seat {
    /// What a relay is told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.speech {
            Speech::Say | Speech::Channel => write!(f, "room {}", self.room),
            Speech::Whisper => write!(f, "pair {}", self.room),
            Speech::Look => write!(f, "echo {}", self.place),
        }
    }
}

impl Target {
    /// What the command line calls it.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn framing(self) -> Framing {
        match self {
            Self::Telnet | Self::Negotiated | Self::Relay => Framing::Lines,
            Self::Websocket | Self::WebsocketRelay => Framing::Frames,
        }
    }
}

/// Connects a session and brings it to its room; what it reads from now on is for the scanner.
pub(crate) async fn enter(
    target: Target,
    address: SocketAddr,
    number: u32,
    seat: Seat,
) -> Result<(Session, Scanner)> {
    let session = Session { target, stream: connect(address, number).await? };
    let mut entry =
        Entry { session: &session, scanner: Scanner::new(target.framing()), seen: Vec::new() };
    let name = name(number);
    timeout(ENTRY_MAX, entry.walk_in(&name, seat, address))
        .await
        .unwrap_or_else(|_| bail!("not there within {ENTRY_MAX:?}"))
        .with_context(|| format!("session {number}, {name}; it read: {}", entry.shown()))?;
    let scanner = entry.scanner;
    Ok((session, scanner))
}

async fn connect(address: SocketAddr, number: u32) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if let (true, Ok(step)) =
        (number >= SESSIONS_PER_ADDRESS, u8::try_from(number / SESSIONS_PER_ADDRESS))
    {
        socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1 + step)), 0))?;
    }
    let stream =
        socket.connect(address).await.with_context(|| format!("connecting to {address}"))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A name for each session, of letters only.
pub(crate) fn name(number: u32) -> String {
    let digits = (0..4).rev().map(|place| LETTERS[(number >> (4 * place) & 15) as usize]);
    std::iter::once('L').chain(digits).collect()
}

impl Session {
    /// Its socket, which does not block.
    pub(crate) fn into_stream(self) -> Result<std::net::TcpStream> {
        Ok(self.stream.into_std()?)
    }

    /// Sends bytes as they are.
    pub(crate) async fn send(&self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn command(&self, line: &str) -> Result<()> {
        match self.target {
            Target::Relay => self.send(format!("{line}\n").as_bytes()).await,
            Target::Telnet | Target::Negotiated => {
                self.send(format!("{line}\r\n").as_bytes()).await
            }
            Target::Websocket => {
                let frame = json!({"type": "command", "text": line}).to_string();
                self.send(&wire::text_frame(&frame)).await
            }
            Target::WebsocketRelay => self.send(&wire::text_frame(line)).await,
        }
    }
}

/// A session on its way to its room.
struct Entry<'a> {
    session: &'a Session,
    scanner: Scanner,
    /// What was read and not yet waited for.
    seen: Vec<u8>,
}

impl Entry<'_> {
    async fn walk_in(&mut self, name: &str, seat: Seat, address: SocketAddr) -> Result<()> {
        match self.session.target {
            Target::Relay => return self.sit_down(seat).await,
            Target::WebsocketRelay => {
                self.shake_hands(address).await?;
                return self.sit_down(seat).await;
            }
            Target::Telnet => self.expect("Name: ").await?,
            Target::Negotiated => {
                self.session.send(&wire::negotiation()).await?;
                self.expect("Name: ").await?;
            }
            Target::Websocket => self.shake_hands(address).await?,
        }
        let _turn = ON_THE_WAY.acquire().await?;
        self.log_in(name).await?;
        self.expect(world::START_NAME).await?;
        let Seat { place, .. } = seat;
        self.session.command(&world::exit(place)).await?;
        self.expect(&world::room_name(place)).await
    }

    async fn log_in(&mut self, name: &str) -> Result<()> {
        if self.session.target == Target::Websocket {
            let frame = json!({"type": "guest", "name": name}).to_string();
            return self.session.send(&wire::text_frame(&frame)).await;
        }
        self.session.command("guest").await?;
        self.expect("A name for your visit: ").await?;
        self.session.command(name).await
    }

    async fn sit_down(&mut self, seat: Seat) -> Result<()> {
        self.session.command(&seat.to_string()).await?;
        self.expect("seated").await
    }

    /// Reads up to the end of the HTTP answer; what follows it are frames.
    async fn shake_hands(&mut self, address: SocketAddr) -> Result<()> {
        self.session.send(wire::handshake(&address.to_string()).as_bytes()).await?;
        let mut answer = Vec::new();
        loop {
            self.read_into(&mut answer).await?;
            ensure!(answer.len() <= HANDSHAKE_BYTES_MAX, "an HTTP answer that does not end");
            if let Some(at) = memmem::find(&answer, b"\r\n\r\n") {
                ensure!(
                    answer.starts_with(b"HTTP/1.1 101 "),
                    "{}",
                    String::from_utf8_lossy(&answer)
                );
                return self.take(&answer[at + 4..]);
            }
        }
    }

    /// Reads up to a text, in whatever unit, whole or not.
    async fn expect(&mut self, text: &str) -> Result<()> {
        loop {
            if let Some(at) = memmem::find(&self.seen, text.as_bytes()) {
                self.seen.drain(..at + text.len());
                return Ok(());
            }
            if memmem::find(self.scanner.unfinished(), text.as_bytes()).is_some() {
                return Ok(());
            }
            let mut bytes = Vec::new();
            self.read_into(&mut bytes).await.with_context(|| format!("waiting for {text:?}"))?;
            self.take(&bytes)?;
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let seen = &mut self.seen;
        self.scanner.feed(bytes, |unit| {
            if let Unit::Text(text) = unit {
                seen.extend_from_slice(text);
                seen.push(b'\n');
            }
        })
    }

    async fn read_into(&self, bytes: &mut Vec<u8>) -> Result<()> {
        let stream = &self.session.stream;
        loop {
            stream.readable().await?;
            match stream.try_read_buf(bytes) {
                Ok(0) => bail!("the target closed the connection"),
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The end of what was read, for an error.
    fn shown(&self) -> String {
        let tail = self.seen.len().saturating_sub(600);
        String::from_utf8_lossy(&[&self.seen[tail..], self.scanner.unfinished()].concat())
            .into_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_sessions_share_a_name() {
        let names: HashSet<_> = (0..65_536).map(name).collect();
        assert_eq!(names.len(), 65_536);
        assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_alphabetic())));
    }
}
