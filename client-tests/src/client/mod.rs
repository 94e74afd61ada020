//! One player at a client: types lines, expects lines, whatever they are connected by.
//!
//! Never sleeps: it waits for what it expects, with a deadline. That something was *not* read it knows by typing a marker,
//! a word that is no command, and reading up to the answer: what the world did before it answered has arrived by then.

mod frames;
mod gmcp;
mod login;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use tokio::time::timeout;

use crate::transcript::{Place, Transcript};
use crate::{telnet, websocket};

/// How long an expected line may take; generous, for debug builds on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// What one read brought.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// Whole lines, as plain text; perhaps none.
    Lines(Vec<String>),
    /// The server closed the connection.
    Closed,
}

/// A connection of either kind.
enum Wire {
    Telnet(telnet::Connection),
    Websocket(Box<websocket::Connection>),
}

/// A player at a client.
pub struct Client {
    wire: Wire,
    transcript: Transcript,
    markers: u32,
    closed: bool,
}

impl Client {
    /// Connects by telnet.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn telnet(who: &str, server: SocketAddr, profile: telnet::Profile) -> Result<Self> {
        let connection = telnet::Connection::open(server, profile).await?;
        Ok(Self::new(who, Wire::Telnet(connection)))
    }

    /// Connects by WebSocket.
    ///
    /// # Errors
    /// When nobody listens there or it is no WebSocket.
    pub async fn websocket(who: &str, server: SocketAddr) -> Result<Self> {
        Self::websocket_at(who, server, "/ws", &[]).await
    }

    /// Connects by WebSocket at an address of the server, and offers subprotocols.
    ///
    /// # Errors
    /// When nobody listens there, or the handshake is refused.
    pub async fn websocket_at(
        who: &str,
        server: SocketAddr,
        path: &str,
        offers: &[&str],
    ) -> Result<Self> {
        let connection = websocket::Connection::open_at(server, path, offers).await?;
        Ok(Self::new(who, Wire::Websocket(Box::new(connection))))
    }

    fn new(who: &str, wire: Wire) -> Self {
        Self { wire, transcript: Transcript::of(who), markers: 0, closed: false }
    }

    /// Waits for a question and types the answer.
    ///
    /// # Errors
    /// When the question does not come.
    pub async fn answer(&mut self, question: &str, answer: &str) -> Result<()> {
        self.expect(question).await?;
        self.send_line(answer).await
    }

    /// Types a line.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send_line(&mut self, line: &str) -> Result<()> {
        self.transcript.typed(line);
        let sent = match &mut self.wire {
            Wire::Telnet(connection) => connection.send_line(line).await,
            Wire::Websocket(connection) => connection.send(&websocket::command(line)).await,
        };
        sent.map_err(|error| self.failure(&format!("typing {line:?}: {error:#}")))
    }

    /// Types a line and waits for what is to come of it.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn types(&mut self, line: &str, answer: &str) -> Result<()> {
        self.send_line(line).await?;
        self.expect(answer).await.map(|_| ())
    }

    /// Waits for a line that contains a text, and passes over it and all before it. An unfinished line, such as a prompt,
    /// counts as a line.
    ///
    /// # Errors
    /// When it does not come in time or the connection ends; holds the transcript.
    pub async fn expect(&mut self, text: &str) -> Result<String> {
        self.expect_within(text, PATIENCE).await
    }

    /// [`expect`](Self::expect) with a deadline of one's own.
    ///
    /// # Errors
    /// As `expect`.
    pub async fn expect_within(&mut self, text: &str, patience: Duration) -> Result<String> {
        match timeout(patience, self.find(text)).await {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(error)) => Err(self.failure(&format!("waiting for {text:?}: {error:#}"))),
            Err(_) => Err(self.failure(&format!("nothing with {text:?} within {patience:?}"))),
        }
    }

    async fn find(&mut self, text: &str) -> Result<String> {
        loop {
            if let Some(line) = self.transcript.find_next(text) {
                return Ok(line);
            }
            if self.close_unfinished_line(text) {
                continue;
            }
            ensure!(self.receive().await?, "the server closed the connection");
        }
    }

    /// Makes sure that no line with a text was read since the last typed line or the last expected one.
    ///
    /// # Errors
    /// When one was; holds the transcript.
    pub async fn expect_not(&mut self, text: &str) -> Result<()> {
        let since = self.transcript.last_act();
        self.sync().await?;
        self.check_not_since(since, text)
    }

    /// Makes sure that no line with a text was read since a place; looks only at what has arrived.
    ///
    /// # Errors
    /// When one was; holds the transcript.
    pub fn check_not_since(&self, since: Place, text: &str) -> Result<()> {
        match self.transcript.read_since(since).find(|line| line.contains(text)) {
            None => Ok(()),
            Some(line) => {
                Err(self.failure(&format!("{text:?} must not be read, but was: {line:?}")))
            }
        }
    }

    /// Waits until all that the world did so far for this player has arrived: types a marker and reads up to its answer.
    /// On a closed connection there is nothing more to come, and that is fine too.
    ///
    /// # Errors
    /// When the answer does not come in time.
    pub async fn sync(&mut self) -> Result<()> {
        if self.closed {
            return Ok(());
        }
        self.markers += 1;
        // Not through `send_line`: markers stay out of the transcript.
        let marker = format!("marker{}", self.markers);
        let sent = match &mut self.wire {
            Wire::Telnet(connection) => connection.send_line(&marker).await,
            Wire::Websocket(connection) => connection.send(&websocket::command(&marker)).await,
        };
        if sent.is_err() {
            // The server closed first; what it still said is to be read.
            return self.expect_closed().await;
        }
        match timeout(PATIENCE, self.read_up_to(&marker)).await {
            Ok(result) => result,
            Err(_) => Err(self.failure(&format!("no answer to {marker:?} within {PATIENCE:?}"))),
        }
    }

    async fn read_up_to(&mut self, marker: &str) -> Result<()> {
        while !self.closed {
            let received = self.receive_raw().await?;
            let Received::Lines(mut lines) = received else { return Ok(()) };
            let answered = lines.iter().any(|line| line.contains(marker));
            lines.retain(|line| !line.contains(marker));
            lines.into_iter().for_each(|line| self.transcript.read(line));
            if answered {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Waits until the server closes the connection.
    ///
    /// # Errors
    /// When it does not.
    pub async fn expect_closed(&mut self) -> Result<()> {
        let reading = async {
            while self.receive().await? {}
            anyhow::Ok(())
        };
        match timeout(PATIENCE, reading).await {
            Ok(result) => result,
            Err(_) => Err(self.failure(&format!("still connected after {PATIENCE:?}"))),
        }
    }

    /// Whether the server has closed the connection, as far as was read.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The telnet connection, for what only telnet has.
    ///
    /// # Errors
    /// When this is a WebSocket client.
    pub fn telnet_connection(&mut self) -> Result<&mut telnet::Connection> {
        match &mut self.wire {
            Wire::Telnet(connection) => Ok(connection),
            Wire::Websocket(_) => Err(anyhow!("{} is not on telnet", self.transcript.who())),
        }
    }

    /// What was typed and read.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Passes over all that was read so far.
    pub fn skip_to_end(&mut self) {
        self.transcript.skip_to_end();
    }

    /// Reads once; false when the connection is at its end.
    async fn receive(&mut self) -> Result<bool> {
        match self.receive_raw().await? {
            Received::Lines(lines) => {
                lines.into_iter().for_each(|line| self.transcript.read(line));
                Ok(true)
            }
            Received::Closed => Ok(false),
        }
    }

    async fn receive_raw(&mut self) -> Result<Received> {
        if self.closed {
            return Ok(Received::Closed);
        }
        let received = match &mut self.wire {
            Wire::Telnet(connection) => connection.receive().await,
            Wire::Websocket(connection) => connection.receive().await,
        };
        let received = received.context("reading")?;
        if received == Received::Closed {
            self.closed = true;
            self.close_unfinished_line("");
            self.transcript.note("the server closed the connection");
        }
        Ok(received)
    }

    /// Takes the unfinished line as a line if it contains a text.
    fn close_unfinished_line(&mut self, text: &str) -> bool {
        let Wire::Telnet(connection) = &mut self.wire else { return false };
        let taken = connection.take_unfinished(text);
        let found = taken.is_some();
        taken.into_iter().for_each(|line| self.transcript.read(line));
        found
    }

    fn failure(&self, what: &str) -> anyhow::Error {
        anyhow!("{}: {what}\n{}", self.transcript.who(), self.transcript)
    }
}
