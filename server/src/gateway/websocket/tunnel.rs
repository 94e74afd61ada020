//! The subprotocols of mudstandards.org: a telnet session of this process, and between it and the WebSocket this, which
//! takes the messages of one apart and puts those of the other together.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Buf, Bytes, BytesMut};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::UnixStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::closing::Closing;
use super::frame;
use super::inward::Received;
use super::link::Link;
use super::subprotocol::Subprotocol;
use crate::gateway::listener::Gateway;
use crate::gateway::socket::Socket;
use crate::gateway::telnet::ending::Ending;
use crate::gateway::telnet::far_end::{FarEnd, Piece};
use crate::gateway::telnet::session;

/// The most text in one message. Bytes.
pub(super) const TEXT_BYTES_MAX: usize = 16 * 1024;
/// How much is read of the session at once. Bytes.
const READ_BYTES: usize = 4096;

/// Runs a connection to its end.
pub(super) async fn run(link: Link, spoken: Subprotocol, peer: SocketAddr, gateway: Arc<Gateway>) {
    let (socket, pipe) = match Socket::tunnel() {
        Ok(ends) => ends,
        Err(why) => {
            tracing::warn!(%why, "no socket for a websocket connection");
            return link.close(Closing::With(CloseCode::Error, "No socket is left.")).await;
        }
    };
    tracing::debug!(%peer, subprotocol = spoken.name(), "websocket connection");
    let (codec, unsent) = (Codec::new(spoken), BytesMut::new());
    let mut bridge = Bridge { link, pipe, codec, unsent, has_begun: false };
    let mut session = Box::pin(session::run(socket, peer, gateway));
    let ending = tokio::select! {
        biased;
        over = bridge.carry() => {
            let Bridge { link, pipe, .. } = bridge;
            // The session ends when its client is gone, if it is not over already.
            drop(pipe);
            let ending = session.await;
            return link.close(over.err().unwrap_or_else(|| closing(ending))).await;
        }
        ending = &mut session => ending,
    };
    // The client has not taken the last words in time.
    bridge.link.close(closing(ending)).await;
}

/// How a client is told that its session has ended.
fn closing(ending: Ending) -> Closing {
    match ending {
        Ending::Gone => Closing::Gone,
        Ending::Over(farewell) => Closing::of(farewell),
        Ending::Late => Closing::LATE,
        Ending::LeftLogin => Closing::With(CloseCode::Normal, "quit"),
        Ending::Barred => Closing::BARRED,
        Ending::Hostile => Closing::With(CloseCode::Policy, "too much"),
        Ending::Stops => Closing::STOPS,
        Ending::Moved => Closing::MOVED,
    }
}

/// What is between a WebSocket and a session.
struct Bridge {
    link: Link,
    pipe: UnixStream,
    codec: Codec,
    /// What the session has not taken yet; nothing is read from the client meanwhile.
    unsent: BytesMut,
    /// Whether the session has said what it offers. What a client says before, it would not understand.
    has_begun: bool,
}

impl Bridge {
    /// Carries messages until the session says nothing more.
    ///
    /// # Errors
    /// When the connection is to be closed for what its client did.
    async fn carry(&mut self) -> Result<(), Closing> {
        loop {
            tokio::select! {
                biased;
                ready = self.pipe.readable() => {
                    if ready.is_err() || !self.pass_out().await? {
                        return Ok(());
                    }
                }
                ready = self.pipe.writable(), if !self.unsent.is_empty() => {
                    if ready.is_err() || !self.pass_in() {
                        return Ok(());
                    }
                }
                received = self.link.receive(), if self.unsent.is_empty() && self.has_begun => {
                    match received? {
                        Received::Answer(frame) => {
                            self.link.feed(&frame);
                            self.link.flush().await?;
                        }
                        received => self.codec.take_in(received, &mut self.unsent)?,
                    }
                }
            }
        }
    }

    /// Sends on what the session says; false at its end.
    async fn pass_out(&mut self) -> Result<bool, Closing> {
        let mut buffer = [0; READ_BYTES];
        let count = match self.pipe.try_read(&mut buffer) {
            Ok(count) => count,
            Err(why) if why.kind() == std::io::ErrorKind::WouldBlock => return Ok(true),
            Err(_) => 0,
        };
        self.has_begun |= count > 0;
        for message in self.codec.put_out(&buffer[..count], &mut self.unsent) {
            self.link.feed(&message.frame());
        }
        self.link.flush().await?;
        Ok(count > 0)
    }

    /// Lets the session have what waits for it; false when it is over.
    fn pass_in(&mut self) -> bool {
        match self.pipe.try_write(&self.unsent) {
            Ok(count) => {
                self.unsent.advance(count);
                true
            }
            Err(why) => why.kind() == std::io::ErrorKind::WouldBlock,
        }
    }
}

/// A message for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Message {
    Text(String),
    Binary(Bytes),
}

impl Message {
    fn frame(&self) -> Bytes {
        match self {
            Self::Text(text) => frame::text(text.as_bytes()),
            Self::Binary(bytes) => frame::binary(bytes),
        }
    }
}

/// Between the messages of a subprotocol and the bytes of telnet.
pub(super) struct Codec {
    spoken: Subprotocol,
    far_end: FarEnd,
}

/// A message of `json.mudstandards.org`.
#[derive(Deserialize)]
struct Envelope {
    proto: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    data: Value,
}

impl Codec {
    pub(super) fn new(spoken: Subprotocol) -> Self {
        Self { spoken, far_end: FarEnd::new(spoken.carries_gmcp()) }
    }

    /// What a client sent, as telnet.
    pub(super) fn take_in(
        &mut self,
        received: Received,
        out: &mut BytesMut,
    ) -> Result<(), Closing> {
        match (received, self.spoken) {
            (Received::Answer(_), _) => {}
            (Received::Binary(bytes), Subprotocol::Telnet) => out.extend_from_slice(&bytes),
            (Received::Binary(bytes), _) => {
                self.far_end.types(&String::from_utf8_lossy(&bytes), out);
            }
            (Received::Text(text), Subprotocol::Gmcp) => self.far_end.gmcp(text.as_bytes(), out),
            (Received::Text(text), Subprotocol::Json) => self.unwrap(&text, out),
            (Received::Text(_), _) => {
                let why = "Only binary messages, please.";
                return Err(Closing::With(CloseCode::Unsupported, why));
            }
        }
        Ok(())
    }

    /// Takes a message out of its envelope. What makes no sense is passed over.
    fn unwrap(&mut self, text: &str, out: &mut BytesMut) {
        let Ok(Envelope { proto, id, data }) = serde_json::from_str(text) else { return };
        let text = match &data {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            data => data.to_string(),
        };
        match proto.as_str() {
            "gmcp" if text.is_empty() => self.far_end.gmcp(id.as_bytes(), out),
            "gmcp" => self.far_end.gmcp(format!("{id} {text}").as_bytes(), out),
            "text" => self.far_end.types(&text, out),
            "telnet_31" => {
                if let Some(&[a, b, c, d]) = STANDARD.decode(text).ok().as_deref() {
                    let (columns, rows) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
                    self.far_end.size(columns, rows, out);
                }
            }
            "terminal" if id == "size" => {
                let side = |key| data[key].as_u64().and_then(|side| u16::try_from(side).ok());
                if let Some((columns, rows)) = side("cols").zip(side("rows")) {
                    self.far_end.size(columns, rows, out);
                }
            }
            _ => {}
        }
    }

    /// What the session said, as messages; the end, when there is nothing more.
    pub(super) fn put_out(&mut self, bytes: &[u8], answers: &mut BytesMut) -> Vec<Message> {
        if self.spoken == Subprotocol::Telnet {
            return text(Bytes::copy_from_slice(bytes), false).collect();
        }
        let mut pieces = self.far_end.hear(bytes, answers);
        if bytes.is_empty() {
            pieces.extend(self.far_end.take_text().map(Piece::Text));
        }
        pieces.into_iter().flat_map(|piece| self.wrap(piece)).collect()
    }

    fn wrap(&self, piece: Piece) -> Vec<Message> {
        match piece {
            Piece::Text(bytes) | Piece::Prompt(bytes) => text(bytes, true).collect(),
            Piece::Hides => vec![Message::Binary(Bytes::from(format!("{}\r\n", session::SHOWS)))],
            Piece::Gmcp(message) => {
                let message = String::from_utf8_lossy(&message);
                vec![Message::Text(match self.spoken {
                    Subprotocol::Json => envelope(&message),
                    _ => message.into_owned(),
                })]
            }
        }
    }
}

/// A GMCP message in the envelope of `json.mudstandards.org`, in which data is a string.
fn envelope(message: &str) -> String {
    let (id, data) = message.split_once(' ').unwrap_or((message, ""));
    json!({ "proto": "gmcp", "id": id, "data": data }).to_string()
}

/// Bytes as messages, none too long; UTF-8 is not cut inside a character.
fn text(mut bytes: Bytes, is_utf8: bool) -> impl Iterator<Item = Message> {
    std::iter::from_fn(move || {
        let mut end = bytes.len().min(TEXT_BYTES_MAX);
        while is_utf8 && end < bytes.len() && end > 1 && bytes[end] & 0xc0 == 0x80 {
            end -= 1;
        }
        (end > 0).then(|| Message::Binary(bytes.split_to(end)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken_in(spoken: Subprotocol, messages: &[Received]) -> Result<String, Closing> {
        let (mut codec, mut out) = (Codec::new(spoken), BytesMut::new());
        for message in messages {
            codec.take_in(message.clone(), &mut out)?;
        }
        Ok(out.escape_ascii().to_string())
    }

    #[test]
    fn each_kind_of_message_is_for_some_subprotocols() {
        let (text, binary) = (|| Received::Text("x".into()), || Received::Binary("x".into()));
        let unsupported = |taken: Result<String, Closing>| {
            matches!(taken, Err(Closing::With(CloseCode::Unsupported, _)))
        };
        assert!(unsupported(taken_in(Subprotocol::Telnet, &[text()])));
        assert!(unsupported(taken_in(Subprotocol::Terminal, &[text()])));
        assert_eq!(taken_in(Subprotocol::Telnet, &[binary(), binary()]).unwrap(), "xx");
        assert_eq!(taken_in(Subprotocol::Terminal, &[binary(), binary()]).unwrap(), r"x\r\nx\r\n");
        assert_eq!(taken_in(Subprotocol::Gmcp, &[text()]).unwrap(), r"\xff\xfa\xc9x\xff\xf0");
    }

    #[test]
    fn envelopes_are_opened() {
        let opened = |text: &'static str| {
            taken_in(Subprotocol::Json, &[Received::Text(text.into())]).unwrap()
        };
        let gmcp = r#"{"proto":"gmcp","id":"Core.Ping","data":"1"}"#;
        assert_eq!(opened(gmcp), r"\xff\xfa\xc9Core.Ping 1\xff\xf0");
        let bare = r#"{"proto":"gmcp","id":"Core.Hello","data":{"client":"x"}}"#;
        assert_eq!(opened(bare), r#"\xff\xfa\xc9Core.Hello {\"client\":\"x\"}\xff\xf0"#);
        assert_eq!(opened(r#"{"proto":"text","data":"look"}"#), r"look\r\n");
        let size = r"\xff\xfb\x1f\xff\xfa\x1f\x00P\x00\x18\xff\xf0";
        assert_eq!(opened(r#"{"proto":"telnet_31","id":"NAWS","data":"AFAAGA=="}"#), size);
        assert_eq!(
            opened(r#"{"proto":"terminal","id":"size","data":{"cols":80,"rows":24}}"#),
            size
        );
        for nonsense in ["", "[", "7", r#"{"proto":"x"}"#, r#"{"proto":"telnet_31","data":"?"}"#] {
            assert_eq!(opened(nonsense), "");
        }
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let long = "é".repeat(TEXT_BYTES_MAX);
        let bytes = Bytes::from(format!("x{long}"));
        let messages: Vec<Message> = text(bytes.clone(), true).collect();
        assert_eq!(messages.len(), 3);
        let mut whole = Vec::new();
        for message in messages {
            let Message::Binary(part) = message else { panic!("{message:?}") };
            assert!(part.len() <= TEXT_BYTES_MAX && std::str::from_utf8(&part).is_ok());
            whole.extend_from_slice(&part);
        }
        assert_eq!(whole, bytes);
    }
}
