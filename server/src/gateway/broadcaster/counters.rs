//! What the broadcaster has done, in figures that others read: connections, lines by channel, how long they took. Knows no
//! names of people and no words.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use super::Wire;
use crate::gateway::render::Dialect;
use crate::vocab::{ChannelName, Durations};

/// The most channels that are told apart; lines of any others are counted together. Staff may make channels without end.
const CHANNELS_MAX: usize = 256;
/// Lines of one flush for which room is kept.
const LINES_KEPT: usize = 1_024;

/// By what a client is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Telnet.
    Telnet,
    /// Telnet over TLS.
    TelnetTls,
    /// WebSocket.
    Websocket,
    /// WebSocket over TLS.
    WebsocketTls,
    /// Telnet in a WebSocket, over TLS or not.
    Tunnel,
    /// A program that plays by the REST API.
    Api,
}

impl Door {
    /// Every door.
    const ALL: [Self; 6] = [
        Self::Telnet,
        Self::TelnetTls,
        Self::Websocket,
        Self::WebsocketTls,
        Self::Tunnel,
        Self::Api,
    ];

    pub(super) fn of(wire: &Wire, dialect: Dialect) -> Self {
        let (is_encrypted, is_tunnel) = match wire {
            Wire::Socket(socket) => (socket.is_encrypted(), socket.is_tunnel()),
            Wire::Queue(_) => (false, false),
        };
        match (dialect, is_encrypted) {
            (Dialect::Telnet, _) if is_tunnel => Self::Tunnel,
            (Dialect::Json, _) if is_tunnel => Self::Api,
            (Dialect::Telnet, false) => Self::Telnet,
            (Dialect::Telnet, true) => Self::TelnetTls,
            (Dialect::Json, false) => Self::Websocket,
            (Dialect::Json, true) => Self::WebsocketTls,
        }
    }

    /// Whether clients come back by themselves there, and miss nothing.
    pub(super) fn comes_back(self) -> bool {
        matches!(self, Self::Websocket | Self::WebsocketTls)
    }

    /// The word for it in figures.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Telnet => "telnet",
            Self::TelnetTls => "telnet_tls",
            Self::Websocket => "websocket",
            Self::WebsocketTls => "websocket_tls",
            Self::Tunnel => "websocket_telnet",
            Self::Api => "api",
        }
    }
}

/// What the broadcaster has done.
#[derive(Debug, Default)]
pub struct Counters {
    /// Clients closed because they were too slow.
    pub cut: AtomicU64,
    /// Sessions that play somebody now.
    pub playing: AtomicU64,
    /// Batches of events that waited when it looked last.
    pub batches_waiting: AtomicU64,
    /// How long lines took from the moment that the world stamped them until they were handed to the sockets.
    pub delivery: Durations,
    connections: [AtomicU64; Door::ALL.len()],
    speech: Mutex<Speech>,
}

/// What became of lines, by channel.
#[derive(Debug, Clone, Default)]
pub struct Speech {
    channels: FxHashMap<ChannelName, Spread>,
    others: Spread,
}

/// How far lines went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spread {
    /// Lines, each counted once.
    pub messages: u64,
    /// Lines times the sessions here that they were meant for.
    pub considered: u64,
    /// Lines times the connections that they were written to.
    pub deliveries: u64,
}

/// A line that went out, until it is counted.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) channel: ChannelName,
    /// When the world stamped it.
    pub(super) at: DateTime<Utc>,
    pub(super) considered: u32,
    pub(super) delivered: u32,
}

impl Counters {
    /// Connections open now.
    pub fn connections(&self) -> u64 {
        self.by_door().map(|(_, count)| count).sum()
    }

    /// Connections open now, by what they came by.
    pub fn by_door(&self) -> impl Iterator<Item = (Door, u64)> {
        let counts = self.connections.iter().map(|count| count.load(Ordering::Relaxed));
        Door::ALL.into_iter().zip(counts)
    }

    /// Connections of clients that come back by themselves.
    pub(in crate::gateway) fn self_returning(&self) -> u64 {
        let are = self.by_door().filter(|(door, _)| door.comes_back());
        are.map(|(_, count)| count).sum()
    }

    pub(super) fn opened(&self, door: Door) {
        self.connections[door as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn closed(&self, door: Door) {
        self.connections[door as usize].fetch_sub(1, Ordering::Relaxed);
    }

    /// What became of lines until now.
    #[must_use]
    pub fn speech(&self) -> Speech {
        self.lock().clone()
    }

    /// Counts lines that were handed to the sockets just now.
    pub(super) fn count(&self, lines: &mut Vec<Line>) {
        if lines.is_empty() {
            return;
        }
        let now = Utc::now();
        let mut speech = self.lock();
        for line in lines.drain(..) {
            // A clock that was put back, or another machine's that is ahead, makes no line early.
            self.delivery.add((now - line.at).to_std().unwrap_or_default());
            speech.count(line);
        }
        drop(speech);
        lines.shrink_to(LINES_KEPT);
    }

    fn lock(&self) -> MutexGuard<'_, Speech> {
        // A count that a panic left half done is still a count.
        self.speech.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Speech {
    fn count(&mut self, line: Line) {
        let has_room = self.channels.len() < CHANNELS_MAX;
        let spread = match self.channels.get_mut(&line.channel) {
            Some(spread) => spread,
            None if has_room => self.channels.entry(line.channel).or_default(),
            None => &mut self.others,
        };
        spread.messages += 1;
        spread.considered += u64::from(line.considered);
        spread.deliveries += u64::from(line.delivered);
    }

    /// Each channel in the order of their names, and last, without a name, those that are not told apart.
    #[must_use]
    pub fn by_channel(&self) -> Vec<(Option<&ChannelName>, Spread)> {
        let mut channels: Vec<_> =
            self.channels.iter().map(|(name, spread)| (Some(name), *spread)).collect();
        channels.sort_unstable_by_key(|(name, _)| *name);
        channels.extend((self.others.messages > 0).then_some((None, self.others)));
        channels
    }

    /// All channels together.
    #[must_use]
    pub fn total(&self) -> Spread {
        self.channels.values().fold(self.others, |total, one| Spread {
            messages: total.messages + one.messages,
            considered: total.considered + one.considered,
            deliveries: total.deliveries + one.deliveries,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_an_end_to_channels_and_no_line_is_lost() {
        let counters = Counters::default();
        let line = |number: usize| Line {
            channel: format!("c{number}").parse().unwrap(),
            at: Utc::now(),
            considered: 3,
            delivered: 2,
        };
        let mut lines: Vec<Line> = (0..1_000).map(line).collect();
        counters.count(&mut lines);
        let speech = counters.speech();
        assert!(lines.is_empty());
        assert_eq!(speech.by_channel().len(), CHANNELS_MAX + 1);
        let total = Spread { messages: 1_000, considered: 3_000, deliveries: 2_000 };
        assert_eq!(speech.total(), total);
        assert_eq!(counters.delivery.counts().count(), 1_000);
    }
}
