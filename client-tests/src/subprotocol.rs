//! A WebSocket client that offers subprotocols by name and looks at messages as they come.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// How long what is expected may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A connection.
pub struct Spoken {
    stream: WebSocketStream<TcpStream>,
    chosen: Option<String>,
    /// The text of binary messages that was read and not yet looked at.
    text: Vec<u8>,
    /// What was told by GMCP and nobody looked at: names and data.
    told: VecDeque<(String, Value)>,
    /// How the server closed, once it has.
    closed: Option<Option<u16>>,
}

impl Spoken {
    /// Connects and offers subprotocols: names with commas between, or nothing.
    ///
    /// # Errors
    /// When the server does not take it; holds the status.
    pub async fn open(server: SocketAddr, offers: &str) -> Result<Self> {
        let mut request = format!("ws://{server}/ws").into_client_request()?;
        if !offers.is_empty() {
            request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_str(offers)?);
        }
        Self::ask(server, request).await
    }

    /// Connects with a request of one's own.
    ///
    /// # Errors
    /// As `open`.
    pub async fn ask(server: SocketAddr, request: Request) -> Result<Self> {
        let tcp = TcpStream::connect(server).await?;
        let (stream, response) = match client_async(request, tcp).await {
            Ok(done) => done,
            Err(Error::Http(response)) => bail!("status {}", response.status().as_u16()),
            Err(why) => return Err(why.into()),
        };
        let chosen = response.headers().get(SEC_WEBSOCKET_PROTOCOL);
        let chosen = chosen.map(|name| name.to_str().map(str::to_owned)).transpose()?;
        Ok(Self { stream, chosen, text: Vec::new(), told: VecDeque::new(), closed: None })
    }

    /// The subprotocol that the server chose.
    #[must_use]
    pub fn chosen(&self) -> Option<&str> {
        self.chosen.as_deref()
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send(&mut self, message: Message) -> Result<()> {
        Ok(self.stream.send(message).await?)
    }

    /// Types a line: a binary message.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn types(&mut self, line: &str) -> Result<()> {
        self.send(Message::binary(line.as_bytes().to_vec())).await
    }

    /// Types lines, each once a text has come.
    ///
    /// # Errors
    /// When a text does not come.
    pub async fn answers(&mut self, dialogue: &[(&str, &str)]) -> Result<()> {
        for (question, answer) in dialogue {
            self.until(question).await?;
            self.types(answer).await?;
        }
        Ok(())
    }

    /// The next message; none at the end.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn next(&mut self) -> Result<Option<Message>> {
        let message = timeout(PATIENCE, self.stream.next()).await.context("nothing comes")?;
        match message {
            Some(Ok(Message::Close(frame))) => {
                self.closed = Some(frame.map(|frame| frame.code.into()));
                Ok(None)
            }
            Some(Ok(message)) => Ok(Some(message)),
            Some(Err(_)) | None => {
                self.closed.get_or_insert(None);
                Ok(None)
            }
        }
    }

    /// Reads binary messages until these bytes have come; returns all up to and with them.
    ///
    /// # Errors
    /// When they do not come.
    pub async fn until(&mut self, wanted: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let wanted = wanted.as_ref();
        loop {
            if let Some(at) = memchr::memmem::find(&self.text, wanted) {
                return Ok(self.text.drain(..at + wanted.len()).collect());
            }
            match self.next().await {
                Ok(Some(message)) => self.take(message)?,
                end => {
                    let (wanted, text) = (wanted.escape_ascii(), self.text.escape_ascii());
                    bail!("waiting for {wanted}; there was {text}, and then {end:?}")
                }
            }
        }
    }

    /// Sends a message of GMCP in a text message, as the subprotocol has it.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn tell(&mut self, name: &str, data: &Value) -> Result<()> {
        let message = if self.has_envelopes() {
            json!({ "proto": "gmcp", "id": name, "data": data.to_string() }).to_string()
        } else {
            format!("{name} {data}")
        };
        self.send(Message::text(message)).await
    }

    /// Waits for the next message of GMCP of a name, and passes over those before it.
    ///
    /// # Errors
    /// When none comes.
    pub async fn expect_told(&mut self, name: &str) -> Result<Value> {
        loop {
            while let Some((told, data)) = self.told.pop_front() {
                if told == name {
                    return Ok(data);
                }
            }
            match self.next().await {
                Ok(Some(message)) => self.take(message)?,
                end => bail!("waiting to be told {name}, and then {end:?}"),
            }
        }
    }

    /// What was told by GMCP and nobody has looked at.
    pub fn all_told(&mut self) -> Vec<(String, Value)> {
        self.told.drain(..).collect()
    }

    fn has_envelopes(&self) -> bool {
        self.chosen().is_some_and(|name| name == "json.mudstandards.org")
    }

    fn take(&mut self, message: Message) -> Result<()> {
        match message {
            Message::Binary(bytes) => self.text.extend_from_slice(&bytes),
            Message::Text(text) => {
                let told = if self.has_envelopes() { unwrapped(&text)? } else { text.to_string() };
                let (name, data) = told.split_once(' ').unwrap_or((&told, "null"));
                let data = serde_json::from_str(data).with_context(|| format!("GMCP: {told}"))?;
                self.told.push_back((name.to_owned(), data));
            }
            _ => {}
        }
        Ok(())
    }

    /// Reads to the end; returns the code with which the server closed, if it gave one.
    ///
    /// # Errors
    /// When it does not close in time.
    pub async fn close_code(&mut self) -> Result<Option<u16>> {
        while self.closed.is_none() {
            self.next().await?;
        }
        Ok(self.closed.flatten())
    }
}

/// A GMCP message out of its envelope, in which all are strings.
fn unwrapped(envelope: &str) -> Result<String> {
    let fields: Value = serde_json::from_str(envelope)?;
    ensure!(fields["proto"] == "gmcp", "{envelope}");
    let (id, data) = fields["id"].as_str().zip(fields["data"].as_str()).context("no strings")?;
    Ok(if data.is_empty() { id.to_owned() } else { format!("{id} {data}") })
}
