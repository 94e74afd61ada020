//! What a client sent, taken apart into messages (RFC 6455, sections 5 and 8.1), and refused where it is not as it should be.
//!
//! Holds what is not whole yet and nothing else: between messages, no memory.

use std::io::Cursor;

use bytes::{Buf, Bytes, BytesMut};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Control, Data, OpCode};

use super::closing::Closing;

/// The most that a ping, a pong or a close may hold. Bytes.
const CONTROL_BYTES_MAX: usize = 125;

/// What is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unit {
    /// A text message.
    Text(Utf8Bytes),
    /// A binary message.
    Binary(Bytes),
    /// A ping, to be answered with what it holds.
    Ping(Bytes),
    /// A pong.
    Pong,
    /// The client closes, and is to be answered with this code, or with none as it gave none.
    Close(Option<CloseCode>),
}

/// Takes a client's bytes apart.
#[derive(Debug)]
pub(super) struct Reader {
    message_bytes_max: usize,
    unread: BytesMut,
    /// A message of which pieces have come, and not the last one.
    begun: Option<Box<Begun>>,
}

/// A message that is not whole.
#[derive(Debug)]
struct Begun {
    is_text: bool,
    bytes: Vec<u8>,
    /// How much of it is known to be UTF-8.
    checked: usize,
}

impl Reader {
    /// A reader that takes messages of so many bytes, and has this to begin with.
    pub(super) fn new(message_bytes_max: usize, unread: BytesMut) -> Self {
        Self { message_bytes_max, unread, begun: None }
    }

    /// Takes in what has come.
    pub(super) fn take_in(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// The next thing that is whole, if there is one.
    ///
    /// # Errors
    /// When the client does what it may not; nothing is to be read of it any more.
    pub(super) fn next(&mut self) -> Result<Option<Unit>, Closing> {
        while let Some((header, payload)) = self.frame()? {
            let unit = match header.opcode {
                OpCode::Control(control) => Some(self::control(control, payload)?),
                OpCode::Data(data) => self.data(data, header.is_final, payload)?,
            };
            if unit.is_some() {
                return Ok(unit);
            }
        }
        Ok(None)
    }

    /// The next frame that is whole. What is wrong with one is found as soon as its header is there.
    fn frame(&mut self) -> Result<Option<(FrameHeader, Bytes)>, Closing> {
        let mut cursor = Cursor::new(&self.unread[..]);
        let parsed = FrameHeader::parse(&mut cursor).map_err(|_| Closing::NO_FRAME)?;
        let start = cursor.position() as usize;
        let Some((header, length)) = parsed else {
            self.forget_if_empty();
            return Ok(None);
        };
        let length = self.checked(&header, length)?;
        if self.unread.len() < start + length {
            return Ok(None);
        }
        self.unread.advance(start);
        let mut payload = self.unread.split_to(length);
        self.forget_if_empty();
        unmask(&mut payload, header.mask.unwrap_or_default());
        Ok(Some((header, payload.freeze())))
    }

    fn forget_if_empty(&mut self) {
        if self.unread.is_empty() {
            self.unread = BytesMut::new();
        }
    }

    /// How much a frame holds, if it may come here.
    fn checked(&self, header: &FrameHeader, length: u64) -> Result<usize, Closing> {
        let begun = self.begun.as_ref();
        let (is_in_order, most) = match header.opcode {
            OpCode::Control(_) => {
                (header.is_final && length <= CONTROL_BYTES_MAX as u64, CONTROL_BYTES_MAX)
            }
            OpCode::Data(data) => {
                let before = begun.map_or(0, |begun| begun.bytes.len());
                ((data == Data::Continue) == begun.is_some(), self.message_bytes_max - before)
            }
        };
        let is_reserved = header.rsv1 || header.rsv2 || header.rsv3;
        if is_reserved || header.mask.is_none() || !is_in_order {
            return Err(Closing::NO_FRAME);
        }
        let length = usize::try_from(length).ok().filter(|length| *length <= most);
        length.ok_or(Closing::TOO_LONG)
    }

    /// Takes a piece of a message; gives the message if it is the last one.
    fn data(&mut self, data: Data, is_last: bool, piece: Bytes) -> Result<Option<Unit>, Closing> {
        let is_text = data == Data::Text;
        let Some(mut begun) = self.begun.take() else {
            if is_last {
                return whole(is_text, piece).map(Some);
            }
            let begun = Begun { is_text, bytes: piece.into(), checked: 0 };
            self.begun = Some(Box::new(begun.checked()?));
            return Ok(None);
        };
        begun.bytes.extend_from_slice(&piece);
        if is_last {
            return whole(begun.is_text, begun.bytes.into()).map(Some);
        }
        *begun = begun.checked()?;
        self.begun = Some(begun);
        Ok(None)
    }
}

impl Begun {
    /// The same, if it can still become a text, should it be one. What ends in half a character can.
    fn checked(mut self) -> Result<Self, Closing> {
        if self.is_text {
            match std::str::from_utf8(&self.bytes[self.checked..]) {
                Ok(_) => self.checked = self.bytes.len(),
                Err(why) if why.error_len().is_none() => self.checked += why.valid_up_to(),
                Err(_) => return Err(Closing::NOT_UTF8),
            }
        }
        Ok(self)
    }
}

fn whole(is_text: bool, bytes: Bytes) -> Result<Unit, Closing> {
    if is_text {
        Utf8Bytes::try_from(bytes).map(Unit::Text).map_err(|_| Closing::NOT_UTF8)
    } else {
        Ok(Unit::Binary(bytes))
    }
}

fn control(control: Control, payload: Bytes) -> Result<Unit, Closing> {
    match control {
        Control::Ping => Ok(Unit::Ping(payload)),
        Control::Pong => Ok(Unit::Pong),
        Control::Close => Ok(Unit::Close(answer(&payload))),
        Control::Reserved(_) => Err(Closing::NO_FRAME),
    }
}

/// The code with which a client's close is answered: its own, unless that may not be sent or is followed by nonsense.
fn answer(payload: &[u8]) -> Option<CloseCode> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return (!payload.is_empty()).then_some(CloseCode::Protocol);
    };
    let code = CloseCode::from(u16::from_be_bytes(*code));
    match std::str::from_utf8(reason) {
        Ok(_) if code.is_allowed() => Some(code),
        Ok(_) => Some(CloseCode::Protocol),
        Err(_) => Some(CloseCode::Invalid),
    }
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    for four in payload.chunks_mut(4) {
        for (byte, key) in four.iter_mut().zip(mask) {
            *byte ^= key;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read, Write};

    use proptest::prelude::*;
    use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
    use tokio_tungstenite::tungstenite::{Error, Message};

    use super::*;

    const MOST: usize = 200;
    const MASK: [u8; 4] = [0x5a, 0, 0xff, 0x31];

    /// What comes of bytes that arrive in these parts, and how it ends.
    fn read(bytes: &[u8], parts: &[usize]) -> (Vec<Unit>, Option<Closing>) {
        let (mut reader, mut units) = (Reader::new(MOST, BytesMut::new()), Vec::new());
        let mut rest = bytes;
        for part in parts.iter().copied().chain([bytes.len()]) {
            let (now, later) = rest.split_at(part.min(rest.len()));
            reader.take_in(now);
            rest = later;
            loop {
                match reader.next() {
                    Ok(Some(unit)) => units.push(unit),
                    Ok(None) => break,
                    Err(closing) => return (units, Some(closing)),
                }
            }
        }
        (units, None)
    }

    /// A client's bytes, and nobody who takes what is said to it.
    struct Client<'a>(&'a [u8]);

    impl Read for Client<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                Err(io::ErrorKind::WouldBlock.into())
            } else {
                self.0.read(buffer)
            }
        }
    }

    impl Write for Client<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The same, as a library of renown reads it.
    fn read_by_tungstenite(bytes: &[u8]) -> (Vec<Unit>, Option<Closing>) {
        let config =
            WebSocketConfig::default().max_message_size(Some(MOST)).max_frame_size(Some(MOST));
        let mut context = WebSocketContext::new(Role::Server, Some(config));
        let (mut client, mut units) = (Client(bytes), Vec::new());
        loop {
            units.push(match context.read(&mut client) {
                Ok(Message::Text(text)) => Unit::Text(text),
                Ok(Message::Binary(bytes)) => Unit::Binary(bytes),
                Ok(Message::Ping(payload)) => Unit::Ping(payload),
                Ok(Message::Pong(_)) => Unit::Pong,
                Ok(other) => panic!("{other:?}: the frames hold no close"),
                Err(Error::Io(_)) => return (units, None),
                Err(Error::Capacity(_)) => return (units, Some(Closing::TOO_LONG)),
                Err(Error::Utf8(_)) => return (units, Some(Closing::NOT_UTF8)),
                Err(_) => return (units, Some(Closing::NO_FRAME)),
            });
        }
    }

    /// Frames as clients send them, and a few that none should; none that closes.
    fn frames() -> impl Strategy<Value = Vec<u8>> {
        let first = prop_oneof![
            10 => prop::sample::select(vec![0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8a]),
            1 => prop::sample::select(vec![0x09, 0x83, 0xc1, 0x8b]),
        ];
        let text = prop_oneof![4 => "[ -~é€🦀]{0,70}".prop_map(String::into_bytes),
                               1 => prop::collection::vec(any::<u8>(), 0..140)];
        let cut = (text, any::<prop::sample::Index>()).prop_map(|(text, at)| {
            if text.is_empty() { text } else { text[at.index(text.len())..].to_vec() }
        });
        let frame = (first, cut).prop_map(|(first, payload)| masked(first, &payload));
        prop::collection::vec(frame, 0..8).prop_map(|frames| frames.concat())
    }

    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).expect("tests send little");
        let mut frame = match length {
            0..126 => vec![first, 0x80 | length],
            _ => vec![first, 0x80 | 126, 0, length],
        };
        frame.extend(MASK);
        frame.extend_from_slice(payload);
        let start = frame.len() - payload.len();
        unmask(&mut frame[start..], MASK);
        frame
    }

    proptest! {
        /// What a client sends means the same however the network cuts it.
        #[test]
        fn any_split_reads_alike(bytes in frames(), parts in prop::collection::vec(0..40_usize, 0..20)) {
            prop_assert_eq!(read(&bytes, &parts), read(&bytes, &[]));
        }

        /// What is read of a client is what a well-known library reads of it.
        #[test]
        fn it_is_what_others_read(bytes in frames()) {
            prop_assert_eq!(read(&bytes, &[]), read_by_tungstenite(&bytes));
        }
    }

    #[test]
    fn nothing_is_kept_between_messages() {
        let mut reader = Reader::new(MOST, BytesMut::new());
        reader.take_in(&[masked(0x01, b"in "), masked(0x80, b"pieces")].concat());
        assert_eq!(reader.next(), Ok(Some(Unit::Text("in pieces".into()))));
        assert_eq!(reader.next(), Ok(None));
        assert!(reader.begun.is_none());
        assert_eq!(reader.unread.capacity(), 0);
    }

    #[test]
    fn a_close_is_answered_by_a_code_that_may_be_sent() {
        let close = |payload: &[u8]| read(&masked(0x88, payload), &[]);
        assert_eq!(close(b""), (vec![Unit::Close(None)], None));
        let normal = Unit::Close(Some(CloseCode::Normal));
        assert_eq!(close(b"\x03\xe8quit"), (vec![normal], None));
        for wrong in [&b"\x03"[..], b"\x03\xec", b"\x00\x00"] {
            assert_eq!(close(wrong), (vec![Unit::Close(Some(CloseCode::Protocol))], None));
        }
        assert_eq!(close(b"\x03\xe8\xff"), (vec![Unit::Close(Some(CloseCode::Invalid))], None));
    }
}
