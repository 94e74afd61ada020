//! What speakers say: a line that tells who said it, where, as which of their lines, and when.

use std::fmt;
use std::sync::LazyLock;

use memchr::memmem::Finder;

static START: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("load "));

/// A spoken line; its text is `load 17 3 42 8123456`. With letters beside them, content filters would read digits as letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spoken {
    /// Who said it.
    pub(crate) speaker: u32,
    /// Where they stood.
    pub(crate) room: u32,
    /// How many lines they had said before it.
    pub(crate) count: u32,
    /// When it was handed to the socket, in microseconds since the run began.
    pub(crate) sent_us: u64,
}

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { speaker, room, count, sent_us } = self;
        write!(f, "load {speaker} {room} {count} {sent_us}")
    }
}

impl Spoken {
    /// Finds what was spoken in each line that a listener read, whatever stands around it. A line may say it more than once,
    /// in words and in data for programs.
    pub(crate) fn find_in(text: &[u8]) -> impl Iterator<Item = Self> {
        let mut rest = text;
        std::iter::from_fn(move || {
            loop {
                rest = &rest[START.find(rest)? + START.needle().len()..];
                let spoken = Self::parse(rest);
                rest = &rest[memchr::memchr(b'\n', rest).unwrap_or(rest.len())..];
                if spoken.is_some() {
                    return spoken;
                }
            }
        })
    }

    /// What stands behind the start.
    #[inline]
    fn parse(rest: &[u8]) -> Option<Self> {
        let (speaker, [b' ', rest @ ..]) = number(rest)? else { return None };
        let (room, [b' ', rest @ ..]) = number(rest)? else { return None };
        let (count, [b' ', rest @ ..]) = number(rest)? else { return None };
        let (sent_us, _) = number(rest)?;
        Some(Self {
            speaker: u32::try_from(speaker).ok()?,
            room: u32::try_from(room).ok()?,
            count: u32::try_from(count).ok()?,
            sent_us,
        })
    }
}

/// As many digits as any number of 64 bits may have.
const DIGITS_MAX: usize = 19;

/// The number at the front and what follows it.
#[inline]
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    let mut digits = 0;
    for byte in text.iter().take(DIGITS_MAX + 1) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = u64::wrapping_add(u64::wrapping_mul(number, 10), u64::from(digit));
        digits += 1;
    }
    (1..=DIGITS_MAX).contains(&digits).then(|| (number, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_in_what_clients_show() {
        let spoken = Spoken { speaker: 17, room: 3, count: 42, sent_us: 8_123_456 };
        for shown in
            [format!("Bob says, \"{spoken}\""), format!("{spoken}"), format!("> {spoken}!")]
        {
            let twice = format!("{shown} {shown}\r\n> \r\n{shown}");
            assert!(Spoken::find_in(twice.as_bytes()).eq([spoken, spoken]), "{shown}");
        }
    }

    #[test]
    fn other_text_is_no_line() {
        for text in ["", "load ", "load 1 2 3", "load 1 2 3 ", "load 99999999999999999999 1 1 1"] {
            assert_eq!(Spoken::find_in(text.as_bytes()).count(), 0, "{text}");
        }
    }
}
