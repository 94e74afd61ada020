//! WebSocket (RFC 6455) in our own dialect: one JSON object a message, both ways.

mod frames;
mod handshake;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use self::frames::Asked;
use super::broadcaster::Command;
use super::json;
use super::listener::Gateway;
use super::outbox::Wire;
use super::render::Dialect;
use super::session::{Notice, Shared, until};
use super::throttle::Throttle;
use crate::vocab::{Farewell, Input, LoginReply, LoginRequest, SessionId, Transport};

/// Messages that may wait between the broadcaster and the socket; what is more waits in the outbox.
const FRAMES_MAX: usize = 64;
/// Buffers of a connection. Bytes.
const BUFFER_BYTES: usize = 4096;

/// How long to wait for the client's part of the closing handshake.
const LINGER: Duration = Duration::from_secs(2);

type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

/// The route `/ws`.
pub fn route(gateway: Arc<Gateway>) -> axum::Router {
    axum::Router::new().route("/ws", any(upgrade)).with_state(gateway)
}

async fn upgrade(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
) -> Response {
    let accepted = match handshake::check(&request, &gateway.limits.origins) {
        Ok(accepted) => accepted,
        Err(refused) => return refused.into_response(),
    };
    let place = match gateway.access.take(peer.ip(), Instant::now()) {
        Ok(place) => place,
        Err(why) => return (axum::http::StatusCode::SERVICE_UNAVAILABLE, why).into_response(),
    };
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(stream) = upgraded.await {
            let most = gateway.limits.websocket_message_bytes_max;
            let config = WebSocketConfig::default()
                .read_buffer_size(BUFFER_BYTES)
                .write_buffer_size(BUFFER_BYTES)
                .max_write_buffer_size(4 * most.max(BUFFER_BYTES))
                .max_message_size(Some(most))
                .max_frame_size(Some(most));
            let io = TokioIo::new(stream);
            let socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
            Box::pin(run(socket, peer, gateway)).await;
        }
        drop(place);
    });
    accepted.into_response()
}

async fn run(socket: Socket, peer: SocketAddr, gateway: Arc<Gateway>) {
    let session = gateway.next_session();
    let shared = Arc::new(Shared::default());
    let (queue, frames) = mpsc::channel(FRAMES_MAX);
    let wire = Wire::Frames(queue);
    let open = Command::Open { session, wire, dialect: Dialect::Json, shared: Arc::clone(&shared) };
    gateway.command(open).await;
    tracing::debug!(%session, %peer, "websocket connection");
    let throttle =
        Throttle::new(gateway.limits.lines_per_second, gateway.limits.lines_burst, Instant::now());
    let mut connection = Connection {
        gateway,
        socket,
        frames,
        peer,
        session,
        shared,
        throttle,
        playing: false,
        asked_in: false,
        awaits_answer: false,
        asked_alive: false,
        waiting: VecDeque::new(),
    };
    let end = connection.live().await;
    tracing::debug!(%session, ?end, "websocket connection ends");
    connection.end(end).await;
}

/// Why a connection ends.
#[derive(Debug)]
enum End {
    Gone,
    Over(Farewell),
    Closed(CloseCode, &'static str),
}

struct Connection {
    gateway: Arc<Gateway>,
    socket: Socket,
    frames: mpsc::Receiver<Bytes>,
    peer: SocketAddr,
    session: SessionId,
    shared: Arc<Shared>,
    throttle: Throttle,
    playing: bool,
    /// Whether the client ever asked to be let in.
    asked_in: bool,
    /// Whether the world has not answered the client's last wish to be let in.
    awaits_answer: bool,
    /// Whether the client was asked if it is there and has not answered.
    asked_alive: bool,
    /// What the throttle holds; never more than one, as nothing is read meanwhile.
    waiting: VecDeque<Waiting>,
}

/// What the throttle holds: whatever a client sends costs it one turn, also what is answered here.
enum Waiting {
    /// For the world.
    Input(Input),
    /// An answer.
    Answer(Bytes),
}

impl Connection {
    async fn live(&mut self) -> End {
        let deadline = self.gateway.limits.login.map(|most| tokio::time::Instant::now() + most);
        let mut silence = tokio::time::Instant::now() + self.gateway.limits.websocket_ping;
        loop {
            let throttled = match self.pass_on().await {
                Ok(throttled) => throttled,
                Err(end) => return end,
            };
            let step = tokio::select! {
                biased;
                notice = self.shared.notice() => self.noticed(notice).await,
                frame = self.frames.recv() => match frame {
                    Some(frame) => self.send(Some(frame)).await,
                    None => Err(End::Closed(CloseCode::Away, "The server stops.")),
                },
                () = until(deadline), if !self.playing => {
                    Err(End::Closed(CloseCode::Library(4001), "You took too long to log in."))
                }
                () = until(throttled), if throttled.is_some() => Ok(()),
                message = self.socket.next(), if self.waiting.is_empty() => {
                    silence = tokio::time::Instant::now() + self.gateway.limits.websocket_ping;
                    self.asked_alive = false;
                    self.received(message).await
                }
                () = tokio::time::sleep_until(silence) => {
                    silence = tokio::time::Instant::now() + self.gateway.limits.websocket_pong;
                    self.ask_whether_alive().await
                }
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Passes on what waits for the throttle; says until when it has to wait longer.
    async fn pass_on(&mut self) -> Result<Option<tokio::time::Instant>, End> {
        while !self.waiting.is_empty() {
            if let Err(wait) = self.throttle.take(Instant::now()) {
                return Ok(Some(tokio::time::Instant::now() + wait));
            }
            let passed = match self.waiting.pop_front() {
                Some(Waiting::Input(input)) => self.gateway.input(input).await,
                Some(Waiting::Answer(frame)) => {
                    self.gateway.command(Command::Raw(self.session, frame)).await
                }
                None => break,
            };
            if !passed {
                return Err(End::Closed(CloseCode::Away, "The server stops."));
            }
        }
        Ok(None)
    }

    async fn ask_whether_alive(&mut self) -> Result<(), End> {
        if std::mem::replace(&mut self.asked_alive, true) {
            return Err(End::Closed(CloseCode::Error, "You did not answer."));
        }
        self.socket.send(Message::Ping(Bytes::new())).await.map_err(|_| End::Gone)
    }

    /// Sends a frame and all others that wait. A client that reads nothing can still be cut off.
    async fn send(&mut self, first: Option<Bytes>) -> Result<(), End> {
        let shared = Arc::clone(&self.shared);
        tokio::select! {
            sent = self.write(first) => sent,
            () = shared.cut() => {
                tracing::info!(session = %self.session, "a websocket client that reads nothing was cut off");
                Err(End::Gone)
            }
        }
    }

    /// Writes a frame and all others that wait, with one flush.
    async fn write(&mut self, first: Option<Bytes>) -> Result<(), End> {
        let mut next = first;
        while let Some(frame) = next {
            let text = Utf8Bytes::try_from(frame).map_err(|_| End::Gone)?;
            self.socket.feed(Message::Text(text)).await.map_err(|_| End::Gone)?;
            next = self.frames.try_recv().ok();
        }
        self.socket.flush().await.map_err(|_| End::Gone)
    }

    async fn noticed(&mut self, notice: Notice) -> Result<(), End> {
        match notice {
            Notice::Reply(LoginReply::Barred(_)) => {
                Err(End::Closed(CloseCode::Policy, "You may not log in."))
            }
            Notice::Reply(_) => {
                self.awaits_answer = false;
                Ok(())
            }
            Notice::Entered => {
                self.awaits_answer = false;
                self.playing = true;
                Ok(())
            }
            // JSON is UTF-8.
            Notice::Charset(_) => Ok(()),
            Notice::Ended(farewell) => Err(End::Over(farewell)),
            Notice::WantsToWrite => {
                let frame = self.frames.try_recv().ok();
                self.send(frame).await?;
                self.gateway.command(Command::Writable(self.session)).await;
                Ok(())
            }
            Notice::Cut(why) => {
                tracing::info!(session = %self.session, why, "a websocket client was cut off");
                Err(End::Gone)
            }
        }
    }

    async fn received(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        match message {
            Some(Ok(Message::Text(text))) => {
                let waiting = self.asked(&text);
                self.waiting.push_back(waiting);
                Ok(())
            }
            Some(Ok(Message::Binary(_))) => {
                Err(End::Closed(CloseCode::Unsupported, "Only text messages, please."))
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
            Some(Ok(Message::Close(_))) | None => Err(End::Gone),
            Some(Err(Error::Capacity(_))) => {
                Err(End::Closed(CloseCode::Size, "That message was too long."))
            }
            Some(Err(Error::Utf8(_))) => {
                Err(End::Closed(CloseCode::Invalid, "That was not UTF-8."))
            }
            Some(Err(Error::Protocol(_))) => {
                Err(End::Closed(CloseCode::Protocol, "That was not as RFC 6455 says."))
            }
            Some(Err(_)) => Err(End::Gone),
        }
    }

    fn asked(&mut self, text: &str) -> Waiting {
        let session = self.session;
        match frames::read(text, self.gateway.limits.line_bytes_max) {
            Ok(Asked::LogIn(_)) if self.playing => refusal("You are logged in already."),
            Ok(Asked::LogIn(_)) if self.awaits_answer => refusal("One login at a time."),
            Ok(Asked::LogIn(request)) => self.log_in(request),
            Ok(Asked::Ping(n)) => Waiting::Answer(json::pong(&n)),
            Ok(Asked::Command(_) | Asked::Say { .. }) if !self.playing => refusal("Log in first."),
            Ok(Asked::Command(text)) => Waiting::Input(Input::Line { session, text }),
            Ok(Asked::Say { channel, target, content }) => {
                Waiting::Input(Input::Say { session, channel, target, content })
            }
            Err(why) => refusal(&why),
        }
    }

    fn log_in(&mut self, request: LoginRequest) -> Waiting {
        let (session, address, via) = (self.session, self.peer.ip(), Transport::Websocket);
        (self.asked_in, self.awaits_answer) = (true, true);
        Waiting::Input(Input::LogIn { session, via, address, request })
    }

    async fn end(self, end: End) {
        // The world may be letting this connection in just now: it has to know that nobody is there.
        if self.asked_in && !matches!(end, End::Over(_)) {
            self.gateway.input(Input::HungUp { session: self.session }).await;
        }
        self.gateway.command(Command::Gone(self.session)).await;
        let session = self.session;
        let clean = tokio::time::timeout(LINGER, self.say_goodbye(end)).await.is_ok();
        tracing::trace!(%session, clean, "closed");
    }

    /// Sends what waits and closes, however long the client takes for its part.
    async fn say_goodbye(mut self, end: End) {
        let frame = self.frames.try_recv().ok();
        if !matches!(end, End::Gone) && self.write(frame).await.is_err() {
            return;
        }
        let frame = closing_frame(&end)
            .map(|(code, reason)| CloseFrame { code, reason: Utf8Bytes::from_static(reason) });
        let expects_answer = frame.is_some();
        if self.socket.close(frame).await.is_ok() && expects_answer {
            while let Some(Ok(_)) = self.socket.next().await {}
        }
    }
}

fn refusal(why: &str) -> Waiting {
    Waiting::Answer(json::error(why))
}

/// How an end is told to the client; none when there is nobody to tell.
fn closing_frame(end: &End) -> Option<(CloseCode, &'static str)> {
    match end {
        End::Gone => None,
        End::Over(Farewell::Quit) => Some((CloseCode::Normal, "quit")),
        End::Over(Farewell::TakenOver) => Some((CloseCode::Library(4002), "taken over")),
        End::Over(Farewell::Idle) => Some((CloseCode::Policy, "idle")),
        End::Over(Farewell::Removed) => Some((CloseCode::Policy, "removed")),
        End::Over(Farewell::Shutdown) => Some((CloseCode::Away, "shutdown")),
        End::Closed(code, reason) => Some((*code, reason)),
    }
}
