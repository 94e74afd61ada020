//! One WebSocket after its handshake: messages in and out, whether the client is still there, and how the end is told.
//!
//! Owns the socket and the limits of RFC 6455; knows nothing of what the messages say.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use crate::gateway::throttle::Throttle;
use crate::vocab::Farewell;

/// Buffers of a connection. Bytes.
const BUFFER_BYTES: usize = 4096;
/// How long the closing handshake may take.
const LINGER: Duration = Duration::from_secs(2);

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

/// What a client sent.
#[derive(Debug)]
pub(super) enum Received {
    /// A text message.
    Text(Utf8Bytes),
    /// A binary message.
    Binary(Bytes),
    /// Nothing for the session: a ping, a pong, a moment of silence.
    Nothing,
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// There is nobody to tell.
    Gone,
    /// The client closes, and waits for our part of it.
    Answered,
    /// The client is told.
    With(CloseCode, &'static str),
}

impl Closing {
    /// The private code for a client that does not log in.
    pub(super) const LATE: Self =
        Self::With(CloseCode::Library(4001), "You took too long to log in.");
    /// The process ends.
    pub(super) const STOPS: Self = Self::With(CloseCode::Away, "The server stops.");
    /// Somebody is banned.
    pub(super) const BARRED: Self = Self::With(CloseCode::Policy, "You may not log in.");

    /// How a client is told that its session is over.
    pub(super) const fn of(farewell: Farewell) -> Self {
        match farewell {
            Farewell::Quit => Self::With(CloseCode::Normal, "quit"),
            Farewell::TakenOver => Self::With(CloseCode::Library(4002), "taken over"),
            Farewell::Idle => Self::With(CloseCode::Policy, "idle"),
            Farewell::Removed => Self::With(CloseCode::Policy, "removed"),
            Farewell::Shutdown => Self::With(CloseCode::Away, "shutdown"),
        }
    }
}

/// A WebSocket.
pub(super) struct Link {
    socket: WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>,
    limits: LinkLimits,
    controls: Throttle,
    /// Until when nothing is read, as too many pings came.
    paused: Option<tokio::time::Instant>,
    /// When the client has been silent for too long.
    silence: tokio::time::Instant,
    /// Whether the client was asked if it is there and has not answered.
    asked: bool,
}

impl Link {
    /// A WebSocket on a connection whose handshake is done.
    pub(super) async fn on(stream: hyper::upgrade::Upgraded, limits: LinkLimits) -> Self {
        let most = limits.message_bytes_max;
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(BUFFER_BYTES)
            .max_write_buffer_size(4 * most.max(BUFFER_BYTES))
            .max_message_size(Some(most))
            .max_frame_size(Some(most));
        let io = TokioIo::new(stream);
        let socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
        let controls =
            Throttle::new(limits.controls_per_second, limits.controls_burst, Instant::now());
        let silence = tokio::time::Instant::now() + limits.ping;
        Self { socket, limits, controls, paused: None, silence, asked: false }
    }

    /// Waits for a message, and asks a silent client whether it is there. May be dropped while it waits.
    ///
    /// # Errors
    /// When the connection is to end, and how.
    pub(super) async fn receive(&mut self) -> Result<Received, Closing> {
        while let Some(moment) = self.paused {
            tokio::time::sleep_until(moment).await;
            self.pay();
        }
        tokio::select! {
            message = self.socket.next() => {
                self.silence = tokio::time::Instant::now() + self.limits.ping;
                self.asked = false;
                self.received(message)
            }
            () = tokio::time::sleep_until(self.silence) => {
                self.silence = tokio::time::Instant::now() + self.limits.pong;
                self.ask().await.map(|()| Received::Nothing)
            }
        }
    }

    fn received(&mut self, message: Option<Result<Message, Error>>) -> Result<Received, Closing> {
        match message {
            Some(Ok(Message::Text(text))) => Ok(Received::Text(text)),
            Some(Ok(Message::Binary(bytes))) => Ok(Received::Binary(bytes)),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                self.pay();
                Ok(Received::Nothing)
            }
            Some(Ok(Message::Close(_))) => Err(Closing::Answered),
            None => Err(Closing::Gone),
            Some(Err(why)) => Err(wrong(&why)),
        }
    }

    /// Takes what a ping or pong costs, or has nothing read until that can be done.
    fn pay(&mut self) {
        let wait = self.controls.take(Instant::now()).err();
        self.paused = wait.map(|wait| tokio::time::Instant::now() + wait);
    }

    async fn ask(&mut self) -> Result<(), Closing> {
        if std::mem::replace(&mut self.asked, true) {
            return Err(Closing::With(CloseCode::Error, "You did not answer."));
        }
        self.socket.send(Message::Ping(Bytes::new())).await.map_err(|_| Closing::Gone)
    }

    /// Adds a message to those that the next flush writes; writes some if they are many.
    ///
    /// # Errors
    /// When the client is gone.
    pub(super) async fn feed(&mut self, message: Message) -> Result<(), Closing> {
        self.socket.feed(message).await.map_err(|_| Closing::Gone)
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// When the client is gone.
    pub(super) async fn flush(&mut self) -> Result<(), Closing> {
        self.socket.flush().await.map_err(|_| Closing::Gone)
    }

    /// Tells the client why, and closes; however the client takes it, it does not take long.
    pub(super) async fn close(mut self, closing: Closing) {
        let clean = tokio::time::timeout(LINGER, self.say_goodbye(closing)).await.is_ok();
        tracing::trace!(?closing, clean, "a websocket is closed");
    }

    async fn say_goodbye(&mut self, closing: Closing) {
        if let Closing::With(code, reason) = closing {
            let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
            if self.socket.close(Some(frame)).await.is_err() {
                return;
            }
        } else if closing == Closing::Gone {
            return;
        }
        // Our answer to the client's close goes out while we wait for the end.
        while let Some(Ok(_)) = self.socket.next().await {}
        self.hang_up().await;
    }

    /// A socket that is dropped with unread input resets the connection, and the client would lose the reason.
    async fn hang_up(&mut self) {
        let stream = self.socket.get_mut();
        if stream.shutdown().await.is_ok() {
            let mut scrap = [0; 512];
            while stream.read(&mut scrap).await.is_ok_and(|count| count > 0) {}
        }
    }
}

fn wrong(why: &Error) -> Closing {
    match why {
        Error::Capacity(_) => Closing::With(CloseCode::Size, "That message was too long."),
        Error::Utf8(_) => Closing::With(CloseCode::Invalid, "That was not UTF-8."),
        Error::Protocol(_) => Closing::With(CloseCode::Protocol, "That was not as RFC 6455 says."),
        _ => Closing::Gone,
    }
}
