//! The bytes of a line into text, by the encoding that is known or the one that shows.

use std::borrow::Cow;

use crate::vocab::Charset;

/// A decoded line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded<'a> {
    /// The text; bytes that mean nothing have become U+FFFD.
    pub(super) text: Cow<'a, str>,
    /// Whether the line shows that the client speaks UTF-8, which nobody had said.
    pub(super) shows_utf8: bool,
}

/// Decodes a line. Where no encoding is known, or ASCII, which leaves the high bytes open: UTF-8 if the line is that,
/// else Latin-1 for this line.
pub(super) fn decode(line: &[u8], known: Option<Charset>) -> Decoded<'_> {
    let text = match known {
        Some(Charset::Utf8) => String::from_utf8_lossy(line),
        Some(Charset::Latin1) => latin1(line),
        Some(Charset::Ascii) | None => match std::str::from_utf8(line) {
            Ok(text) => {
                let shows_utf8 = known.is_none() && !text.is_ascii();
                return Decoded { text: Cow::Borrowed(text), shows_utf8 };
            }
            Err(_) => latin1(line),
        },
    };
    Decoded { text, shows_utf8: false }
}

fn latin1(line: &[u8]) -> Cow<'_, str> {
    Cow::Owned(line.iter().copied().map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_what_is_known() {
        let cases: &[(&[u8], Option<Charset>, &str, bool)] = &[
            (b"caf\xc3\xa9", Some(Charset::Utf8), "café", false),
            (b"caf\xe9!", Some(Charset::Utf8), "caf\u{fffd}!", false),
            (b"\xe2\x82x\xff", Some(Charset::Utf8), "\u{fffd}x\u{fffd}", false),
            // Overlong and surrogate: nothing of either is let through.
            (b"\xc0\xaf", Some(Charset::Utf8), "\u{fffd}\u{fffd}", false),
            (b"\xed\xa0\x80", Some(Charset::Utf8), "\u{fffd}\u{fffd}\u{fffd}", false),
            (b"caf\xc3\xa9", Some(Charset::Latin1), "cafÃ©", false),
            (b"caf\xc3\xa9", Some(Charset::Ascii), "café", false),
            (b"cafe", None, "cafe", false),
            (b"caf\xc3\xa9", None, "café", true),
            (b"caf\xe9", None, "café", false),
        ];
        for (bytes, known, text, shows_utf8) in cases {
            let expected = Decoded { text: Cow::Borrowed(text), shows_utf8: *shows_utf8 };
            assert_eq!(decode(bytes, *known), expected, "{bytes:?} as {known:?}");
        }
    }
}
