//! Our own dialect: one JSON object a message, both ways. `docs/websocket.md` has all of them.
//!
//! What goes out is the broadcaster's, pings and closes with it: no frame lands in the midst of another.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::closing::Closing;
use super::frames::{self, Asked, Wants};
use super::inward::{Inward, LINGER, Received};
use crate::gateway::broadcaster::Command;
use crate::gateway::gmcp::Wish;
use crate::gateway::json;
use crate::gateway::listener::Gateway;
use crate::gateway::outbox::Wire;
use crate::gateway::render::Dialect;
use crate::gateway::session::{Notice, Shared};
use crate::gateway::socket::Readiness;
use crate::gateway::telnet::PromptMark;
use crate::gateway::throttle::Throttle;
use crate::vocab::{
    ChannelName, Farewell, Input, LoginReply, LoginRequest, Screen, SessionId, Transport,
};

/// Of a client that says again and again that its player writes, this is passed on once in so much time; the rest is dropped.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// Runs a connection to its end; `shown` is how its client logged in with the handshake. What it is made of is put in its place before anything is waited for: a task keeps room
/// for all that its functions were ever given.
pub(super) fn run(
    inward: Inward,
    peer: SocketAddr,
    gateway: Arc<Gateway>,
    shown: Option<Box<LoginRequest>>,
) -> impl Future<Output = ()> + Send {
    let mut connection = Connection::new(inward, peer, gateway);
    if let Some(request) = shown {
        let waiting = connection.log_in(*request);
        connection.waiting = Some(Box::new(waiting));
    }
    async move {
        connection.open().await;
        let end = connection.live().await;
        tracing::debug!(session = %connection.session, ?end, "websocket connection ends");
        // In memory of its own: a task is as large as the most it may ever wait for, and this it does once.
        Box::pin(connection.end(end)).await;
    }
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
    inward: Inward,
    peer: SocketAddr,
    session: SessionId,
    shared: Arc<Shared>,
    throttle: Throttle,
    playing: bool,
    /// Whether the client ever asked to be let in.
    asked_in: bool,
    /// Whether the world has not answered the client's last wish to be let in.
    awaits_answer: bool,
    /// Whether the broadcaster waits to hear that the socket takes more.
    wants_to_write: bool,
    /// What its client shows.
    screen: Screen,
    /// When it was last passed on that the player writes.
    typed: Option<Instant>,
    /// What the throttle holds; nothing is read meanwhile.
    waiting: Option<Box<Waiting>>,
}

/// What the throttle holds: whatever a client sends costs it one turn, also what is answered here.
enum Waiting {
    /// For the world.
    Input(Input),
    /// An answer.
    Answer(Bytes),
    /// What the client wants to be told besides.
    Wants(Wants),
    /// For nobody.
    Nothing,
}

impl Connection {
    fn new(inward: Inward, peer: SocketAddr, gateway: Arc<Gateway>) -> Self {
        let (session, shared) = (gateway.next_session(), Arc::new(Shared::default()));
        let throttle = Throttle::new(
            gateway.limits.lines_per_second,
            gateway.limits.lines_burst,
            Instant::now(),
        );
        Self {
            gateway,
            inward,
            peer,
            session,
            shared,
            throttle,
            playing: false,
            asked_in: false,
            awaits_answer: false,
            wants_to_write: false,
            screen: Screen::default(),
            typed: None,
            waiting: None,
        }
    }

    /// Tells the broadcaster that the connection is there.
    async fn open(&self) {
        let (session, shared) = (self.session, Arc::clone(&self.shared));
        let wire = Wire::Socket(Arc::clone(self.inward.socket()));
        let open = Command::Open { session, wire, dialect: Dialect::Json, shared };
        self.gateway.command(open).await;
        tracing::debug!(%session, peer = %self.peer, "websocket connection");
    }

    async fn live(&mut self) -> End {
        let deadline = self.gateway.limits.login.map(|most| tokio::time::Instant::now() + most);
        loop {
            if let Err(end) = self.step(deadline).await {
                return end;
            }
        }
    }

    /// Takes all that is here, and waits for what comes next.
    async fn step(&mut self, deadline: Option<tokio::time::Instant>) -> Result<(), End> {
        let throttled = self.take_all().await?;
        let moment = throttled.unwrap_or_else(|| self.inward.moment());
        let deadline = deadline.filter(|_| !self.playing);
        let reads = throttled.is_none() && self.inward.may_read();
        tokio::select! {
            biased;
            notice = self.shared.notice() => self.noticed(notice).await,
            () = tokio::time::sleep_until(deadline.map_or(moment, |most| most.min(moment))) => {
                if deadline.is_some_and(|most| most <= tokio::time::Instant::now()) {
                    return Err(Closing::LATE.into());
                }
                match throttled {
                    None => self.passed().await,
                    Some(_) => Ok(()),
                }
            }
            ready = self.inward.socket().ready(reads, self.wants_to_write) => match ready {
                Ok(ready) => self.go_on(ready).await,
                Err(_) => Err(Closing::Gone.into()),
            },
        }
    }

    /// Takes what was read, as fast as the throttle lets; says until when the next message has to wait.
    async fn take_all(&mut self) -> Result<Option<tokio::time::Instant>, End> {
        loop {
            if let Some(wait) = self.pass_on().await? {
                return Ok(Some(tokio::time::Instant::now() + wait));
            }
            match self.inward.take()? {
                Some(received) => self.received(received).await?,
                None => return Ok(None),
            }
        }
    }

    /// Passes on what waits for the throttle; says how long it has to wait.
    async fn pass_on(&mut self) -> Result<Option<Duration>, End> {
        if self.waiting.is_none() {
            return Ok(None);
        }
        if let Err(wait) = self.throttle.take(Instant::now()) {
            return Ok(Some(wait));
        }
        let passed = match self.waiting.take().map(|waiting| *waiting) {
            Some(Waiting::Input(input)) => self.gateway.input(input).await,
            Some(Waiting::Answer(frame)) => self.send(frame).await,
            Some(Waiting::Wants(wants)) => self.wants(wants).await,
            Some(Waiting::Nothing) | None => true,
        };
        if passed { Ok(None) } else { Err(Closing::STOPS.into()) }
    }

    /// From here on the client is told as it wants to be; false when nobody is there to do it.
    async fn wants(&mut self, Wants { packages, capability, allowance }: Wants) -> bool {
        let (session, screen_reader) = (self.session, capability.screen_reader);
        let screen = Screen { screen_reader, allowance, ..Screen::default() };
        self.screen = screen;
        let wish = Wish::Gmcp { wanted: packages, named: packages };
        self.gateway.command(Command::Shows(session, capability, PromptMark::None)).await
            && self.gateway.command(Command::Wish(session, wish)).await
            && (!self.playing || self.gateway.input(Input::Screen { session, screen }).await)
    }

    /// The world forgets what a client shows when another takes its place, and knows nothing of those who do not play.
    async fn tell_screen(&self) {
        let (session, screen) = (self.session, self.screen);
        if screen != Screen::default() {
            self.gateway.input(Input::Screen { session, screen }).await;
        }
    }

    /// Asks a silent client whether it is there.
    async fn passed(&mut self) -> Result<(), End> {
        match self.inward.passed()? {
            Some(ping) => self.received(ping).await,
            None => Ok(()),
        }
    }

    /// Has a frame sent, after all that waits; false when the broadcaster is gone.
    async fn send(&self, frame: Bytes) -> bool {
        self.gateway.command(Command::Raw(self.session, frame)).await
    }

    /// Reads, and has what waits written. A client that reads nothing can still be cut off: that is waited for, too.
    async fn go_on(&mut self, ready: Readiness) -> Result<(), End> {
        if ready.writes {
            self.wants_to_write = false;
            self.gateway.command(Command::Writable(self.session)).await;
        }
        if ready.reads { Ok(self.inward.read()?) } else { Ok(()) }
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
                self.tell_screen().await;
                Ok(())
            }
            // JSON is UTF-8.
            Notice::Charset(_) | Notice::Mxp(_) => Ok(()),
            Notice::Ended(farewell) => Err(End::Over(farewell)),
            Notice::Moved => Err(Closing::MOVED.into()),
            Notice::WantsToWrite => {
                self.wants_to_write = true;
                Ok(())
            }
            Notice::Cut(why) => {
                tracing::info!(session = %self.session, why, "a websocket client was cut off");
                Err(Closing::Gone.into())
            }
        }
    }

    async fn received(&mut self, received: Received) -> Result<(), End> {
        match received {
            Received::Text(text) => {
                self.waiting = Some(Box::new(self.asked(&text)));
                Ok(())
            }
            Received::Binary(_) => {
                let why = "Only text messages, please.";
                Err(Closing::With(CloseCode::Unsupported, why).into())
            }
            Received::Answer(frame) => {
                self.send(frame).await;
                Ok(())
            }
        }
    }

    fn asked(&mut self, text: &str) -> Waiting {
        let session = self.session;
        match frames::read(text, self.gateway.limits.line_bytes_max) {
            Ok(Asked::LogIn(_)) if self.playing => refusal("You are logged in already."),
            Ok(Asked::LogIn(_)) if self.awaits_answer => refusal("One login at a time."),
            Ok(Asked::LogIn(request)) => self.log_in(request),
            Ok(Asked::Ping(n)) => Waiting::Answer(json::pong(&n)),
            Ok(Asked::Wants(wants)) => Waiting::Wants(wants),
            Ok(
                Asked::Command(_)
                | Asked::Say { .. }
                | Asked::Typing { .. }
                | Asked::Older(_)
                | Asked::Keep(_),
            ) if !self.playing => refusal("Log in first."),
            Ok(Asked::Older(question)) => Waiting::Input(Input::Ask { session, question }),
            Ok(Asked::Keep(kept)) => Waiting::Input(Input::Keep { session, kept }),
            Ok(Asked::Command(text)) => Waiting::Input(Input::Line { session, text }),
            Ok(Asked::Say { channel, target, content }) => {
                Waiting::Input(Input::Say { session, channel, target, content })
            }
            Ok(Asked::Typing { channel, target }) => self.typing(channel, target),
            Err(why) => refusal(&why),
        }
    }

    fn typing(&mut self, channel: ChannelName, target: Option<String>) -> Waiting {
        let (session, now) = (self.session, Instant::now());
        if self.typed.is_some_and(|last| now.duration_since(last) < TYPING_EVERY) {
            return Waiting::Nothing;
        }
        self.typed = Some(now);
        Waiting::Input(Input::Typing { session, channel, target })
    }

    fn log_in(&mut self, request: LoginRequest) -> Waiting {
        let (session, address, via) = (self.session, self.peer.ip(), Transport::Websocket);
        (self.asked_in, self.awaits_answer) = (true, true);
        Waiting::Input(Input::LogIn { session, via, address, request })
    }

    async fn end(&mut self, end: End) {
        // The world may be letting this connection in just now: it has to know that nobody is there.
        if self.asked_in && !matches!(end, End::Over(_)) {
            self.gateway.input(Input::HungUp { session: self.session }).await;
        }
        let closing = match end {
            End::Over(farewell) => Closing::of(farewell),
            End::Closed(closing) => closing,
        };
        if let Some(frame) = closing.frame() {
            self.send(frame).await;
            let finished = self.gateway.finish(self.session, &self.shared, self.inward.socket());
            let told = tokio::time::timeout(LINGER, finished).await.is_ok();
            tracing::trace!(session = %self.session, told, "last words");
        }
        self.gateway.command(Command::Gone(self.session)).await;
        self.inward.close(closing).await;
    }
}

fn refusal(why: &str) -> Waiting {
    Waiting::Answer(json::error(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every session has a task, and a task is as large as the most that it may ever wait for.
    #[test]
    fn the_task_of_a_session_is_small() {
        fn size<A, B, C, D, F>(_: impl Fn(A, B, C, D) -> F) -> usize {
            size_of::<F>()
        }
        let bytes = size(run);
        assert!(bytes <= 896, "{bytes} bytes");
    }
}
