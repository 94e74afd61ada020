//! The words, ready to be looked up: whole ones by their squeezed key, parts of words and phrases all at once.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::line::{Line, leet};
use crate::vocab::{Fit, Severity, WordGroup};

/// Endings that a stem may have. After a final `e` the vowels of these take its place.
const ENDINGS: [&str; 15] = [
    "s", "es", "z", "ed", "er", "ers", "ing", "in", "ings", "y", "ie", "ies", "ish", "able", "est",
];

/// A word of the lists.
#[derive(Debug)]
pub(super) struct Entry {
    /// `word:` and the word.
    pub(super) rule: SmolStr,
    pub(super) severity: Severity,
    pub(super) category: SmolStr,
    pub(super) is_directed: bool,
}

/// A word in one of its forms.
#[derive(Debug)]
struct Form {
    entry: usize,
    /// How often each letter has to stand there at least, as in [`Line::runs`].
    runs: Box<[u8]>,
    /// Whether it has to begin and end where words do.
    is_whole: bool,
}

/// An entry that was found, and where in the original. Bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) entry: usize,
    pub(super) from: u32,
    pub(super) to: u32,
}

/// All words.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) entries: Vec<Entry>,
    whole: FxHashMap<Box<str>, Vec<Form>>,
    parts: Option<AhoCorasick>,
    part_forms: Vec<Form>,
    /// Whole words as they are written, by their length, for those that are written with stars.
    by_length: Vec<Vec<(SmolStr, usize)>>,
}

impl Lexicon {
    /// Takes the words of all groups.
    ///
    /// # Errors
    /// When there are too many to be searched for.
    pub(super) fn new(groups: &[WordGroup]) -> anyhow::Result<Self> {
        let mut making = Making::default();
        for group in groups {
            for word in &group.words {
                making.add(group, word);
            }
        }
        making.finish()
    }

    /// Looks for everything in a line.
    pub(super) fn search(&self, line: &Line, found: &mut Vec<Found>) {
        let mut at = 0;
        for word in line.key.split(' ') {
            self.word(line, at..at + word.len(), found);
            at += word.len() + 1;
        }
        let Some(parts) = &self.parts else { return };
        for hit in parts.find_overlapping_iter(&line.key) {
            let form = &self.part_forms[hit.pattern().as_usize()];
            if form.fits(line, hit.range()) {
                found.push(form.found(line, hit.range()));
            }
        }
    }

    /// Looks up a part of a line as one word.
    pub(super) fn word(&self, line: &Line, range: Range<usize>, found: &mut Vec<Found>) {
        let forms = self.whole.get(&line.key[range.clone()]);
        for form in forms.into_iter().flatten().filter(|form| form.has_runs(line, &range)) {
            found.push(form.found(line, range.clone()));
        }
    }

    /// Words of this length that agree with letters of which some are not known.
    pub(super) fn with_gaps(&self, known: &[Option<char>]) -> Option<usize> {
        let words = self.by_length.get(known.len())?;
        let agrees = |word: &str| word.chars().zip(known).all(|(c, k)| k.is_none_or(|k| k == c));
        words.iter().find(|(word, _)| agrees(word)).map(|(_, entry)| *entry)
    }
}

impl Form {
    fn fits(&self, line: &Line, range: Range<usize>) -> bool {
        let is_end = |at: Option<&u8>| at.is_none_or(|byte| *byte == b' ');
        let bytes = line.key.as_bytes();
        let stands_alone = || {
            is_end(range.start.checked_sub(1).and_then(|at| bytes.get(at)))
                && is_end(bytes.get(range.end))
        };
        self.has_runs(line, &range) && (!self.is_whole || stands_alone())
    }

    fn has_runs(&self, line: &Line, range: &Range<usize>) -> bool {
        line.runs[range.clone()].iter().zip(&*self.runs).all(|(is, needs)| is >= needs)
    }

    fn found(&self, line: &Line, range: Range<usize>) -> Found {
        Found {
            entry: self.entry,
            from: line.spans[range.start].0,
            to: line.spans[range.end - 1].1,
        }
    }
}

/// A word's key and runs, as a line has them.
fn squeezed(word: &str) -> Line {
    let mut line = Line::default();
    for part in word.split_whitespace() {
        let start = line.next_word();
        let reads = part.chars().any(char::is_alphabetic);
        for c in part.chars().filter(|c| c.is_alphanumeric()) {
            let c = leet(c).filter(|_| reads).map_or(c, |pair| pair.0);
            line.push(start, c, super::fold::Letter { c, from: 0, to: 0 });
        }
    }
    line
}

#[derive(Default)]
struct Making {
    entries: Vec<Entry>,
    whole: FxHashMap<Box<str>, Vec<Form>>,
    part_keys: Vec<String>,
    part_forms: Vec<Form>,
    by_length: Vec<Vec<(SmolStr, usize)>>,
}

impl Making {
    fn add(&mut self, group: &WordGroup, word: &SmolStr) {
        if !word.chars().any(char::is_alphanumeric) {
            return;
        }
        let entry = self.entries.len();
        self.entries.push(Entry {
            rule: format_smolstr!("word:{word}"),
            severity: group.severity,
            category: group.category.clone(),
            is_directed: group.is_directed,
        });
        let plain: String = word.split_whitespace().collect();
        if plain.len() < word.len() {
            self.part(entry, word, true);
        } else if group.fit == Fit::Part {
            self.part(entry, word, false);
        }
        self.whole(entry, &plain);
        if group.fit != Fit::Word {
            for form in with_endings(&plain) {
                self.whole(entry, &form);
            }
        }
    }

    fn part(&mut self, entry: usize, word: &str, is_whole: bool) {
        let Line { key, runs, .. } = squeezed(word);
        self.part_keys.push(key);
        self.part_forms.push(Form { entry, runs: runs.into(), is_whole });
    }

    fn whole(&mut self, entry: usize, word: &str) {
        let Line { key, runs, .. } = squeezed(word);
        let runs: Box<[u8]> = runs.into();
        let forms = self.whole.entry(key.into()).or_default();
        // What has the same runs was listed before, and the first one counts.
        if forms.iter().all(|form| form.runs != runs) {
            forms.push(Form { entry, runs, is_whole: true });
            let length = word.chars().count();
            if self.by_length.len() <= length {
                self.by_length.resize_with(length + 1, Vec::new);
            }
            self.by_length[length].push((word.into(), entry));
        }
    }

    fn finish(self) -> anyhow::Result<Lexicon> {
        let Self { entries, whole, part_keys, part_forms, by_length } = self;
        let build = || AhoCorasick::builder().match_kind(MatchKind::Standard).build(&part_keys);
        let parts = if part_keys.is_empty() { None } else { Some(build()?) };
        Ok(Lexicon { entries, whole, parts, part_forms, by_length })
    }
}

/// A stem with each ending; a double consonant needs no form of its own, since runs may be longer than asked for.
fn with_endings(stem: &str) -> Vec<String> {
    let mut forms = Vec::with_capacity(ENDINGS.len());
    for ending in ENDINGS {
        match stem.strip_suffix('e').filter(|_| ending.starts_with(['e', 'i', 'y'])) {
            Some(short) => forms.push(format!("{short}{ending}")),
            None => forms.push(format!("{stem}{ending}")),
        }
    }
    if let Some(short) = stem.strip_suffix('y') {
        forms.extend(["ies", "ied", "ier", "iest"].map(|ending| format!("{short}{ending}")));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_take_endings() {
        let forms = with_endings("blaste");
        assert!(forms.contains(&"blasting".to_owned()));
        assert!(forms.contains(&"blastes".to_owned()));
        assert!(with_endings("dotty").contains(&"dotties".to_owned()));
    }

    #[test]
    fn a_double_letter_asks_for_two() {
        let line = squeezed("ass  as");
        assert_eq!((line.key.as_str(), &*line.runs), ("as as", &[1, 2, 1, 1, 1][..]));
    }
}
