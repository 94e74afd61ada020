//! Steps 9 and 10: everything a line may hide is put before the lexicon, and what counts is kept.
//!
//! One reading of the whole line, and others of single words: the second reading of leet, signs at their ends, letters
//! that stand apart, words cut in two, and words with stars in them.

use std::ops::Range;

use super::fold::Letter;
use super::lexicon::{Found, Lexicon};
use super::line::{Gap, Line, Token, leet};

/// The fewest letters of something that is put together from letters standing apart in the middle of others.
const SPACED_LETTERS_MIN: usize = 4;
/// The longest word that is put together from them. Letters.
const SPACED_LETTERS_MAX: usize = 16;
/// How many parts of a word are put together.
const PARTS_MAX: usize = 8;

/// One line being searched.
pub(super) struct Search<'a> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) letters: &'a [Letter],
    pub(super) tokens: &'a [Token],
    pub(super) found: Vec<Found>,
    scrap: Line,
}

impl<'a> Search<'a> {
    /// Searches a line and everything it may hide.
    pub(super) fn run(
        lexicon: &'a Lexicon,
        letters: &'a [Letter],
        tokens: &'a [Token],
    ) -> Vec<Found> {
        let scrap = Line::default();
        let mut search = Self { lexicon, letters, tokens, found: Vec::new(), scrap };
        lexicon.search(&main_line(letters, tokens), &mut search.found);
        search.other_readings();
        for token in tokens.iter().filter(|token| token.looks.has_leet || token.looks.has_star) {
            search.one_word(token);
        }
        search.spaced_out();
        search.in_parts();
        search.found
    }

    /// The whole line with leet read the other way, and with the signs at the ends of words read as letters.
    fn other_readings(&mut self) {
        let inner: fn(&Token) -> Range<usize> = |token| token.from..token.to;
        let outer: fn(&Token) -> Range<usize> = |token| token.outer.0..token.outer.1;
        if self.tokens.iter().any(|token| token.looks.has_two_readings && reads(token)) {
            self.lexicon.search(&read(self.letters, self.tokens, inner, second), &mut self.found);
        }
        if self.tokens.iter().any(|token| self.has_leet_around(token)) {
            for reading in [first, second] {
                self.lexicon
                    .search(&read(self.letters, self.tokens, outer, reading), &mut self.found);
            }
        }
    }

    /// Whether a sign at an end of a word may be a letter; a `!` at the end of one is what it looks like.
    fn has_leet_around(&self, token: &Token) -> bool {
        let before = self.letters[token.outer.0..token.from].iter();
        let before = before.filter(|letter| !matches!(letter.c, '<' | '('));
        let after = self.letters[token.to..token.outer.1].iter();
        let after = after.filter(|letter| !matches!(letter.c, '!' | '<' | '('));
        before.chain(after).any(|letter| leet(letter.c).is_some())
    }

    /// What a word with digits or signs in it may be besides.
    fn one_word(&mut self, token: &Token) {
        if token.looks.has_letter {
            self.without_digits_at_its_ends(token);
        }
        if token.looks.has_star {
            self.starred(token);
        }
    }

    /// `name69` is `name`.
    fn without_digits_at_its_ends(&mut self, token: &Token) {
        let word = &self.letters[token.from..token.to];
        let is_letter = |letter: &Letter| letter.c.is_alphabetic();
        let Some(first) = word.iter().position(is_letter) else { return };
        let last = word.iter().rposition(is_letter).map_or(first, |at| at + 1);
        if last - first < word.len() {
            self.scrap.clear();
            for letter in &word[first..last] {
                self.scrap.push(0, leet(letter.c).map_or(letter.c, |pair| pair.0), *letter);
            }
            self.lexicon.search(&self.scrap, &mut self.found);
        }
    }

    /// Stars that stand for letters, or between them.
    fn starred(&mut self, token: &Token) {
        let word = &self.letters[token.from..token.to];
        let known: Vec<Option<char>> =
            word.iter().map(|l| l.c.is_alphabetic().then_some(l.c)).collect();
        let letters = known.iter().flatten().count();
        let is_enough =
            known.len() >= SPACED_LETTERS_MIN && letters >= 2 && letters * 2 >= known.len();
        if let Some(entry) = self.lexicon.with_gaps(&known).filter(|_| is_enough) {
            let (from, to) = (word[0].from, word[word.len() - 1].to);
            self.found.push(Found { entry, from, to });
        }
        self.scrap.clear();
        for letter in word.iter().filter(|letter| letter.c.is_alphabetic()) {
            self.scrap.push(0, letter.c, *letter);
        }
        self.lexicon.search(&self.scrap, &mut self.found);
    }

    /// Letters that stand apart: `f u n`, `f.u.n`.
    fn spaced_out(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            let is_single = |token: &&Token| token.to - token.from == 1;
            let mut count = self.tokens[at..].iter().take_while(is_single).count();
            let joins = |token: &&Token| token.gap != Gap::Wide;
            if count > 0 {
                count = 1 + self.tokens[at + 1..at + count].iter().take_while(joins).count();
            }
            let is_ascii = self.letters[self.tokens[at].from].c.is_ascii();
            if count >= if is_ascii { 3 } else { 2 } {
                self.spaced(at..at + count);
            }
            at += count.max(1);
        }
    }

    fn spaced(&mut self, range: Range<usize>) {
        if self.tokens[range.clone()].iter().all(|token| !token.looks.has_letter) {
            return;
        }
        self.scrap.clear();
        for token in &self.tokens[range] {
            let letter = self.letters[token.from];
            self.scrap.push(0, leet(letter.c).map_or(letter.c, |pair| pair.0), letter);
        }
        let line = &self.scrap;
        self.lexicon.word(line, 0..line.key.len(), &mut self.found);
        let ends: Vec<usize> = line.key.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        for (first, (from, _)) in line.key.char_indices().enumerate() {
            for to in ends.iter().skip(first).take(SPACED_LETTERS_MAX) {
                let letters: usize = line.runs[from..*to].iter().map(|run| usize::from(*run)).sum();
                if letters >= SPACED_LETTERS_MIN && (from, *to) != (0, line.key.len()) {
                    self.lexicon.word(line, from..*to, &mut self.found);
                }
            }
        }
    }

    /// Words cut in two or more: `fu-n`, `f un`.
    fn in_parts(&mut self) {
        for at in 1..self.tokens.len() {
            let gap = self.tokens[at].gap;
            let is_cut = |token: &Token| {
                let word = &self.letters[token.from..token.to];
                word.iter().all(|l| l.c.is_alphabetic() && !"aeiouy".contains(l.c))
            };
            if gap == Gap::Joiner {
                let joined = |token: &&Token| token.gap == Gap::Joiner;
                if at == 1 || self.tokens[at - 1].gap != Gap::Joiner {
                    let more = self.tokens[at..].iter().take(PARTS_MAX).take_while(joined).count();
                    self.together(at - 1..at + more);
                }
            } else if gap == Gap::Narrow
                && (is_cut(&self.tokens[at - 1]) || is_cut(&self.tokens[at]))
            {
                self.together(at - 1..at + 1);
            }
        }
    }

    fn together(&mut self, range: Range<usize>) {
        if self.tokens[range.clone()].iter().all(|token| !token.looks.has_letter) {
            return;
        }
        self.scrap.clear();
        let mut letters = 0;
        for token in &self.tokens[range] {
            letters += token.to - token.from;
            for letter in &self.letters[token.from..token.to] {
                self.scrap.push(0, leet(letter.c).map_or(letter.c, |pair| pair.0), *letter);
            }
        }
        if letters >= SPACED_LETTERS_MIN {
            self.lexicon.word(&self.scrap, 0..self.scrap.key.len(), &mut self.found);
        }
    }
}

/// One of the two letters that a digit or sign may stand for.
type Reading = fn((char, char)) -> char;

fn first(pair: (char, char)) -> char {
    pair.0
}

fn second(pair: (char, char)) -> char {
    pair.1
}

/// Whether digits and signs of a word are read as letters; those of a number are not.
pub(super) fn reads(token: &Token) -> bool {
    token.looks.has_letter || token.looks.has_sign
}

/// The whole line in its first reading.
pub(super) fn main_line(letters: &[Letter], tokens: &[Token]) -> Line {
    read(letters, tokens, |token| token.from..token.to, first)
}

fn read(
    letters: &[Letter],
    tokens: &[Token],
    part: impl Fn(&Token) -> Range<usize>,
    reading: Reading,
) -> Line {
    let mut line = Line::with_capacity(letters.len());
    for token in tokens {
        let word = line.next_word();
        let reads = reads(token);
        for letter in &letters[part(token)] {
            let read = if reads { leet(letter.c).map(reading) } else { None };
            line.push(word, read.unwrap_or(letter.c), *letter);
        }
    }
    line
}
