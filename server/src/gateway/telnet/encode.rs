//! Text and subnegotiations onto the wire: line ends, IACs, the client's encoding. Trusts its caller for escape sequences and changes none.

use bytes::{BufMut, BytesMut};

use crate::vocab::Charset;

use super::codes::{CR, EOR, GA, IAC, LF, NUL, SB, SE};
use super::transliterate::spell;

/// What marks the end of a prompt, so that clients need not guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptMark {
    /// `IAC EOR`, to a client that begins a new line after it by itself.
    Eor,
    /// `IAC EOR`, to a client that may show the next line behind the prompt.
    EorAlone,
    /// `IAC GA`.
    Ga,
    /// Nothing, for peers that do not speak telnet or asked for none.
    None,
}

impl PromptMark {
    /// Its bytes on the wire.
    #[must_use]
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Eor | Self::EorAlone => &[IAC, EOR],
            Self::Ga => &[IAC, GA],
            Self::None => &[],
        }
    }
}

/// Appends text: LF and CR LF become CR LF, a CR alone CR NUL, a NUL nothing, a Latin-1 ÿ a doubled IAC; what the
/// encoding lacks is transliterated.
pub fn text(text: &str, charset: Charset, out: &mut BytesMut) {
    out.reserve(text.len() + 2);
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, CR | LF | NUL)) {
        plain(&rest[..at], charset, out);
        let byte = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match byte {
            NUL => {}
            CR if !rest.starts_with('\n') => out.put_slice(&[CR, NUL]),
            CR => {}
            _ => out.put_slice(&[CR, LF]),
        }
    }
    plain(rest, charset, out);
}

/// Appends text and a line end.
pub fn line(content: &str, charset: Charset, out: &mut BytesMut) {
    text(content, charset, out);
    out.put_slice(&[CR, LF]);
}

/// Appends a prompt, which has no line end, and its mark.
pub fn prompt(content: &str, charset: Charset, mark: PromptMark, out: &mut BytesMut) {
    text(content, charset, out);
    out.put_slice(mark.bytes());
}

/// Appends a subnegotiation (RFC 855), with every IAC in it doubled.
pub(super) fn subnegotiation(option: u8, payload: &[u8], out: &mut impl BufMut) {
    out.put_slice(&[IAC, SB, option]);
    for byte in payload {
        out.put_u8(*byte);
        if *byte == IAC {
            out.put_u8(IAC);
        }
    }
    out.put_slice(&[IAC, SE]);
}

fn plain(text: &str, charset: Charset, out: &mut BytesMut) {
    let text = spell(text, charset);
    if charset == Charset::Utf8 || text.is_ascii() {
        return out.put_slice(text.as_bytes());
    }
    for byte in text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')) {
        match byte {
            IAC => out.put_slice(&[IAC, IAC]),
            byte => out.put_u8(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_on_the_wire() {
        use Charset::{Ascii, Latin1, Utf8};
        let table: [(&str, Charset, &[u8]); 17] = [
            ("a\nb", Utf8, b"a\r\nb"),
            ("a\r\nb", Utf8, b"a\r\nb"),
            ("a\rb\r", Utf8, b"a\r\0b\r\0"),
            ("a\0b", Ascii, b"ab"),
            ("\u{1b}[1;31mred\u{1b}[0m", Ascii, b"\x1b[1;31mred\x1b[0m"),
            ("ÿ", Utf8, b"\xc3\xbf"),
            ("ÿ", Latin1, b"\xff\xff"),
            ("ÿ", Ascii, b"y"),
            ("café", Latin1, b"caf\xe9"),
            ("café", Ascii, b"cafe"),
            ("“so” – it’s…", Latin1, b"\"so\" - it's..."),
            ("✓ ł €5 漢", Ascii, b"* l EUR5 ?"),
            ("┌─┐│╬", Latin1, b"+-+|+"),
            ("a\u{200b}\u{85}e\u{301}", Ascii, b"ae"),
            ("👩\u{200d}👩\u{200d}👧 漢字", Latin1, b"? ??"),
            ("🙂 ❤\u{fe0f}", Ascii, b":) <3"),
            ("e\u{301}ÿ", Latin1, b"\xe9\xff\xff"),
        ];
        for (content, charset, expected) in table {
            let mut out = BytesMut::new();
            text(content, charset, &mut out);
            assert_eq!(out, expected, "{content:?} in {charset:?}");
        }
    }

    #[test]
    fn prompts_end_with_their_mark_and_lines_with_an_end() {
        let mut out = BytesMut::new();
        line("Hello.", Charset::Ascii, &mut out);
        prompt("> ", Charset::Utf8, PromptMark::Eor, &mut out);
        prompt("> ", Charset::Utf8, PromptMark::Ga, &mut out);
        prompt("> ", Charset::Utf8, PromptMark::None, &mut out);
        assert_eq!(&out[..], b"Hello.\r\n> \xff\xef> \xff\xf9> ");
    }
}
