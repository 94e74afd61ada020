//! A client that is a queue: what its player would read.

use std::sync::Arc;

use bytes::Bytes;
use hearsay::gateway::{Dialect, Shared, Wire};
use hearsay::vocab::{PlayerId, SessionId};
use serde_json::Value;
use tokio::sync::mpsc;

/// What may wait to be read; more than any test leaves there.
const PIECES_MAX: usize = 100_000;
/// What ends a prompt of a client that asked for "go ahead" (RFC 854): IAC GA.
const PROMPT_END: [u8; 2] = [255, 249];

/// A connection, seen from its client.
pub struct Client {
    pub session: SessionId,
    pub player: PlayerId,
    pub dialect: Dialect,
    queue: mpsc::Sender<Bytes>,
    pieces: mpsc::Receiver<Bytes>,
}

impl Client {
    pub fn open(session: SessionId, player: PlayerId, dialect: Dialect) -> Self {
        let (queue, pieces) = mpsc::channel(PIECES_MAX);
        Self { session, player, dialect, queue, pieces }
    }

    /// The server's end of the connection.
    pub fn wire(&self) -> Wire {
        Wire::Queue(self.queue.clone())
    }

    /// What the connection's task and the broadcaster would share.
    pub fn shared(&self) -> Arc<Shared> {
        Arc::default()
    }

    /// What came since this was last asked, as lines; prompts are none.
    pub fn read(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while let Ok(piece) = self.pieces.try_recv() {
            match self.dialect {
                Dialect::Telnet => lines.extend(telnet_lines(&piece)),
                Dialect::Json => lines.extend(frame_lines(&json(&piece))),
            }
        }
        lines
    }

    /// Whether it reads JSON.
    pub fn reads_json(&self) -> bool {
        self.dialect == Dialect::Json
    }

    /// What came since this was last asked, to a client that reads JSON.
    pub fn frames(&mut self) -> Vec<Value> {
        let mut frames = Vec::new();
        while let Ok(piece) = self.pieces.try_recv() {
            frames.push(json(&piece));
        }
        frames
    }
}

/// The JSON in a frame of text (RFC 6455, section 5.2), all of which is in one piece and not masked.
fn json(piece: &[u8]) -> Value {
    let (first, rest) = piece.split_at(2);
    assert_eq!(first[0], 0x81, "it is a text, and whole");
    let payload = match first[1] {
        126 => &rest[2..],
        127 => &rest[8..],
        length => &rest[..usize::from(length)],
    };
    serde_json::from_slice(payload).expect("a frame is JSON")
}

fn telnet_lines(piece: &[u8]) -> Vec<String> {
    if piece.ends_with(&PROMPT_END) {
        return Vec::new();
    }
    let text = std::str::from_utf8(piece).expect("no commands but prompt ends are among the text");
    text.split("\r\n").filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn frame_lines(frame: &Value) -> Vec<String> {
    if frame["type"] == "prompt" {
        return Vec::new();
    }
    let text = frame["text"].as_str().unwrap_or_default();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
