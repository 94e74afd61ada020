//! Every step of the filter on one text, for those who tend the lists.

use std::fmt;

use smol_str::SmolStr;

use super::patterns::Words;
use super::{Filter, codes, fold, line, search};
use crate::vocab::{FilterAction, FilterHit};

/// What each step made of a text, and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The name of each step and the text after it.
    pub steps: Vec<(&'static str, String)>,
    /// What was found, with its words as they were typed.
    pub hits: Vec<(FilterHit, String)>,
    /// What becomes of such a line: on most channels, and on those that have it otherwise; none when nothing was found.
    pub actions: Option<(FilterAction, Vec<(SmolStr, FilterAction)>)>,
    /// How everyone reads it, where that is not as it was typed.
    pub for_all: Option<String>,
    /// The version of the lists.
    pub version: String,
}

pub(super) fn explain(filter: &Filter, text: &str) -> Explanation {
    let parts = codes::without(text).unwrap_or_else(|| std::iter::once(0..text.len()).collect());
    let mut letters = fold::letters(text, &parts);
    let mut steps = vec![("colour codes stripped", fold::text(&letters))];
    for (name, step) in fold::STEPS {
        letters = step(letters);
        steps.push((name, fold::text(&letters)));
    }
    let tokens = line::tokens(&letters);
    steps.push(("words, leet read", Words::new(&letters, &tokens).text));
    steps.push(("repeats squeezed", search::main_line(&letters, &tokens).key));
    let typed = |hit: FilterHit| {
        let typed = text[hit.span.clone()].to_owned();
        (hit, typed)
    };
    let hits = filter.examine(text);
    let worst = hits.iter().map(|hit| hit.severity).max();
    let actions = worst.map(|severity| filter.actions(severity));
    let for_all = super::for_all(text, &hits);
    let hits = hits.into_iter().map(typed).collect();
    Explanation { steps, hits, actions, for_all, version: filter.version().to_owned() }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, text) in &self.steps {
            writeln!(f, "{name}: {text}")?;
        }
        for (hit, typed) in &self.hits {
            writeln!(f, "found: {typed:?} by {} ({}, {})", hit.rule, hit.severity, hit.category)?;
        }
        if self.hits.is_empty() {
            writeln!(f, "nothing found")?;
        }
        if let Some((usual, others)) = &self.actions {
            write!(f, "action: {usual}")?;
            for (channel, action) in others {
                write!(f, ", on {channel} {action}")?;
            }
            writeln!(f)?;
        }
        if let Some(text) = &self.for_all {
            writeln!(f, "everyone reads: {text}")?;
        }
        write!(f, "lists: {}", self.version)
    }
}
