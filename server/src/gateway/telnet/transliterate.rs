//! The nearest ASCII for a character that a client's encoding lacks.

use bytes::{BufMut, BytesMut};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Appends the nearest ASCII: a look-alike, else the letter without its marks, else a question mark. Nothing for marks
/// and characters without width.
pub(super) fn transliterate(c: char, out: &mut BytesMut) {
    if let Some(text) = look_alike(c) {
        return out.put_slice(text.as_bytes());
    }
    let letters = || std::iter::once(c).nfkd().filter(|part| !is_combining_mark(*part));
    if letters().all(|part| part.is_ascii() || look_alike(part).is_some()) {
        for part in letters() {
            match look_alike(part) {
                Some(text) => out.put_slice(text.as_bytes()),
                None => out.put_u8(u8::try_from(part).unwrap_or(b'?')),
            }
        }
    } else {
        out.put_u8(b'?');
    }
}

fn look_alike(c: char) -> Option<&'static str> {
    punctuation(c).or_else(|| letter(c)).or_else(|| drawing(c))
}

fn punctuation(c: char) -> Option<&'static str> {
    Some(match c {
        '‐'..='―' | '−' => "-",
        '‘'..='‛' | '′' | '´' => "'",
        '“'..='‟' | '″' | '«' | '»' => "\"",
        '‹' => "<",
        '›' => ">",
        '…' => "...",
        '•' | '‣' | '·' | '●' | '○' | '★' | '☆' | '✓' | '✔' => "*",
        '×' | '✗' | '✘' => "x",
        '÷' | '⁄' => "/",
        '←' => "<-",
        '→' => "->",
        '↑' => "^",
        '↓' => "v",
        '¡' => "!",
        '¿' => "?",
        '¦' => "|",
        '±' => "+-",
        '°' => "o",
        '©' => "(c)",
        '®' => "(r)",
        '™' => "(tm)",
        '€' => "EUR",
        '£' => "GBP",
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => "",
        _ => return None,
    })
}

/// Letters that Unicode does not take apart.
fn letter(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'ẞ' => "SS",
        'Æ' => "AE",
        'æ' => "ae",
        'Œ' => "OE",
        'œ' => "oe",
        'Ø' => "O",
        'ø' => "o",
        'Đ' | 'Ð' => "D",
        'đ' | 'ð' => "d",
        'Þ' => "Th",
        'þ' => "th",
        'Ł' => "L",
        'ł' => "l",
        'ı' => "i",
        _ => return None,
    })
}

fn drawing(c: char) -> Option<&'static str> {
    Some(match c {
        '─' | '━' | '┄' | '┅' | '┈' | '┉' | '╌' | '╍' | '═' | '╴' | '╶' | '╸' | '╺' | '╼' | '╾' => {
            "-"
        }
        '│' | '┃' | '┆' | '┇' | '┊' | '┋' | '╎' | '╏' | '║' | '╵' | '╷' | '╹' | '╻' | '╽' | '╿' => {
            "|"
        }
        '╱' => "/",
        '╲' => "\\",
        '╳' => "X",
        '\u{2500}'..='\u{257f}' => "+",
        '\u{2580}'..='\u{259f}' => "#",
        _ => return None,
    })
}
