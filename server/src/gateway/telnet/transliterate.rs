//! The nearest ASCII for what a client's encoding lacks.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use crate::vocab::Charset;

/// A text in the letters of an encoding. What people see as one character becomes at most one question mark.
pub(in crate::gateway) fn spell(text: &str, charset: Charset) -> Cow<'_, str> {
    if charset == Charset::Utf8 || text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // Latin-1 has letters with their marks, and no marks alone.
    let composed: String = text.nfc().collect();
    for grapheme in composed.graphemes(true) {
        let begins = out.len();
        for c in grapheme.chars() {
            if has(charset, c) {
                out.push(c);
            } else {
                transliterate(c, &mut out);
            }
        }
        if out[begins..].bytes().filter(|byte| *byte == b'?').count() > 1 {
            out.truncate(begins);
            out.push('?');
        }
    }
    Cow::Owned(out)
}

/// Whether an encoding has a character that is not for control.
fn has(charset: Charset, c: char) -> bool {
    match charset {
        Charset::Utf8 => true,
        Charset::Latin1 => c.is_ascii() || ('\u{a0}'..='\u{ff}').contains(&c),
        Charset::Ascii => c.is_ascii(),
    }
}

/// Appends the nearest ASCII: a look-alike, else the letter without its marks, else a question mark. Nothing for marks
/// and characters without width.
fn transliterate(c: char, out: &mut String) {
    if let Some(text) = look_alike(c) {
        return out.push_str(text);
    }
    let letters = || std::iter::once(c).nfkd().filter(|part| !is_combining_mark(*part));
    if letters().all(|part| part.is_ascii() || look_alike(part).is_some()) {
        for part in letters() {
            match look_alike(part) {
                Some(text) => out.push_str(text),
                None => out.push(part),
            }
        }
    } else {
        out.push('?');
    }
}

fn look_alike(c: char) -> Option<&'static str> {
    punctuation(c).or_else(|| letter(c)).or_else(|| drawing(c)).or_else(|| face(c))
}

/// The pictures that people typed before there were pictures.
fn face(c: char) -> Option<&'static str> {
    Some(match c {
        '😀'..='😆' | '😊' | '😎' | '🙂' | '☺' => ":)",
        '😉' | '😜' => ";)",
        '😛' | '😝' => ":P",
        '😐' | '😑' => ":|",
        '😞' | '😟' | '😢' | '😭' | '🙁' | '☹' => ":(",
        '😮' | '😲' => ":O",
        '❤' | '♥' => "<3",
        _ => return None,
    })
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
