//! One telnet connection: what it reads goes to the login or to the world; what it writes is the broadcaster's.

mod beside;
mod hear;
mod leave;
mod notices;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};

use super::codes::{IAC, NOP};
use super::ending::{End, Ending};
use super::mssp::{self, PLAIN_REQUEST};
use super::{Credentials, Heard, Offers, Telnet, TelnetLimits};
use crate::gateway::broadcaster::Command;
use crate::gateway::listener::Gateway;
use crate::gateway::login::{Dialog, Step};
use crate::gateway::outbox::Wire;
use crate::gateway::render::Dialect;
use crate::gateway::session::{Shared, Turn, until};
use crate::gateway::socket::{Readiness, Socket};
use crate::gateway::throttle::Throttle;
use crate::vocab::{Input, Prose, Screen, SessionId, Transport};

/// How long a client may take to say what it can show before it is greeted anyway.
const SETTLE: Duration = Duration::from_millis(300);
/// Lines that may wait to be taken; beyond it the socket is not read.
const LINES_AHEAD_MAX: usize = 64;
/// How much is read at once. Bytes.
const READ_BYTES: usize = 4096;

thread_local! {
    /// What is read into, by all sessions of a thread: an idle session holds no buffer, and nobody has to clear one.
    static BUFFER: RefCell<[u8; READ_BYTES]> = const { RefCell::new([0; READ_BYTES]) };
}

/// What those read before a password who cannot be asked to hide it.
pub(in crate::gateway) const SHOWS: &str = "(Your client may show what you type now.)";
/// How long a closed connection may still send.
const LINGER: Duration = Duration::from_secs(2);

/// Runs a connection to its end, and says why it ended. What it is made of is put in its place before anything is waited
/// for: a task keeps room for all that its functions were ever given.
pub(in crate::gateway) fn run(
    socket: Socket,
    peer: SocketAddr,
    gateway: Arc<Gateway>,
) -> impl Future<Output = Ending> + Send {
    let mut connection = Connection::new(gateway, socket, peer);
    async move {
        connection.open().await;
        let end = connection.live().await;
        let session = connection.session;
        let (client, version) =
            (connection.telnet.client_name(), connection.telnet.client_version());
        tracing::debug!(%session, ?end, client, version, "telnet connection ends");
        let ending = Ending::from(&end);
        // In memory of its own: a task is as large as the most it may ever wait for, and this it does once.
        Box::pin(connection.end(end)).await;
        ending
    }
}

/// What a client sent that waits for its turn.
enum Sent {
    /// A line.
    Line(String),
    /// Instead of lines, what to log in by.
    LogIn(Credentials),
}

struct Connection {
    gateway: Arc<Gateway>,
    socket: Arc<Socket>,
    peer: SocketAddr,
    session: SessionId,
    shared: Arc<Shared>,
    telnet: Telnet,
    first: Option<Bytes>,
    /// Before play only.
    dialog: Option<Box<Dialog>>,
    lines: VecDeque<Sent>,
    throttle: Throttle,
    hides: bool,
    /// How many timing marks the client has come to, or was sent: it is believed after the second.
    marks: u8,
    /// Whether the broadcaster waits to hear that the socket takes more.
    wants_to_write: bool,
    /// Whether its player asked at the door to have all told in words.
    reads_aloud: bool,
    screen: Screen,
    /// When the client is to be sent something, if it is quiet until then.
    quiet_until: Option<tokio::time::Instant>,
}

impl Connection {
    fn new(gateway: Arc<Gateway>, socket: Socket, peer: SocketAddr) -> Self {
        let limits = TelnetLimits {
            line_bytes_max: gateway.limits.line_bytes_max,
            ..TelnetLimits::default()
        };
        let (output, input) = gateway.limits.telnet_compresses;
        // A secret and a stranger's text in one compressed and encrypted stream can be told apart by its length.
        // A tunnel's client compresses what it sends on, if anybody does.
        let compressed_output = output && !socket.is_encrypted() && !socket.is_tunnel();
        let compressed_input = input && !socket.is_tunnel();
        let sounds = gateway.limits.telnet_sounds;
        let offers = Offers { compressed_output, compressed_input, sounds };
        let (mut telnet, first) = Telnet::new(limits, offers);
        if socket.is_tunnel() {
            telnet.keep_utf8();
        }
        let guests = gateway.lets_guests_in(peer.ip());
        let dialog = Dialog::new(gateway.limits.password_chars_min, guests);
        let throttle = Throttle::new(
            gateway.limits.lines_per_second,
            gateway.limits.lines_burst,
            Instant::now(),
        );
        Self {
            session: gateway.next_session(),
            gateway,
            socket: Arc::new(socket),
            peer,
            shared: Arc::default(),
            telnet,
            first: Some(first),
            dialog: Some(Box::new(dialog)),
            lines: VecDeque::new(),
            throttle,
            hides: false,
            marks: 0,
            wants_to_write: false,
            reads_aloud: false,
            screen: Screen::default(),
            quiet_until: None,
        }
    }

    /// Tells the broadcaster that the connection is there.
    async fn open(&self) {
        let (session, shared) = (self.session, Arc::clone(&self.shared));
        let wire = Wire::Socket(Arc::clone(&self.socket));
        let open = Command::Open { session, wire, dialect: Dialect::Telnet, shared };
        self.gateway.command(open).await;
        let encrypted = self.socket.is_encrypted();
        tracing::debug!(%session, peer = %self.peer, encrypted, "telnet connection");
    }

    async fn live(&mut self) -> End {
        let deadline = self.gateway.limits.login.map(|most| tokio::time::Instant::now() + most);
        if let Err(end) = self.greet().await {
            return end;
        }
        loop {
            let wait = match self.take_lines().await {
                Ok(wait) => wait,
                Err(end) => return end,
            };
            let reads = self.lines.len() < LINES_AHEAD_MAX;
            let limit = deadline.filter(|_| self.dialog.is_some());
            let step = tokio::select! {
                biased;
                notice = self.shared.notice() => self.noticed(notice).await,
                () = until([limit, wait, self.quiet_until].into_iter().flatten().min()) => {
                    self.passed(limit).await
                }
                ready = self.socket.ready(reads, self.wants_to_write) => match ready {
                    Ok(ready) => self.go_on(ready).await,
                    Err(_) => Err(End::Gone),
                },
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Does what the passing of time asks for.
    async fn passed(&mut self, limit: Option<tokio::time::Instant>) -> Result<(), End> {
        let now = tokio::time::Instant::now();
        if limit.is_some_and(|limit| limit <= now) {
            return Err(End::Closed(Ending::Late, "You took too long to log in.".into()));
        }
        if self.quiet_until.is_some_and(|quiet| quiet <= now) {
            self.keep_alive().await;
        }
        Ok(())
    }

    /// Reads, and has what waits written.
    async fn go_on(&mut self, ready: Readiness) -> Result<(), End> {
        if ready.writes {
            self.wants_to_write = false;
            self.gateway.command(Command::Writable(self.session)).await;
        }
        if ready.reads { self.read().await } else { Ok(()) }
    }

    /// Offers the options and waits a moment for what the client shows, so that the greeting looks right.
    async fn greet(&mut self) -> Result<(), End> {
        if let Some(first) = self.first.take() {
            self.gateway.command(Command::Raw(self.session, first)).await;
        }
        let settle = tokio::time::Instant::now() + SETTLE;
        let has_typed = |sent: &Sent| matches!(sent, Sent::Line(_));
        while !self.telnet.is_settled() && !self.lines.iter().any(has_typed) {
            tokio::select! {
                ready = self.socket.readable() => match ready {
                    Ok(()) => self.read().await?,
                    Err(_) => return Err(End::Gone),
                },
                () = tokio::time::sleep_until(settle) => break,
            }
        }
        self.show_capability().await;
        let steps = {
            let read_aloud = self.telnet.capability().screen_reader;
            self.dialog.as_ref().map(|dialog| dialog.begin(read_aloud)).unwrap_or_default()
        };
        self.follow(steps).await
    }

    /// Takes lines that wait, as fast as the throttle lets; says until when the next one has to wait.
    async fn take_lines(&mut self) -> Result<Option<tokio::time::Instant>, End> {
        while !self.lines.is_empty() {
            if self.dialog.as_ref().is_some_and(|dialog| !dialog.takes_lines()) {
                return Ok(None);
            }
            if let Err(wait) = self.throttle.take(Instant::now()) {
                return Ok(Some(tokio::time::Instant::now() + wait));
            }
            match self.lines.pop_front() {
                Some(Sent::Line(line)) => self.typed(line).await?,
                Some(Sent::LogIn(credentials)) => self.log_in(credentials).await?,
                None => {}
            }
        }
        // Between lines, most sessions are idle for a long time.
        self.lines = VecDeque::new();
        Ok(None)
    }

    async fn typed(&mut self, text: String) -> Result<(), End> {
        if self.hides && self.telnet.has_spoken_telnet() {
            // The client showed nothing of the line, not even its end.
            self.raw(Bytes::from_static(b"\r\n")).await;
        }
        let again =
            self.dialog.as_ref().filter(|dialog| dialog.asks_name() && text == PLAIN_REQUEST);
        if let Some(steps) = again.map(|dialog| dialog.again()) {
            self.raw(mssp::lines(&self.gateway.listing.variables())).await;
            return self.follow(steps).await;
        }
        if let Some(dialog) = &mut self.dialog {
            let steps = dialog.line(&text);
            return self.follow(steps).await;
        }
        if let Some(turn) = self.shared.turn(&text) {
            self.gateway.command(Command::Page(self.session, turn)).await;
            if turn != Turn::Away {
                return Ok(());
            }
        }
        let input = Input::Line { session: self.session, text };
        if self.gateway.input(input).await {
            Ok(())
        } else {
            Err(End::Closed(Ending::Stops, "".into()))
        }
    }

    async fn follow(&mut self, steps: Vec<Step>) -> Result<(), End> {
        for step in steps {
            match step {
                Step::Say(prose) => self.say(prose).await,
                Step::Ask(prose) => {
                    self.hide(false).await;
                    self.ask(prose).await;
                }
                Step::AskHidden(prose) => {
                    if !self.hides && !self.telnet.has_spoken_telnet() {
                        self.say(Prose::text(SHOWS)).await;
                    }
                    self.hide(true).await;
                    self.ask(prose).await;
                }
                Step::ReadAloud => {
                    self.reads_aloud = true;
                    self.telnet.read_aloud();
                    self.screen = self.telnet.screen();
                    self.show_capability().await;
                }
                Step::Unhide => self.hide(false).await,
                Step::Request(request) => {
                    let (session, address) = (self.session, self.peer.ip());
                    let via = self.via();
                    self.gateway.input(Input::LogIn { session, via, address, request }).await;
                }
                Step::Close => return Err(End::Closed(Ending::LeftLogin, "".into())),
            }
        }
        Ok(())
    }

    /// What the world is told that the connection came in by.
    fn via(&self) -> Transport {
        if self.socket.is_tunnel() { Transport::Websocket } else { Transport::Telnet }
    }

    async fn say(&self, prose: Prose) {
        self.gateway.command(Command::Say(self.session, prose)).await;
    }

    async fn ask(&self, prose: Prose) {
        self.gateway.command(Command::Ask(self.session, prose)).await;
    }

    async fn raw(&self, bytes: Bytes) {
        self.gateway.command(Command::Raw(self.session, bytes)).await;
    }

    async fn hide(&mut self, hides: bool) {
        if self.hides == hides {
            return;
        }
        self.hides = hides;
        let mut out = BytesMut::new();
        if hides {
            self.telnet.hide_input(&mut out);
        } else {
            self.telnet.show_input(&mut out);
        }
        self.raw(out.freeze()).await;
    }

    /// Sends what does nothing, so that whatever stands between remembers the connection. Not to a peer that could show it.
    async fn keep_alive(&mut self) {
        self.note_heard();
        if self.telnet.has_spoken_telnet() {
            self.raw(Bytes::from_static(&[IAC, NOP])).await;
        }
    }

    fn note_heard(&mut self) {
        let most = self.gateway.limits.telnet_keep_alive;
        self.quiet_until = most.map(|most| tokio::time::Instant::now() + most);
    }

    /// Reads what is there, once.
    async fn read(&mut self) -> Result<(), End> {
        let mut out = BytesMut::new();
        let mut heard = Vec::new();
        match self.read_into(&mut out, &mut heard) {
            Ok(0) => return Err(End::Gone),
            Ok(_) => {}
            Err(why) if why.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(_) => return Err(End::Gone),
        }
        self.note_heard();
        if !out.is_empty() {
            self.raw(out.freeze()).await;
        }
        for heard in heard {
            self.hear(heard).await?;
        }
        Ok(())
    }

    fn read_into(&mut self, out: &mut BytesMut, heard: &mut Vec<Heard>) -> io::Result<usize> {
        BUFFER.with_borrow_mut(|buffer| {
            let count = self.socket.try_read(buffer)?;
            let now = Instant::now();
            self.telnet.receive(&buffer[..count], now, out, &mut |what| heard.push(what));
            Ok(count)
        })
    }

    async fn show_capability(&self) {
        let shows = (self.telnet.capability(), self.telnet.prompt_mark());
        self.gateway.command(Command::Shows(self.session, shows.0, shows.1)).await;
    }

    async fn tell_screen(&self) {
        let (session, screen) = (self.session, self.screen);
        if screen != Screen::default() {
            self.gateway.input(Input::Screen { session, screen }).await;
        }
    }
}
