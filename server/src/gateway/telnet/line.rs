//! Text bytes into lines: where they end, what backspace takes away, how long they may be.
//!
//! Owns the bytes of the line that is not finished yet; knows nothing of encodings but how wide a character is.

use std::borrow::Cow;

use super::codes::{BS, CR, DEL, LF, NUL, TAB};

/// What a stretch of text came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A line without its end.
    Line(Cow<'a, [u8]>),
    /// The line grew past the limit; what is left of it will be discarded.
    TooLong,
    /// So many bytes came to nothing.
    Discarded(usize),
}

/// How lines are read at present.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineRule {
    /// The longest line.
    pub(super) bytes_max: usize,
    /// Whether every byte is a character, as in Latin-1, or may be part of one, as in UTF-8.
    pub(super) is_byte_a_character: bool,
}

/// The unfinished line of one connection. Holds no memory between lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pending: Vec<u8>,
    is_after_cr: bool,
    is_too_long: bool,
}

impl Lines {
    /// Takes the next piece off the front of the text; `None` when all of it is used up.
    ///
    /// A line ends with CR LF, CR NUL, LF or CR: all of them are sent by clients in use.
    pub(super) fn next<'a>(&mut self, text: &mut &'a [u8], rule: LineRule) -> Option<Piece<'a>> {
        while let Some(&byte) = text.first() {
            if std::mem::take(&mut self.is_after_cr) && matches!(byte, LF | NUL) {
                *text = &text[1..];
                continue;
            }
            let run = text.iter().position(|byte| is_control(*byte)).unwrap_or(text.len());
            let piece = match text.get(run) {
                Some(&end @ (CR | LF)) if self.is_whole(run, rule) => {
                    let line = &text[..run];
                    *text = &text[run + 1..];
                    self.is_after_cr = end == CR;
                    Some(Piece::Line(Cow::Borrowed(line)))
                }
                _ if run > 0 => self.keep(text, run, rule),
                _ => {
                    *text = &text[1..];
                    self.control(byte, rule)
                }
            };
            if piece.is_some() {
                return piece;
            }
        }
        None
    }

    /// Takes the last character off the unfinished line.
    pub(super) fn erase_character(&mut self, rule: LineRule) {
        let kept = self.pending.len() - last_character_bytes(&self.pending, rule);
        self.pending.truncate(kept);
    }

    /// Forgets the unfinished line.
    pub(super) fn clear(&mut self) {
        self.pending = Vec::new();
    }

    /// The memory that the unfinished line takes.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn bytes_held(&self) -> usize {
        self.pending.capacity()
    }

    /// Whether the next bytes of the text, so many, are a line by themselves, which needs no copy here.
    fn is_whole(&self, run: usize, rule: LineRule) -> bool {
        self.pending.is_empty() && !self.is_too_long && run <= rule.bytes_max
    }

    fn keep(&mut self, text: &mut &[u8], run: usize, rule: LineRule) -> Option<Piece<'static>> {
        let room = if self.is_too_long { run } else { rule.bytes_max - self.pending.len() };
        // The first byte too many is taken and no more, so that a line is refused at the same byte however it arrives.
        let taken = run.min(room.saturating_add(1));
        let (bytes, rest) = text.split_at(taken);
        *text = rest;
        if self.is_too_long {
            return Some(Piece::Discarded(taken));
        }
        if taken > room {
            self.is_too_long = true;
            self.clear();
            return Some(Piece::TooLong);
        }
        self.pending.extend_from_slice(bytes);
        None
    }

    fn control(&mut self, byte: u8, rule: LineRule) -> Option<Piece<'static>> {
        match byte {
            CR | LF => {
                self.is_after_cr = byte == CR;
                let line = std::mem::take(&mut self.pending);
                let is_refused = std::mem::take(&mut self.is_too_long);
                (!is_refused).then_some(Piece::Line(Cow::Owned(line)))
            }
            BS | DEL => {
                self.erase_character(rule);
                None
            }
            _ => Some(Piece::Discarded(1)),
        }
    }
}

fn is_control(byte: u8) -> bool {
    (byte < b' ' && byte != TAB) || byte == DEL
}

fn last_character_bytes(line: &[u8], rule: LineRule) -> usize {
    let longest = if rule.is_byte_a_character { 1 } else { 4 };
    let is_character = |bytes: &usize| {
        let tail = &line[line.len() - bytes..];
        std::str::from_utf8(tail).is_ok_and(|tail| tail.chars().count() == 1)
    };
    let at_least = line.len().min(1);
    (at_least..=longest.min(line.len())).find(is_character).unwrap_or(at_least)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTF8: LineRule = LineRule { bytes_max: 12, is_byte_a_character: false };
    const LATIN1: LineRule = LineRule { bytes_max: 12, is_byte_a_character: true };

    fn read(segments: &[&[u8]], rule: LineRule) -> Vec<String> {
        let mut lines = Lines::default();
        let mut heard = Vec::new();
        for segment in segments {
            let mut rest = *segment;
            while let Some(piece) = lines.next(&mut rest, rule) {
                match piece {
                    Piece::Line(line) => heard.push(String::from_utf8_lossy(&line).into_owned()),
                    Piece::TooLong => heard.push("TOO LONG".to_owned()),
                    Piece::Discarded(_) => {}
                }
            }
        }
        heard
    }

    #[test]
    fn every_line_end_in_use() {
        let cases: &[(&[&[u8]], &[&str])] = &[
            (&[b"look\r\nwho\r\n"], &["look", "who"]),
            (&[b"look\rwho\r"], &["look", "who"]),
            (&[b"look\nwho\n"], &["look", "who"]),
            (&[b"look\r\0who\r\0"], &["look", "who"]),
            (&[b"look\r", b"\nwho\r", b"\0", b"n\r\n"], &["look", "who", "n"]),
            (&[b"\r\n\r\n"], &["", ""]),
            (&[b"\r\r\n\n"], &["", "", ""]),
            (&[b"no end"], &[]),
        ];
        for (segments, expected) in cases {
            assert_eq!(read(segments, UTF8), *expected, "{segments:?}");
        }
    }

    #[test]
    fn the_nul_of_a_line_end_is_nothing_discarded() {
        let mut lines = Lines::default();
        let mut text = &b"\r\0\0"[..];
        assert_eq!(lines.next(&mut text, UTF8), Some(Piece::Line(Cow::Borrowed(b""))));
        assert_eq!(lines.next(&mut text, UTF8), Some(Piece::Discarded(1)));
        assert_eq!(lines.next(&mut text, UTF8), None);
    }

    #[test]
    fn backspace_and_delete_take_a_whole_character() {
        let cases: &[(&[u8], &str)] = &[
            (b"lookk\x08\r\n", "look"),
            (b"x\x7f\x7f\x7fwho\n", "who"),
            ("né\u{8}o\n".as_bytes(), "no"),
            ("a\u{1f600}\u{7f}b\n".as_bytes(), "ab"),
            ("€\u{8}\n".as_bytes(), ""),
        ];
        for (input, expected) in cases {
            assert_eq!(read(&[input], UTF8), [*expected], "{input:?}");
        }
        assert_eq!(read(&[b"ab\xe9\x08c\n"], LATIN1), ["abc"]);
        assert_eq!(read(&[b"ab\xc3\xa9\x08\x08c\n"], LATIN1), ["abc"]);
    }

    #[test]
    fn controls_are_dropped_and_tabs_kept() {
        assert_eq!(read(&[b"a\x1b[1m\x07\x00b\tc\n"], UTF8), ["a[1mb\tc"]);
    }

    #[test]
    fn a_line_too_long_is_told_once() {
        assert_eq!(read(&[b"123456789012\n"], UTF8), ["123456789012"]);
        assert_eq!(read(&[b"1234567890123\nok\n"], UTF8), ["TOO LONG", "ok"]);
        let flood: Vec<&[u8]> = vec![b"1234567890"; 100];
        assert_eq!(read(&flood, UTF8), ["TOO LONG"]);
    }

    #[test]
    fn nothing_is_held_between_lines() {
        let mut lines = Lines::default();
        let mut text = &b"par"[..];
        assert_eq!(lines.next(&mut text, UTF8), None);
        assert!(lines.bytes_held() > 0);
        let mut text = &b"tial\r\n"[..];
        assert!(matches!(lines.next(&mut text, UTF8), Some(Piece::Line(_))));
        assert_eq!(lines.next(&mut text, UTF8), None);
        assert_eq!(lines.bytes_held(), 0);
    }
}
