//! The ways to dress a word up that the filter is measured by.

/// A way to write a word so that a plain search misses it.
#[derive(Debug, Clone, Copy)]
pub struct Transform {
    /// Its name.
    pub name: &'static str,
    /// What it makes of a word.
    pub apply: fn(&str) -> String,
}

/// All of them; the first leaves the word as it is.
pub const TRANSFORMS: [Transform; 15] = [
    Transform { name: "plain", apply: str::to_owned },
    Transform { name: "capitals", apply: str::to_uppercase },
    Transform { name: "leet", apply: |word| letters(word, |c| leet(c).into()) },
    Transform { name: "leet, signs", apply: |word| letters(word, |c| signs(c).into()) },
    Transform { name: "blanks", apply: |word| between(word, " ") },
    Transform { name: "dots", apply: |word| between(word, ".") },
    Transform { name: "hyphens", apply: |word| between(word, "-") },
    Transform { name: "zero width", apply: |word| between(word, "\u{200b}") },
    Transform { name: "marks", apply: |word| letters(word, |c| format!("{c}\u{336}")) },
    Transform { name: "homoglyphs", apply: |word| letters(word, |c| homoglyph(c).into()) },
    Transform { name: "full width", apply: |word| letters(word, |c| wide(c).into()) },
    Transform { name: "repeats", apply: |word| letters(word, |c| c.to_string().repeat(3)) },
    Transform { name: "colour code", apply: |word| inside(word, "{r") },
    Transform { name: "colour code, LP", apply: |word| inside(word, "%^RED%^") },
    Transform { name: "ANSI", apply: |word| inside(word, "\u{1b}[1;31m") },
];

fn letters(word: &str, change: impl Fn(char) -> String) -> String {
    word.chars().map(|c| if c == ' ' { c.to_string() } else { change(c) }).collect()
}

/// What stands between blanks gets a sign between its letters, and the words two blanks.
fn between(word: &str, sign: &str) -> String {
    let spread = |part: &str| part.chars().map(String::from).collect::<Vec<_>>().join(sign);
    word.split(' ').map(spread).collect::<Vec<_>>().join(if sign == " " { "  " } else { " " })
}

fn inside(word: &str, code: &str) -> String {
    let middle = word.char_indices().nth(word.chars().count() / 2).map_or(0, |(at, _)| at);
    format!("{}{code}{}", &word[..middle], &word[middle..])
}

/// Every letter that is commonly written as a digit, but not all of a word: the last letter that could be stays.
fn leet(c: char) -> char {
    match c {
        'a' => '4',
        'e' => '3',
        'i' => '1',
        'o' => '0',
        's' => '5',
        't' => '7',
        other => other,
    }
}

fn signs(c: char) -> char {
    match c {
        'a' => '@',
        'i' => '!',
        's' => '$',
        other => other,
    }
}

/// Letters of Cyrillic and Greek that look the same.
fn homoglyph(c: char) -> char {
    match c {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'i' => 'і',
        'k' => 'κ',
        'n' => 'п',
        'o' => 'ο',
        'p' => 'р',
        's' => 'ѕ',
        't' => 'т',
        'u' => 'υ',
        'x' => 'х',
        'y' => 'у',
        other => other,
    }
}

fn wide(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) - 0x21 + 0xff01).unwrap_or(c),
        other => other,
    }
}
