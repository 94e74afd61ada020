//! What comes in of one WebSocket after its handshake: messages, whether the client is still there, and the end.
//!
//! Owns the limits of RFC 6455 on what a client sends. Writes nothing: what is to be sent is handed out as frames.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::closing::Closing;
use super::frame;
use super::reader::{Reader, Unit};
use crate::gateway::socket::{Socket, Upgraded};
use crate::gateway::throttle::Throttle;

/// How much is read at once. Bytes; on the stack, so that an idle session holds no buffer.
const READ_BYTES: usize = 4096;
/// How long the closing handshake may take.
pub(super) const LINGER: Duration = Duration::from_secs(2);

/// The bounds of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinkLimits {
    /// The largest message. Bytes.
    pub(super) message_bytes_max: usize,
    /// Silence after which the client is asked whether it is there.
    pub(super) ping: Duration,
    /// How long it may take to answer.
    pub(super) pong: Duration,
    /// Pings and pongs of the client a second that are taken; what is more is read later. 0 is off.
    pub(super) controls_per_second: u32,
    /// How many are taken at once before that.
    pub(super) controls_burst: u32,
}

/// What a client sent, or has to be sent.
#[derive(Debug, Clone)]
pub(super) enum Received {
    /// A text message.
    Text(Utf8Bytes),
    /// A binary message.
    Binary(Bytes),
    /// Nothing for the session; this frame is to be sent: the answer to a ping, or a ping of ours.
    Answer(Bytes),
}

/// A WebSocket, as far as it is read.
pub(super) struct Inward {
    socket: Arc<Socket>,
    reader: Reader,
    ping: Duration,
    pong: Duration,
    controls: Throttle,
    /// Until when nothing is read, as too many pings came.
    paused: Option<tokio::time::Instant>,
    /// When the client has been silent for too long.
    silence: tokio::time::Instant,
    /// Whether the client was asked if it is there and has not answered.
    asked: bool,
}

impl Inward {
    /// Reads a connection whose handshake is done.
    pub(super) fn on(upgraded: Upgraded, limits: &LinkLimits) -> Self {
        let Upgraded { socket, unread } = upgraded;
        Self {
            socket: Arc::new(socket),
            reader: Reader::new(limits.message_bytes_max, BytesMut::from(&unread[..])),
            ping: limits.ping,
            pong: limits.pong,
            controls: Throttle::new(
                limits.controls_per_second,
                limits.controls_burst,
                Instant::now(),
            ),
            paused: None,
            silence: tokio::time::Instant::now() + limits.ping,
            asked: false,
        }
    }

    /// The connection itself.
    pub(super) fn socket(&self) -> &Arc<Socket> {
        &self.socket
    }

    /// Waits for a message, and asks a silent client whether it is there. May be dropped while it waits.
    ///
    /// # Errors
    /// When the connection is to end, and how.
    pub(super) async fn receive(&mut self) -> Result<Received, Closing> {
        loop {
            if let Some(received) = self.take()? {
                return Ok(received);
            }
            tokio::select! {
                ready = self.socket.readable(), if self.may_read() => {
                    ready.map_err(|_| Closing::Gone)?;
                    self.read()?;
                }
                () = tokio::time::sleep_until(self.moment()) => {
                    if let Some(ping) = self.passed()? {
                        return Ok(ping);
                    }
                }
            }
        }
    }

    /// What is here already.
    ///
    /// # Errors
    /// When the connection is to end, and how.
    pub(super) fn take(&mut self) -> Result<Option<Received>, Closing> {
        while self.may_read()
            && let Some(unit) = self.reader.next()?
        {
            if let Some(received) = self.received(unit)? {
                return Ok(Some(received));
            }
        }
        Ok(None)
    }

    /// Whether more may be read now.
    pub(super) fn may_read(&self) -> bool {
        self.paused.is_none()
    }

    /// Reads what has come, once.
    ///
    /// # Errors
    /// When the client is gone.
    pub(super) fn read(&mut self) -> Result<(), Closing> {
        let mut buffer = [0; READ_BYTES];
        match self.socket.try_read(&mut buffer) {
            Ok(count) if count > 0 => {
                self.reader.take_in(&buffer[..count]);
                Ok(())
            }
            Err(why) if why.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Ok(_) | Err(_) => Err(Closing::Gone),
        }
    }

    /// Until when nothing happens by itself.
    pub(super) fn moment(&self) -> tokio::time::Instant {
        self.paused.unwrap_or(self.silence)
    }

    /// Does what the passing of time asks for: a silent client is sent a ping.
    ///
    /// # Errors
    /// When it has not answered one.
    pub(super) fn passed(&mut self) -> Result<Option<Received>, Closing> {
        if tokio::time::Instant::now() < self.moment() {
            return Ok(None);
        }
        if self.paused.is_some() {
            self.pay();
            return Ok(None);
        }
        if std::mem::replace(&mut self.asked, true) {
            return Err(Closing::SILENT);
        }
        self.silence = tokio::time::Instant::now() + self.pong;
        Ok(Some(Received::Answer(frame::ping())))
    }

    /// What a message means to the session, if anything. Pieces of one that never ends are no sign of life.
    fn received(&mut self, unit: Unit) -> Result<Option<Received>, Closing> {
        self.silence = tokio::time::Instant::now() + self.ping;
        self.asked = false;
        match unit {
            Unit::Text(text) => Ok(Some(Received::Text(text))),
            Unit::Binary(bytes) => Ok(Some(Received::Binary(bytes))),
            Unit::Ping(payload) => {
                self.pay();
                Ok(Some(Received::Answer(frame::pong(&payload))))
            }
            Unit::Pong => {
                self.pay();
                Ok(None)
            }
            Unit::Close(code) => Err(Closing::Answered(code)),
        }
    }

    /// Takes what a ping or pong costs, or has nothing read until that can be done.
    fn pay(&mut self) {
        let wait = self.controls.take(Instant::now()).err();
        self.paused = wait.map(|wait| tokio::time::Instant::now() + wait);
    }

    /// Closes when the last frame has been sent: the client says its own, and hangs up. However it takes it, it does not
    /// take long.
    pub(super) async fn close(&mut self, closing: Closing) {
        let clean = tokio::time::timeout(LINGER, self.see_out(closing)).await.is_ok();
        tracing::trace!(?closing, clean, "a websocket is closed");
    }

    async fn see_out(&mut self, closing: Closing) {
        if closing == Closing::Gone {
            return;
        }
        if !matches!(closing, Closing::Answered(_)) {
            self.hear_close().await;
        }
        // A socket that is dropped with unread input resets the connection, and the client would lose the reason.
        if self.socket.close().is_ok() {
            self.socket.drain().await;
        }
    }

    /// Passes over all that the client says until it closes, or says what nobody understands.
    async fn hear_close(&mut self) {
        loop {
            match self.reader.next() {
                Ok(Some(Unit::Close(_))) | Err(_) => return,
                Ok(Some(_)) => {}
                Ok(None) => {
                    if self.socket.readable().await.is_err() || self.read().is_err() {
                        return;
                    }
                }
            }
        }
    }
}
