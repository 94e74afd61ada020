//! Step 12: what was found is looked at where it stands. Allowed words and phrases hide what is in them, and ordinary
//! words that can be insults count only where they are said to somebody.

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::fold::Letter;
use super::lexicon::{Found, Lexicon};
use super::line::Token;
use crate::vocab::FilterLists;

/// How many words before an ordinary word are looked at.
const TOWARD_WORDS: usize = 4;

/// What decides whether something found counts.
#[derive(Debug)]
pub(super) struct Context {
    words: FxHashSet<SmolStr>,
    /// Allowed phrases by their first word.
    phrases: FxHashMap<SmolStr, Vec<Vec<SmolStr>>>,
    toward: FxHashSet<SmolStr>,
}

/// A line that something was found in.
pub(super) struct Seen<'a> {
    pub(super) letters: &'a [Letter],
    pub(super) tokens: &'a [Token],
    pub(super) lexicon: &'a Lexicon,
}

impl Seen<'_> {
    fn word(&self, token: usize) -> SmolStr {
        let Token { from, to, .. } = self.tokens[token];
        self.letters[from..to].iter().map(|letter| letter.c).collect()
    }

    /// The first and last word that something covers.
    fn covered(&self, found: &Found) -> (usize, usize) {
        let from = |token: &Token| self.letters[token.from].from;
        let first = self.tokens.partition_point(|token| from(token) <= found.from);
        let last = self.tokens.partition_point(|token| from(token) < found.to);
        (first.saturating_sub(1), last.saturating_sub(1))
    }
}

impl Context {
    pub(super) fn new(lists: &FilterLists) -> Self {
        let mut phrases: FxHashMap<SmolStr, Vec<Vec<SmolStr>>> = FxHashMap::default();
        let mut words = FxHashSet::default();
        for allowed in &lists.allow {
            let parts =
                allowed.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
            let parts: Vec<SmolStr> = parts.map(SmolStr::new).collect();
            match parts.as_slice() {
                [] => {}
                [word] => drop(words.insert(word.clone())),
                [first, ..] => phrases.entry(first.clone()).or_default().push(parts),
            }
        }
        Self { words, phrases, toward: lists.toward.iter().cloned().collect() }
    }

    /// What counts of what was found.
    pub(super) fn keep(&self, seen: &Seen, found: Vec<Found>) -> Vec<Found> {
        if found.is_empty() {
            return found;
        }
        let allowed = self.allowed_phrases(seen);
        let (directed, mut kept): (Vec<_>, Vec<_>) = found
            .into_iter()
            .filter(|found| !self.is_allowed(seen, found, &allowed))
            .partition(|found| seen.lexicon.entries[found.entry].is_directed);
        let places: Vec<_> = kept.iter().map(|found| seen.covered(found)).collect();
        kept.extend(directed.into_iter().filter(|found| self.is_toward(seen, found, &places)));
        kept
    }

    fn is_allowed(&self, seen: &Seen, found: &Found, phrases: &[(usize, usize)]) -> bool {
        let (first, last) = seen.covered(found);
        let is_word = first == last && self.words.contains(&seen.word(first));
        is_word || phrases.iter().any(|(from, to)| *from <= first && last <= *to)
    }

    /// The places of allowed phrases, by words.
    fn allowed_phrases(&self, seen: &Seen) -> Vec<(usize, usize)> {
        if self.phrases.is_empty() {
            return Vec::new();
        }
        let words: Vec<SmolStr> = (0..seen.tokens.len()).map(|token| seen.word(token)).collect();
        let mut places = Vec::new();
        for (at, word) in words.iter().enumerate() {
            for phrase in self.phrases.get(word).into_iter().flatten() {
                if words[at..].starts_with(phrase) {
                    places.push((at, at + phrase.len() - 1));
                }
            }
        }
        places
    }

    /// Whether an ordinary word is said to somebody: after `you`, or beside a foul word.
    fn is_toward(&self, seen: &Seen, found: &Found, foul: &[(usize, usize)]) -> bool {
        let (first, last) = seen.covered(found);
        let mut before = first.saturating_sub(TOWARD_WORDS)..first;
        before.any(|token| self.toward.contains(&seen.word(token)))
            || (last + 1 < seen.tokens.len() && self.toward.contains(&seen.word(last + 1)))
            || foul.iter().any(|(from, to)| to + 1 == first || last + 1 == *from)
    }
}
