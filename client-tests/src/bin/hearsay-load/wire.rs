//! The bytes of a load session: lines for telnet and the relay, RFC 6455 frames for WebSocket.
//!
//! As little as a client can do, so that the load costs little: no negotiation, no JSON parsed, nothing kept but the unit
//! that is not whole yet.

use anyhow::{Result, bail, ensure};

/// The handshake of a WebSocket client; the key is a constant because nothing rests on it.
pub(crate) fn handshake(host: &str) -> String {
    format!(
        "GET /ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: aGVhcnNheS1sb2FkLWtleQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
}

/// What a telnet client says that agrees to every option but compression, without waiting to be asked.
pub(crate) fn negotiation() -> Vec<u8> {
    const AGREED: [[u8; 3]; 8] = [
        [255, 251, 24],
        [255, 251, 31],
        [255, 251, 39],
        [255, 253, 42],
        [255, 253, 25],
        [255, 253, 70],
        [255, 253, 3],
        [255, 253, 201],
    ];
    const SAID: [&[u8]; 8] = [
        b"\x18\0HEARSAY-LOAD",
        b"\x18\0XTERM-TRUECOLOR",
        b"\x18\0MTTS 13",
        &[31, 0, 200, 0, 50],
        b"\x27\0\x03CLIENT_VERSION\x011.0\x03CHARSET\x01UTF-8",
        b"\x2a\x02UTF-8",
        b"\xc9Core.Hello {\"client\":\"hearsay-load\",\"version\":\"1.0\"}",
        b"\xc9Core.Supports.Set [\"Char 1\",\"Char.Items 1\",\"Room 1\",\"Comm.Channel 1\",\"Client.Media 1\"]",
    ];
    let said = SAID.iter().flat_map(|said| [&[255, 250], *said, &[255, 240]].concat());
    AGREED.concat().into_iter().chain(said).collect()
}

/// A unit longer than this is a fault of the target.
const UNIT_BYTES_MAX: usize = 4 << 20;

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const FINAL: u8 = 0x80;

/// How units are told apart in the bytes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// A line feed ends a line; all lines of a read are a unit.
    Lines,
    /// A frame is a unit.
    Frames,
}

/// Cuts what was read into units across reads.
#[derive(Debug)]
pub(crate) struct Scanner {
    framing: Framing,
    unfinished: Vec<u8>,
}

/// One unit of what was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unit<'a> {
    /// Whole lines, each with its line feed, or the payload of a text frame.
    Text(&'a [u8]),
    /// A ping, to be answered with a pong of the same payload.
    Ping(&'a [u8]),
    /// The target says goodbye.
    Close,
}

impl Scanner {
    pub(crate) fn new(framing: Framing) -> Self {
        Self { framing, unfinished: Vec::new() }
    }

    /// The bytes of a unit that has not ended yet.
    pub(crate) fn unfinished(&self) -> &[u8] {
        &self.unfinished
    }

    /// Hands over each unit that these bytes complete.
    pub(crate) fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Unit<'_>)) -> Result<()> {
        if self.unfinished.is_empty() {
            let used = self.framing.cut(bytes, &mut take)?;
            self.unfinished.extend_from_slice(&bytes[used..]);
        } else {
            self.unfinished.extend_from_slice(bytes);
            let used = self.framing.cut(&self.unfinished, &mut take)?;
            self.unfinished.drain(..used);
        }
        ensure!(self.unfinished.len() <= UNIT_BYTES_MAX, "a unit longer than {UNIT_BYTES_MAX}");
        if self.unfinished.is_empty() && self.unfinished.capacity() > 4096 {
            // Most sessions wait most of the time: they shall not keep what one long line needed.
            self.unfinished = Vec::new();
        }
        Ok(())
    }
}

impl Framing {
    /// Hands over the whole units at the front and tells how many bytes they took.
    fn cut(self, bytes: &[u8], take: &mut impl FnMut(Unit<'_>)) -> Result<usize> {
        match self {
            Self::Lines => Ok(cut_lines(bytes, take)),
            Self::Frames => cut_frames(bytes, take),
        }
    }
}

fn cut_lines(bytes: &[u8], take: &mut impl FnMut(Unit<'_>)) -> usize {
    let used = memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1);
    if used > 0 {
        take(Unit::Text(&bytes[..used]));
    }
    used
}

fn cut_frames(bytes: &[u8], take: &mut impl FnMut(Unit<'_>)) -> Result<usize> {
    let mut start = 0;
    while let Some((opcode, header, length)) = frame_header(&bytes[start..])? {
        let Some(payload) = bytes[start..].get(header..header + length) else { break };
        match opcode {
            TEXT => take(Unit::Text(payload)),
            PING => take(Unit::Ping(payload)),
            CLOSE => take(Unit::Close),
            PONG => {}
            _ => bail!("a frame of opcode {opcode}, which the server never sends"),
        }
        start += header + length;
    }
    Ok(start)
}

/// Opcode, header length and payload length of the frame at the front; none while the header is not whole.
fn frame_header(bytes: &[u8]) -> Result<Option<(u8, usize, usize)>> {
    let [first, second, rest @ ..] = bytes else { return Ok(None) };
    ensure!(first & 0xf0 == FINAL, "a fragmented or compressed frame");
    ensure!(second & 0x80 == 0, "a masked frame from the server");
    let opcode = first & 0x0f;
    let extended = |count: usize| {
        let bytes = rest.get(..count)?;
        Some(bytes.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte)))
    };
    let header = match second {
        126 => extended(2).map(|length| (opcode, 4, length)),
        127 => extended(8).map(|length| (opcode, 10, length)),
        short => Some((opcode, 2, usize::from(*short))),
    };
    if let Some((_, _, length)) = header {
        ensure!(length <= UNIT_BYTES_MAX, "a frame of {length} bytes");
    }
    Ok(header)
}

/// A text frame of a client.
pub(crate) fn text_frame(text: &str) -> Vec<u8> {
    client_frame(TEXT, text.as_bytes())
}

/// The answer to a ping.
pub(crate) fn pong_frame(payload: &[u8]) -> Vec<u8> {
    client_frame(PONG, payload)
}

/// A frame with the mask key 0, which leaves the payload as it is: the mask protects proxies, and here are none.
fn client_frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![FINAL | opcode];
    match u16::try_from(payload.len()) {
        Ok(length @ 0..=125) => frame.push(0x80 | length.to_be_bytes()[1]),
        Ok(length) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        Err(_) => {
            frame.push(0x80 | 127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend_from_slice(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(framing: Framing, pieces: &[&[u8]]) -> Vec<String> {
        let mut scanner = Scanner::new(framing);
        let mut texts = Vec::new();
        for piece in pieces {
            scanner
                .feed(piece, |unit| match unit {
                    Unit::Text(text) => texts.push(String::from_utf8_lossy(text).into_owned()),
                    other => texts.push(format!("{other:?}")),
                })
                .expect("well-formed");
        }
        texts
    }

    fn server_frames() -> Vec<u8> {
        let long = "x".repeat(300);
        let mut bytes =
            vec![FINAL | TEXT, 2, b'h', b'i', FINAL | PING, 1, b'7', FINAL | TEXT, 126, 1, 44];
        bytes.extend(long.as_bytes());
        bytes
    }

    #[test]
    fn any_split_gives_the_same_frames() {
        let bytes = server_frames();
        let expected = ["hi".to_owned(), "Ping([55])".to_owned(), "x".repeat(300)];
        for at in 0..=bytes.len() {
            let (head, tail) = bytes.split_at(at);
            assert_eq!(texts(Framing::Frames, &[head, tail]), expected, "split at {at}");
        }
    }

    #[test]
    fn a_line_may_come_in_pieces() {
        assert_eq!(
            texts(Framing::Lines, &[b"on", b"e\ntwo\nth", b"ree\n"]),
            ["one\ntwo\n", "three\n"]
        );
    }

    #[test]
    fn a_frame_no_server_sends_is_refused() {
        let mut scanner = Scanner::new(Framing::Frames);
        assert!(scanner.feed(&[FINAL | TEXT, 0x81, 0], |_| ()).is_err(), "masked");
        let mut scanner = Scanner::new(Framing::Frames);
        assert!(scanner.feed(&[TEXT, 1, b'a'], |_| ()).is_err(), "fragmented");
    }
}
