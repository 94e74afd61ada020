//! A telnet client: the bytes of a connection as plain lines, and the answers that one kind of client gives.
//!
//! Written apart from the server's codec on purpose: two that read RFC 854 alike find each other's mistakes.

mod decode;
mod profile;
mod text;

use std::collections::VecDeque;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::Received;
pub(crate) use decode::{Decoder, Item};
pub use profile::Profile;
use text::LineBuffer;

/// Telnet's own bytes (RFC 854; EOR is RFC 885).
#[allow(missing_docs, reason = "each is named in the RFC")]
pub mod code {
    pub const IAC: u8 = 255;
    pub const DONT: u8 = 254;
    pub const DO: u8 = 253;
    pub const WONT: u8 = 252;
    pub const WILL: u8 = 251;
    pub const SB: u8 = 250;
    pub const GA: u8 = 249;
    pub const SE: u8 = 240;
    pub const EOR: u8 = 239;
    pub const ECHO: u8 = 1;
    pub const TTYPE: u8 = 24;
    pub const END_OF_RECORD: u8 = 25;
    pub const NAWS: u8 = 31;
    pub const CHARSET: u8 = 42;
    pub const GMCP: u8 = 201;
}

/// A telnet connection, seen from the client.
pub struct Connection {
    stream: TcpStream,
    decoder: Decoder,
    lines: LineBuffer,
    profile: profile::State,
    hides_typing: bool,
    /// What was told by GMCP and nobody looked at: names and data.
    told: VecDeque<(String, Value)>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(server: SocketAddr, profile: Profile) -> Result<Self> {
        let stream =
            TcpStream::connect(server).await.with_context(|| format!("telnet to {server}"))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            decoder: Decoder::default(),
            lines: LineBuffer::default(),
            profile: profile::State::new(profile),
            hides_typing: false,
            told: VecDeque::new(),
        })
    }

    /// Sends a line and its CR LF, every IAC doubled.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send_line(&mut self, line: &str) -> Result<()> {
        let mut bytes = Vec::with_capacity(line.len() + 2);
        for byte in line.bytes() {
            bytes.push(byte);
            if byte == code::IAC {
                bytes.push(code::IAC);
            }
        }
        bytes.extend_from_slice(b"\r\n");
        self.send_bytes(&bytes).await
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(bytes).await?)
    }

    /// Sends a message by GMCP.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send_gmcp(&mut self, message: &str) -> Result<()> {
        self.send_bytes(&profile::subnegotiation(code::GMCP, message.as_bytes())).await
    }

    /// The next message by GMCP that was told, of any name.
    pub fn next_told(&mut self) -> Option<(String, Value)> {
        self.told.pop_front()
    }

    /// Whether the server asked not to show what is typed (`WILL ECHO`), as at a password.
    #[must_use]
    pub fn hides_typing(&self) -> bool {
        self.hides_typing
    }

    /// Reads once, answers telnet commands as the profile does, and returns the lines that are whole by now.
    pub(crate) async fn receive(&mut self) -> Result<Received> {
        let mut bytes = [0; 8192];
        let count = match self.stream.read(&mut bytes).await {
            Ok(0) => return Ok(Received::Closed),
            Ok(count) => count,
            // Closed with our bytes unread: an end like any other to a player.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                return Ok(Received::Closed);
            }
            Err(error) => return Err(error.into()),
        };
        let mut answers = Vec::new();
        for item in self.decoder.feed(&bytes[..count]) {
            self.take(item, &mut answers)?;
        }
        // A server that has closed meanwhile needs no answers; the next read tells.
        let _ = self.stream.write_all(&answers).await;
        Ok(Received::Lines(self.lines.take_whole()))
    }

    fn take(&mut self, item: Item, answers: &mut Vec<u8>) -> Result<()> {
        match &item {
            Item::Text(text) => self.lines.push(text),
            Item::Command(code::GA | code::EOR) => self.lines.end_prompt(),
            Item::Negotiation(code::WILL, code::ECHO) => self.hides_typing = true,
            Item::Negotiation(code::WONT, code::ECHO) => self.hides_typing = false,
            Item::Subnegotiation(code::GMCP, payload) => self.told.push_back(told(payload)?),
            _ => {}
        }
        answers.extend(self.profile.answer(&item));
        Ok(())
    }

    /// Takes the unfinished line as whole if it contains a text and is not empty.
    pub(crate) fn take_unfinished(&mut self, text: &str) -> Option<String> {
        self.lines.take_unfinished(text)
    }
}

/// A message of GMCP, which must be one: a name of letters and dots, and JSON in UTF-8.
fn told(payload: &[u8]) -> Result<(String, Value)> {
    let text = std::str::from_utf8(payload).context("GMCP that is no UTF-8")?;
    let (name, data) = text.split_once(' ').unwrap_or((text, "null"));
    if !name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.') {
        bail!("GMCP without a name: {text:?}");
    }
    let data = serde_json::from_str(data).with_context(|| format!("GMCP: {text:?}"))?;
    Ok((name.to_owned(), data))
}
