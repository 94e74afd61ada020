//! Frames as a server sends them (RFC 6455, section 5.2): nothing in them is masked, so that one serves any number of
//! clients.

use bytes::Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Control, Data, OpCode};

/// A message of text.
pub(in crate::gateway) fn text(text: &[u8]) -> Bytes {
    frame(OpCode::Data(Data::Text), &[text])
}

/// A message of anything.
pub(super) fn binary(bytes: &[u8]) -> Bytes {
    frame(OpCode::Data(Data::Binary), &[bytes])
}

/// The question whether the client is there.
pub(super) fn ping() -> Bytes {
    frame(OpCode::Control(Control::Ping), &[])
}

/// The answer to a client's ping: what stood in it, at most 125 bytes.
pub(super) fn pong(payload: &[u8]) -> Bytes {
    frame(OpCode::Control(Control::Pong), &[payload])
}

/// The last frame, with the reason if there is one to tell.
pub(super) fn close(why: Option<(CloseCode, &str)>) -> Bytes {
    let close = OpCode::Control(Control::Close);
    match why {
        Some((code, reason)) => frame(close, &[&u16::from(code).to_be_bytes(), reason.as_bytes()]),
        None => frame(close, &[]),
    }
}

fn frame(opcode: OpCode, parts: &[&[u8]]) -> Bytes {
    let header = FrameHeader { opcode, ..FrameHeader::default() };
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut frame = Vec::with_capacity(header.len(length as u64) + length);
    header.format(length as u64, &mut frame).expect("memory takes whatever is written to it");
    parts.iter().for_each(|part| frame.extend_from_slice(part));
    Bytes::from(frame)
}

/// What stands in a frame of ours.
#[cfg(any(test, feature = "fuzzing"))]
pub(in crate::gateway) fn payload(frame: &[u8]) -> &[u8] {
    let mut cursor = std::io::Cursor::new(frame);
    let parsed = FrameHeader::parse(&mut cursor).expect("it is a frame");
    let (_, length) = parsed.expect("its header is whole");
    let rest = &frame[usize::try_from(cursor.position()).expect("it is short")..];
    assert_eq!(rest.len() as u64, length, "it is one frame");
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_how_long_it_is() {
        assert_eq!(text(b"{}"), &b"\x81\x02{}"[..]);
        assert_eq!(binary(b"\xff"), &b"\x82\x01\xff"[..]);
        assert_eq!(ping(), &b"\x89\x00"[..]);
        assert_eq!(pong(b"there?"), &b"\x8a\x06there?"[..]);
        assert_eq!(close(None), &b"\x88\x00"[..]);
        assert_eq!(close(Some((CloseCode::Normal, "quit"))), &b"\x88\x06\x03\xe8quit"[..]);
        for (length, header) in [(125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let bytes = vec![b'x'; length];
            let frame = text(&bytes);
            assert_eq!(frame.len(), header + length);
            assert_eq!(payload(&frame), bytes);
        }
    }
}
