//! How lines stand on a relay's connections: each with its line feed, or each in a WebSocket text frame (RFC 6455).
//!
//! What is read is brought into the form in which it goes out, once for all listeners.

use anyhow::{Result, bail, ensure};
use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

const HEAD_BYTES_MAX: usize = 16 << 10;
/// A final frame of text, and the bit that says that a client's frame is masked.
const TEXT: u8 = 0x81;
const MASKED: u8 = 0x80;

/// How lines are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Lines,
    Frames,
}

impl Wire {
    /// Puts the whole lines at the front, as they go out, at the end of a buffer, and tells how many bytes they took.
    pub(crate) fn cut(self, input: &mut [u8], lines: &mut Vec<u8>) -> Result<usize> {
        if self == Self::Lines {
            let used = memchr::memrchr(b'\n', input).map_or(0, |end| end + 1);
            lines.extend_from_slice(&input[..used]);
            return Ok(used);
        }
        let mut used = 0;
        while let Some((mask, payload)) = client_frame(&mut input[used..])? {
            used += 6 + usize::from(payload.len() > 125) * 2 + payload.len();
            payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
            self.write_unit(payload, lines);
        }
        Ok(used)
    }

    /// A line as it goes out.
    pub(crate) fn write_unit(self, line: &[u8], output: &mut Vec<u8>) {
        match (self, u16::try_from(line.len())) {
            (Self::Lines, _) => {
                output.extend_from_slice(line);
                output.push(b'\n');
                return;
            }
            (Self::Frames, Ok(length @ 126..)) => {
                output.extend([TEXT, 126]);
                output.extend(length.to_be_bytes());
            }
            (Self::Frames, length) => {
                output.extend([TEXT, length.unwrap_or_default().to_be_bytes()[1]]);
            }
        }
        output.extend_from_slice(line);
    }

    /// How many lines a read brought, of those who are echoed.
    pub(crate) fn count(self, lines: &[u8]) -> usize {
        memchr::memchr_iter(b'\n', lines).count()
    }

    /// Reads the first line; what follows it stays.
    pub(crate) async fn first_unit(
        self,
        stream: &mut TcpStream,
        input: &mut Vec<u8>,
    ) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            let used = self.cut(input, &mut line)?;
            input.drain(..used);
            if used > 0 {
                let header = if self == Self::Frames { 2 } else { 0 };
                return Ok(line.split_off(header));
            }
            more(stream, input).await?;
        }
    }

    /// Answers the request of a WebSocket client; what follows it stays.
    pub(crate) async fn shake_hands(
        self,
        stream: &mut TcpStream,
        input: &mut Vec<u8>,
    ) -> Result<()> {
        let end = loop {
            match memmem::find(input, b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => more(stream, input).await?,
            }
        };
        let key = key_in(&input[..end]).map(derive_accept_key).unwrap_or_default();
        input.drain(..end);
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {key}\r\n\r\n"
        );
        Ok(stream.write_all(answer.as_bytes()).await?)
    }
}

async fn more(stream: &mut TcpStream, input: &mut Vec<u8>) -> Result<()> {
    ensure!(input.len() <= HEAD_BYTES_MAX, "a beginning that does not end");
    ensure!(stream.read_buf(input).await? > 0, "closed");
    Ok(())
}

fn key_in(head: &[u8]) -> Option<&[u8]> {
    const NAME: &[u8] = b"Sec-WebSocket-Key: ";
    let start = memmem::find(head, NAME)? + NAME.len();
    let end = memchr::memchr(b'\r', &head[start..])?;
    Some(&head[start..start + end])
}

/// Mask and payload of the text frame at the front; none while it is not whole.
fn client_frame(bytes: &mut [u8]) -> Result<Option<([u8; 4], &mut [u8])>> {
    let [first, second, ..] = *bytes else { return Ok(None) };
    if first != TEXT || second & MASKED == 0 {
        bail!("a frame that no load sends");
    }
    let (header, length) = match (second ^ MASKED, bytes.get(2..4)) {
        (127, _) => bail!("a frame longer than any line"),
        (126, None) => return Ok(None),
        (126, Some(length)) => (4, usize::from(length[0]) << 8 | usize::from(length[1])),
        (length, _) => (2, usize::from(length)),
    };
    let Some(rest) = bytes.get_mut(header..header + 4 + length) else { return Ok(None) };
    let Some((mask, payload)) = rest.split_first_chunk_mut::<4>() else { return Ok(None) };
    Ok(Some((*mask, payload)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_frame_goes_out_unmasked_and_whole() {
        for length in [1, 125, 126, 300] {
            let text = "x".repeat(length);
            let mut frame = crate::wire::text_frame(&text);
            let start = frame.len() - length;
            let mask = *b"mask";
            frame[start - 4..start].copy_from_slice(&mask);
            frame[start..].iter_mut().zip(mask.iter().cycle()).for_each(|(b, m)| *b ^= m);
            let mut half = frame[..frame.len() - 1].to_vec();
            assert_eq!(Wire::Frames.cut(&mut half, &mut Vec::new()).expect("well-formed"), 0);
            let (mut out, mut expected) = (Vec::new(), Vec::new());
            assert_eq!(Wire::Frames.cut(&mut frame, &mut out).expect("well-formed"), frame.len());
            Wire::Frames.write_unit(text.as_bytes(), &mut expected);
            assert_eq!(out, expected);
            assert!(out.ends_with(text.as_bytes()));
        }
    }

    #[test]
    fn only_whole_lines_go_out() {
        let mut out = Vec::new();
        assert_eq!(Wire::Lines.cut(&mut b"one\ntwo\nthr".to_vec(), &mut out).expect("lines"), 8);
        assert_eq!(out, b"one\ntwo\n");
    }
}
