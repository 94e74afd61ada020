//! Steps 2 to 5: from typed characters to plain lower-case ones, each of which knows where it came from.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// A character and the bytes of the original that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) c: char,
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Letter {
    fn with(self, c: char) -> Self {
        Self { c, ..self }
    }
}

/// A step: its name, and what it does.
pub(super) type Step = (&'static str, fn(Vec<Letter>) -> Vec<Letter>);

/// The steps in their order.
pub(super) const STEPS: [Step; 4] = [
    ("compatibility forms (NFKC)", compatible),
    ("invisible characters and marks dropped", visible),
    ("look-alikes (UTS 39)", skeleton),
    ("lower case", lower),
];

/// The characters of these parts of a text.
pub(super) fn letters(text: &str, parts: &[Range<usize>]) -> Vec<Letter> {
    let chars = |part: &Range<usize>| {
        let from = part.start;
        text[part.clone()].char_indices().map(move |(at, c)| letter(c, from + at))
    };
    parts.iter().flat_map(chars).collect()
}

/// Lines are far shorter than four gigabytes; what is not is seen up to there.
fn letter(c: char, at: usize) -> Letter {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Letter { c, from: offset(at), to: offset(at + c.len_utf8()) }
}

/// All steps at once.
pub(super) fn fold(letters: Vec<Letter>) -> Vec<Letter> {
    if letters.iter().all(|letter| letter.c.is_ascii()) {
        return lower(letters);
    }
    STEPS.iter().fold(letters, |letters, (_, step)| step(letters))
}

fn each(letters: Vec<Letter>, mut change: impl FnMut(Letter, &mut Vec<Letter>)) -> Vec<Letter> {
    let mut changed = Vec::with_capacity(letters.len());
    for letter in letters {
        if letter.c.is_ascii() {
            changed.push(letter);
        } else {
            change(letter, &mut changed);
        }
    }
    changed
}

/// Full-width, circled, mathematical and other forms of the same letter.
fn compatible(letters: Vec<Letter>) -> Vec<Letter> {
    each(letters, |letter, out| {
        if let Some(c) = boxed(letter.c) {
            return out.push(letter.with(c));
        }
        out.extend(std::iter::once(letter.c).nfkc().map(|c| letter.with(c)));
    })
}

/// Letters in boxes and circles, and flags: Unicode has no compatible form of them.
fn boxed(c: char) -> Option<char> {
    let first = match c {
        '🅐'..='🅩' => '🅐',
        '🅰'..='🆉' => '🅰',
        '🇦'..='🇿' => '🇦',
        _ => return None,
    };
    let number = u8::try_from(u32::from(c) - u32::from(first)).ok()?;
    Some(char::from(b'a' + number))
}

/// Drops what does not show, and what is set above, below or through a letter.
fn visible(letters: Vec<Letter>) -> Vec<Letter> {
    each(letters, |letter, out| {
        if is_ignorable(letter.c) {
            return;
        }
        decompose_canonical(letter.c, |c| {
            if !is_combining_mark(c) {
                out.push(letter.with(c));
            }
        });
    })
}

/// `Default_Ignorable_Code_Point` of Unicode, and the marks that turn text around.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Letters that look like one of ASCII. ASCII itself stays: the skeleton would make `rn` of `m` and `l` of `1`.
fn skeleton(letters: Vec<Letter>) -> Vec<Letter> {
    each(letters, |letter, out| {
        if let Some(c) = drawn(letter.c) {
            return out.push(letter.with(c));
        }
        let mut seen = [None; 4];
        let found = looks(letter.c, &mut seen);
        let found = found.or_else(|| looks(letter.c.to_uppercase().next()?, &mut seen));
        match found {
            Some(length) => out.extend(seen[..length].iter().flatten().map(|c| letter.with(*c))),
            None => out.push(letter),
        }
    })
}

/// How many ASCII characters another one looks like; none if it looks like none.
fn looks(c: char, seen: &mut [Option<char>; 4]) -> Option<usize> {
    let mut bytes = [0; 4];
    let mut length = 0;
    for part in unicode_security::skeleton(c.encode_utf8(&mut bytes)) {
        if is_combining_mark(part) {
            continue;
        }
        if !part.is_ascii() || length == seen.len() {
            return None;
        }
        seen[length] = Some(part);
        length += 1;
    }
    (length > 0).then_some(length)
}

/// Letters drawn like others that the tables of Unicode keep apart: small capitals, strokes and hooks.
fn drawn(c: char) -> Option<char> {
    Some(match c {
        'ᴀ' | 'ⱥ' | 'α' | 'а' => 'a',
        'ʙ' | 'ƀ' | 'ɓ' | 'в' => 'b',
        'ᴄ' | 'ȼ' | 'ƈ' | 'с' | 'ς' => 'c',
        'ᴅ' | 'đ' | 'ɖ' | 'ɗ' => 'd',
        'ᴇ' | 'ɇ' | 'ə' | 'ε' | 'е' | 'є' | 'ɛ' => 'e',
        'ꜰ' | 'ƒ' | 'ғ' => 'f',
        'ɢ' | 'ǥ' | 'ɠ' => 'g',
        'ʜ' | 'ħ' | 'ɦ' | 'һ' | 'н' => 'h',
        'ı' | 'ɪ' | 'ɨ' | 'і' | 'ι' => 'i',
        'ᴊ' | 'ɉ' | 'ј' => 'j',
        'ᴋ' | 'ƙ' | 'κ' | 'к' | 'ĸ' => 'k',
        'ʟ' | 'ł' | 'ƚ' | 'ɫ' | 'ӏ' => 'l',
        'ᴍ' | 'ɱ' | 'м' => 'm',
        'ɴ' | 'ɲ' | 'ŋ' | 'η' | 'п' | 'ո' => 'n',
        'ᴏ' | 'ø' | 'ɵ' | 'ο' | 'о' | 'σ' => 'o',
        'ᴘ' | 'ƥ' | 'ρ' | 'р' => 'p',
        'ɋ' | 'ʠ' => 'q',
        'ʀ' | 'ɍ' | 'ɾ' | 'г' => 'r',
        'ꜱ' | 'ѕ' | 'ʂ' => 's',
        'ᴛ' | 'ŧ' | 'ƭ' | 'τ' | 'т' => 't',
        'ᴜ' | 'ʉ' | 'υ' | 'ս' | 'μ' => 'u',
        'ᴠ' | 'ʋ' | 'ν' | 'ѵ' => 'v',
        'ᴡ' | 'ѡ' | 'ω' | 'ɯ' => 'w',
        'χ' | 'х' => 'x',
        'ʏ' | 'ɏ' | 'γ' | 'у' => 'y',
        'ᴢ' | 'ƶ' | 'ʐ' => 'z',
        _ => return None,
    })
}

fn lower(mut letters: Vec<Letter>) -> Vec<Letter> {
    if letters.iter().all(|letter| letter.c.is_ascii()) {
        for letter in &mut letters {
            letter.c = letter.c.to_ascii_lowercase();
        }
        return letters;
    }
    let lowered = |letter: Letter| letter.c.to_lowercase().map(move |c| letter.with(c));
    letters.into_iter().flat_map(lowered).collect()
}

/// The characters as a text.
pub(super) fn text(letters: &[Letter]) -> String {
    letters.iter().map(|letter| letter.c).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(typed: &str) -> String {
        text(&fold(letters(typed, std::slice::from_ref(&(0..typed.len())))))
    }

    #[test]
    fn whatever_looks_like_a_word_becomes_it() {
        for typed in [
            "Darn",
            "ｄａｒｎ",
            "d\u{200b}a\u{ad}r\u{fe0f}n",
            "d\u{336}a\u{336}r\u{336}n\u{336}",
            "ᴅᴀʀɴ",
            "ⓓⓐⓡⓝ",
            "🅳🅰🆁🅽",
            "🇩🇦🇷🇳",
            "𝓭𝓪𝓻𝓷",
            "dаrn",
            "dárń",
        ] {
            assert_eq!(folded(typed), "darn", "{typed:?}");
        }
    }

    #[test]
    fn ascii_keeps_its_letters() {
        assert_eq!(folded("Modern 10 lamps I"), "modern 10 lamps i");
    }

    #[test]
    fn every_character_knows_where_it_came_from() {
        let typed = "é½x";
        let found = fold(letters(typed, std::slice::from_ref(&(0..typed.len()))));
        assert_eq!(text(&found), "e1/2x");
        assert!(found.iter().all(|l| typed.is_char_boundary(l.from as usize)));
        assert_eq!((found[1].from, found[3].to, found[4].from), (2, 4, 4));
    }
}
