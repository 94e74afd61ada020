//! A WebSocket client of `/ws`: JSON frames, and what of them a player would read as lines.

use std::io::ErrorKind;
use std::net::SocketAddr;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::client::Received;

/// A WebSocket connection, seen from the client.
pub struct Connection {
    stream: WebSocketStream<TcpStream>,
    frames: Vec<Value>,
    cursor: usize,
    close_code: Option<u16>,
}

/// The frame that logs a character in, or makes it first.
#[must_use]
pub fn login(name: &str, password: &str, create: bool) -> Value {
    json!({"type": "login", "name": name, "password": password, "create": create})
}

/// The frame that logs a character in again and says what its client saw last: `(epoch, seq)` by channel.
#[must_use]
pub fn login_again(name: &str, password: &str, seen: &Value) -> Value {
    json!({"type": "login", "name": name, "password": password, "resume": seen})
}

/// The frame that lets a guest in.
#[must_use]
pub fn guest(name: &str) -> Value {
    json!({"type": "guest", "name": name})
}

/// The frame of a typed line.
#[must_use]
pub fn command(line: &str) -> Value {
    json!({"type": "command", "text": line})
}

impl Connection {
    /// Connects and shakes hands.
    ///
    /// # Errors
    /// When nobody listens there or it is no WebSocket.
    pub async fn open(server: SocketAddr) -> Result<Self> {
        Self::open_at(server, "/ws", &[]).await
    }

    /// Connects at an address of the server and offers subprotocols.
    ///
    /// # Errors
    /// When nobody listens there, or the handshake is refused.
    pub async fn open_at(server: SocketAddr, path: &str, offers: &[&str]) -> Result<Self> {
        let mut request = format!("ws://{server}{path}").into_client_request()?;
        if !offers.is_empty() {
            request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, offers.join(", ").parse()?);
        }
        let tcp = TcpStream::connect(server).await.with_context(|| server.to_string())?;
        tcp.set_nodelay(true)?;
        let (stream, _) = client_async(request, tcp).await.with_context(|| server.to_string())?;
        Ok(Self { stream, frames: Vec::new(), cursor: 0, close_code: None })
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send(&mut self, frame: &Value) -> Result<()> {
        Ok(self.stream.send(Message::text(frame.to_string())).await?)
    }

    /// Reads one frame and returns its lines.
    pub(crate) async fn receive(&mut self) -> Result<Received> {
        match self.stream.next().await {
            Some(Ok(Message::Text(text))) => {
                let frame: Value = serde_json::from_str(&text)
                    .with_context(|| format!("a frame that is no JSON: {text}"))?;
                let lines = lines_of(&frame);
                self.frames.push(frame);
                Ok(Received::Lines(lines))
            }
            Some(Ok(Message::Close(frame))) => {
                self.close_code = frame.map(|frame| frame.code.into());
                Ok(Received::Closed)
            }
            Some(Err(Error::ConnectionClosed | Error::Protocol(_))) | None => Ok(Received::Closed),
            Some(Ok(_)) => Ok(Received::Lines(Vec::new())),
            Some(Err(Error::Io(error))) if error.kind() == ErrorKind::ConnectionReset => {
                Ok(Received::Closed)
            }
            Some(Err(error)) => Err(error.into()),
        }
    }

    /// The code with which the server closed, if it did and gave one.
    pub(crate) fn close_code(&self) -> Option<u16> {
        self.close_code
    }

    /// The next frame among those that were read, from where the last search ended.
    pub(crate) fn next_frame_of_any_type(&mut self) -> Option<Value> {
        let frame = self.frames.get(self.cursor).cloned()?;
        self.cursor += 1;
        Some(frame)
    }

    /// The next frame of one of these types among those that were read, from where the last search ended.
    pub(crate) fn next_frame(&mut self, kinds: &[&str]) -> Option<Value> {
        let wanted = |frame: &Value| kinds.iter().any(|kind| frame["type"] == *kind);
        let found = self.frames[self.cursor..].iter().position(wanted)?;
        self.cursor += found + 1;
        self.frames.get(self.cursor - 1).cloned()
    }
}

/// What a text client would show of a frame. The prompt is left out: it is no line.
fn lines_of(frame: &Value) -> Vec<String> {
    if frame["type"] == "prompt" {
        return Vec::new();
    }
    let text = frame["text"].as_str().unwrap_or_default();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_reads_as_a_text_client_shows_it() {
        let said = json!({"type": "message", "content": "hi", "text": "Ada says, \"hi\""});
        assert_eq!(lines_of(&said), ["Ada says, \"hi\""]);
        let prompt = json!({"type": "prompt", "text": "> "});
        assert_eq!(lines_of(&prompt), Vec::<String>::new());
        let two = json!({"type": "text", "text": "one\ntwo\n"});
        assert_eq!(lines_of(&two), ["one", "two"]);
    }
}
