//! Our own dialect: one JSON object a message, both ways. `docs/websocket.md` has all of them.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::frames::{self, Asked};
use super::link::{Closing, Link, Received};
use crate::gateway::broadcaster::Command;
use crate::gateway::json;
use crate::gateway::listener::Gateway;
use crate::gateway::outbox::Wire;
use crate::gateway::render::Dialect;
use crate::gateway::session::{Notice, Shared, until};
use crate::gateway::throttle::Throttle;
use crate::vocab::{Farewell, Input, LoginReply, LoginRequest, SessionId, Transport};

/// Messages that may wait between the broadcaster and the socket; what is more waits in the outbox.
const FRAMES_MAX: usize = 64;
/// How long the last words may take.
const LINGER: Duration = Duration::from_secs(2);

/// Runs a connection to its end.
pub(super) async fn run(link: Link, peer: SocketAddr, gateway: Arc<Gateway>) {
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
        link,
        frames,
        peer,
        session,
        shared,
        throttle,
        playing: false,
        asked_in: false,
        awaits_answer: false,
        waiting: VecDeque::new(),
    };
    let end = connection.live().await;
    tracing::debug!(%session, ?end, "websocket connection ends");
    connection.end(end).await;
}

/// Why a connection ends.
#[derive(Debug)]
enum End {
    /// The session is over; everything was said.
    Over(Farewell),
    /// Closed from here, or the client is gone.
    Closed(Closing),
}

impl From<Closing> for End {
    fn from(closing: Closing) -> Self {
        Self::Closed(closing)
    }
}

struct Connection {
    gateway: Arc<Gateway>,
    link: Link,
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
                    None => Err(Closing::STOPS.into()),
                },
                () = until(deadline), if !self.playing => Err(Closing::LATE.into()),
                () = until(throttled), if throttled.is_some() => Ok(()),
                received = self.link.receive(), if self.waiting.is_empty() => self.received(received),
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
                return Err(Closing::STOPS.into());
            }
        }
        Ok(None)
    }

    /// Sends a frame and all others that wait. A client that reads nothing can still be cut off.
    async fn send(&mut self, first: Option<Bytes>) -> Result<(), End> {
        let shared = Arc::clone(&self.shared);
        tokio::select! {
            sent = self.write(first) => sent,
            () = shared.cut() => {
                tracing::info!(session = %self.session, "a websocket client that reads nothing was cut off");
                Err(Closing::Gone.into())
            }
        }
    }

    /// Writes a frame and all others that wait, with one flush.
    async fn write(&mut self, first: Option<Bytes>) -> Result<(), End> {
        let mut next = first;
        while let Some(frame) = next {
            let text = Utf8Bytes::try_from(frame).map_err(|_| Closing::Gone)?;
            self.link.feed(Message::Text(text)).await?;
            next = self.frames.try_recv().ok();
        }
        Ok(self.link.flush().await?)
    }

    async fn noticed(&mut self, notice: Notice) -> Result<(), End> {
        match notice {
            Notice::Reply(LoginReply::Barred(_)) => Err(Closing::BARRED.into()),
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
            Notice::Charset(_) | Notice::Mxp(_) => Ok(()),
            Notice::Ended(farewell) => Err(End::Over(farewell)),
            Notice::WantsToWrite => {
                let frame = self.frames.try_recv().ok();
                self.send(frame).await?;
                self.gateway.command(Command::Writable(self.session)).await;
                Ok(())
            }
            Notice::Cut(why) => {
                tracing::info!(session = %self.session, why, "a websocket client was cut off");
                Err(Closing::Gone.into())
            }
        }
    }

    fn received(&mut self, received: Result<Received, Closing>) -> Result<(), End> {
        match received? {
            Received::Text(text) => {
                let waiting = self.asked(&text);
                self.waiting.push_back(waiting);
                Ok(())
            }
            Received::Binary(_) => {
                let why = "Only text messages, please.";
                Err(Closing::With(CloseCode::Unsupported, why).into())
            }
            Received::Nothing => Ok(()),
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

    async fn end(mut self, end: End) {
        // The world may be letting this connection in just now: it has to know that nobody is there.
        if self.asked_in && !matches!(end, End::Over(_)) {
            self.gateway.input(Input::HungUp { session: self.session }).await;
        }
        self.gateway.command(Command::Gone(self.session)).await;
        let closing = match end {
            End::Over(farewell) => Closing::of(farewell),
            End::Closed(closing) => closing,
        };
        if matches!(closing, Closing::With(..)) && self.say_rest().await.is_err() {
            return;
        }
        self.link.close(closing).await;
    }

    /// Writes what waits, if the client takes it.
    async fn say_rest(&mut self) -> Result<(), End> {
        let frame = self.frames.try_recv().ok();
        let written = tokio::time::timeout(LINGER, self.write(frame)).await;
        written.unwrap_or_else(|_| Err(Closing::Gone.into()))
    }
}

fn refusal(why: &str) -> Waiting {
    Waiting::Answer(json::error(why))
}
