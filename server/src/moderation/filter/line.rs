//! Step 6 to 8: words, leet read as letters, and repeats squeezed.
//!
//! A line is kept as its words with one blank between, each run of a letter once, and how long the run was. So `fuuun`
//! and `fun` have one key, and a word of the lexicon with a double letter still asks for two.

use super::fold::Letter;

/// A word as it was typed: its characters among those of the line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// The first character, and the one after the last.
    pub(super) from: usize,
    pub(super) to: usize,
    /// The same with the signs on both ends that may be letters: `$` and the like.
    pub(super) outer: (usize, usize),
    /// What stands between it and the word before.
    pub(super) gap: Gap,
    /// What its characters are.
    pub(super) looks: Looks,
}

/// What stands between two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// A few signs without a blank: `fu-n`.
    Joiner,
    /// An apostrophe.
    Apostrophe,
    /// A blank or another sign or two: `f u n`.
    Narrow,
    /// More than that.
    Wide,
}

/// What a word consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Looks {
    pub(super) has_letter: bool,
    /// Digits and signs that may be letters.
    pub(super) has_leet: bool,
    /// Digits and signs that may be either of two letters.
    pub(super) has_two_readings: bool,
    /// Signs among them, which are no part of a number.
    pub(super) has_sign: bool,
    /// Stars in the place of letters.
    pub(super) has_star: bool,
}

/// A squeezed line, or a part of one.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The words.
    pub(super) key: String,
    /// For each byte of the key, how often the letter stood there; 255 stands for more.
    pub(super) runs: Vec<u8>,
    /// For each byte of the key, the bytes of the original.
    pub(super) spans: Vec<(u32, u32)>,
}

impl Line {
    /// An empty line with room for so many characters.
    pub(super) fn with_capacity(chars: usize) -> Self {
        Self {
            key: String::with_capacity(chars),
            runs: Vec::with_capacity(chars),
            spans: Vec::with_capacity(chars),
        }
    }

    /// Empties it for the next.
    pub(super) fn clear(&mut self) {
        self.key.clear();
        self.runs.clear();
        self.spans.clear();
    }

    /// Begins another word; returns where in the key.
    pub(super) fn next_word(&mut self) -> usize {
        if !self.key.is_empty() {
            self.put(' ', 1, (0, 0));
        }
        self.key.len()
    }

    /// Adds a character to a word that began at a place of the key.
    pub(super) fn push(&mut self, word: usize, c: char, letter: Letter) {
        let same = self.key[word..].ends_with(c);
        if !same {
            return self.put(c, 1, (letter.from, letter.to));
        }
        for at in self.key.len() - c.len_utf8()..self.key.len() {
            self.runs[at] = self.runs[at].saturating_add(1);
            self.spans[at].1 = letter.to;
        }
    }

    fn put(&mut self, c: char, run: u8, span: (u32, u32)) {
        self.key.push(c);
        for _ in 0..c.len_utf8() {
            self.runs.push(run);
            self.spans.push(span);
        }
    }
}

/// Which letters a digit or sign stands for, in a first and a second reading.
pub(super) fn leet(c: char) -> Option<(char, char)> {
    Some(match c {
        '0' => ('o', 'o'),
        '1' | '!' | '|' => ('i', 'l'),
        '2' => ('z', 'z'),
        '3' | '€' => ('e', 'e'),
        '4' | '@' => ('a', 'a'),
        '5' | '$' => ('s', 's'),
        '6' => ('g', 'b'),
        '7' | '+' => ('t', 't'),
        '8' => ('b', 'b'),
        '9' => ('g', 'p'),
        '(' | '<' | '¢' => ('c', 'c'),
        '£' => ('l', 'l'),
        '¥' => ('y', 'y'),
        _ => return None,
    })
}

fn is_star(c: char) -> bool {
    matches!(c, '*' | '#' | '%')
}

/// Splits characters into words.
pub(super) fn tokens(letters: &[Letter]) -> Vec<Token> {
    let (mut tokens, mut at, mut end) = (Vec::with_capacity(letters.len() / 4), 0, 0);
    while at < letters.len() {
        let c = letters[at].c;
        if !is_wordly(c) {
            at += 1;
            continue;
        }
        let from = at;
        while at < letters.len() && is_wordly(letters[at].c) {
            at += 1;
        }
        if let Some((token, last)) = trimmed(letters, from, at) {
            let gap = gap(&letters[end..token.from]);
            tokens.push(Token { gap, ..token });
            end = last;
        }
    }
    tokens
}

fn is_wordly(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric()
            || matches!(c, '!' | '|' | '@' | '$' | '+' | '(' | '<' | '*' | '#' | '%');
    }
    c.is_alphanumeric() || matches!(c, '€' | '¢' | '£' | '¥')
}

/// Signs at the ends of a word are punctuation, at first sight.
fn trimmed(letters: &[Letter], from: usize, to: usize) -> Option<(Token, usize)> {
    let is_sure = |letter: &Letter| letter.c.is_alphanumeric();
    let is_sign = |letter: &Letter| matches!(letter.c, '@' | '$');
    let first = letters[from..to].iter().position(|l| is_sure(l) || is_sign(l))? + from;
    let last = letters[from..to].iter().rposition(is_sure).map_or(to, |at| from + at + 1);
    let mut looks = Looks::default();
    for letter in &letters[first..last] {
        looks.has_sign |= is_sign(letter);
        looks.has_star |= is_star(letter.c);
        let leet = leet(letter.c);
        looks.has_leet |= leet.is_some();
        looks.has_two_readings |= leet.is_some_and(|(first, second)| first != second);
        looks.has_letter |= letter.c.is_alphabetic();
    }
    if is_counted(&letters[first..last]) {
        looks = Looks::default();
    }
    Some((Token { from: first, to: last, outer: (from, to), gap: Gap::Wide, looks }, last))
}

/// `45s`, `300gp`: a number and its unit.
fn is_counted(word: &[Letter]) -> bool {
    let digits = word.iter().take_while(|letter| letter.c.is_ascii_digit()).count();
    let unit = word.len() - digits;
    digits >= 2 && unit <= 2 && word[digits..].iter().all(|letter| letter.c.is_alphabetic())
}

fn gap(between: &[Letter]) -> Gap {
    let is_joiner =
        |letter: &Letter| matches!(letter.c, '-' | '_' | '.' | '*' | '~' | '+' | '|' | ',');
    match between.len() {
        1 if matches!(between[0].c, '\'' | '\u{2019}' | '`') => Gap::Apostrophe,
        1..=2 if between.iter().all(is_joiner) => Gap::Joiner,
        1..=3 => Gap::Narrow,
        _ => Gap::Wide,
    }
}
