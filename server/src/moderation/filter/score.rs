//! How well the filter does: what it finds of its own lexicon in every dress, and what it finds in clean text.

use super::Filter;
use super::evasion::{TRANSFORMS, Transform};
use crate::vocab::FilterLists;

/// How many examples of failures are kept.
const EXAMPLES_MAX: usize = 12;

/// How much of the lexicon is found in one dress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// The dress.
    pub transform: &'static str,
    /// How many words of the lexicon were tried.
    pub tried: usize,
    /// How many of them were found.
    pub found: usize,
    /// Some that were not, as they were dressed.
    pub missed: Vec<String>,
}

impl Recall {
    /// The part that was found, from 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        share(self.found, self.tried, 1.0)
    }
}

/// How much is found in a text in which there is nothing to find.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FalseHits {
    /// Lines that are not blank.
    pub lines: usize,
    /// How many of them something was found in.
    pub hits: usize,
    /// Some of these: the rule, and the line.
    pub examples: Vec<(String, String)>,
}

impl FalseHits {
    /// The part of the lines with a hit, from 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        share(self.hits, self.lines, 0.0)
    }
}

fn share(part: usize, all: usize, of_none: f64) -> f64 {
    if all == 0 { of_none } else { part as f64 / all as f64 }
}

/// Tries every word of the lexicon in every dress, said to somebody.
#[must_use]
pub fn recall(filter: &Filter, lists: &FilterLists) -> Vec<Recall> {
    let dressed = |transform: &Transform| {
        let words = lists.groups.iter().flat_map(|group| &group.words);
        let (mut tried, mut found, mut missed) = (0, 0, Vec::new());
        for word in words {
            let line = format!("you {}", (transform.apply)(word));
            tried += 1;
            if !filter.examine(&line).is_empty() {
                found += 1;
            } else if missed.len() < EXAMPLES_MAX {
                missed.push(line);
            }
        }
        Recall { transform: transform.name, tried, found, missed }
    };
    TRANSFORMS.iter().map(dressed).collect()
}

/// Tries every line of a clean text.
#[must_use]
pub fn false_hits(filter: &Filter, text: &str) -> FalseHits {
    let mut result = FalseHits::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        result.lines += 1;
        let hits = filter.examine(line);
        let Some(hit) = hits.first() else { continue };
        result.hits += 1;
        if result.examples.len() < EXAMPLES_MAX {
            result.examples.push((hit.rule.to_string(), line.trim().to_owned()));
        }
    }
    result
}
