//! What must hold of lines: where they end, and that what is encoded reads as it was.

use bytes::BytesMut;

use super::super::codes::{IAC, TAB};
use super::super::line::{LineRule, Lines, Piece};
use super::super::{decode, encode, spell};
use crate::gateway::fuzzing::{Settings, split};
use crate::vocab::{Charset, clean};

const CHARSETS: [Charset; 3] = [Charset::Ascii, Charset::Latin1, Charset::Utf8];

/// Any bytes are the same lines however they are split, none too long and none with a control in it; and any text is read
/// as it was encoded.
pub(crate) fn lines(settings: Settings, bytes: &[u8]) {
    let bytes_max = if settings.is_tight { 12 } else { 4096 };
    for is_byte_a_character in [false, true] {
        let rule = LineRule { bytes_max, is_byte_a_character };
        let whole = Read::of(std::iter::once(bytes), rule);
        assert_eq!(Read::of(split(bytes, settings.seed), rule), whole);
        assert_eq!(Read::of(bytes.chunks(1), rule), whole);
        whole.is_within(bytes.len(), rule);
    }
    let text = clean(&String::from_utf8_lossy(bytes));
    CHARSETS.into_iter().for_each(|charset| survives(&text, charset));
}

/// What was read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Read {
    /// Each line; none in the place of one that was too long.
    lines: Vec<Option<Vec<u8>>>,
    bytes_discarded: usize,
}

impl Read {
    fn of<'a>(segments: impl Iterator<Item = &'a [u8]>, rule: LineRule) -> Self {
        let (mut lines, mut read) = (Lines::default(), Self::default());
        for mut segment in segments {
            while let Some(piece) = lines.next(&mut segment, rule) {
                match piece {
                    Piece::Line(line) => read.lines.push(Some(line.into_owned())),
                    Piece::TooLong => read.lines.push(None),
                    Piece::Discarded(bytes) => read.bytes_discarded += bytes,
                }
            }
            assert!(lines.bytes_held() <= 2 * rule.bytes_max);
        }
        read
    }

    fn is_within(&self, bytes_in: usize, rule: LineRule) {
        let mut bytes = self.bytes_discarded;
        for line in self.lines.iter().flatten() {
            assert!(line.len() <= rule.bytes_max, "{} bytes", line.len());
            let is_control = |byte: &u8| byte.is_ascii_control() && *byte != TAB;
            assert!(!line.iter().any(is_control), "{}", line.escape_ascii());
            bytes += line.len() + 1;
        }
        assert!(bytes <= bytes_in, "{bytes} of {bytes_in}");
    }
}

/// A text in an encoding is one line on the wire, with nothing but that encoding in it, and is read as it was spelled.
fn survives(text: &str, charset: Charset) {
    let spelled = spell(text, charset);
    assert_eq!(spell(&spelled, charset), spelled, "spelled again it is another");
    let mut wire = BytesMut::new();
    encode::line(text, charset, &mut wire);
    let sent = match charset {
        Charset::Ascii => {
            assert!(wire.is_ascii());
            wire.to_vec()
        }
        Charset::Latin1 => undoubled(&wire),
        Charset::Utf8 => wire.to_vec(),
    };
    let rule = LineRule { bytes_max: usize::MAX / 2, is_byte_a_character: false };
    let read = Read::of(std::iter::once(&sent[..]), rule);
    let [Some(line)] = &read.lines[..] else { panic!("{} lines", read.lines.len()) };
    assert_eq!(read.bytes_discarded, 0);
    let decoded = decode::decode(line, Some(charset)).text;
    assert_eq!(decoded, spelled);
    // What it is cleaned of at the other end is nothing.
    assert_eq!(clean(&decoded), decoded);
}

/// Text with single IACs again.
fn undoubled(wire: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(wire.len());
    let mut bytes = wire.iter();
    while let Some(&byte) = bytes.next() {
        if byte == IAC {
            assert_eq!(bytes.next(), Some(&IAC), "an IAC that is not doubled");
        }
        assert!(!matches!(byte, 0x80..=0x9f), "a control of C1");
        text.push(byte);
    }
    text
}
