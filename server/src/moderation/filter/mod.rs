//! The content filter: finds words of the lists in a line, however they are dressed up.
//!
//! Every step is a function over characters that know where in the original they came from, so that what is found can
//! be masked in the text as it was typed. The filter never changes after it was made and remembers nothing of what it
//! has seen. What becomes of a line is data, by channel and severity.

mod codes;
mod context;
pub mod evasion;
mod explain;
mod fold;
mod lexicon;
mod line;
mod mask;
mod patterns;
mod rules;
pub mod score;
mod search;

use std::collections::BTreeMap;

use smol_str::{SmolStr, format_smolstr};

use crate::vocab::{
    ActionRow, ChannelName, FilterAction, FilterHit, FilterLists, Masks, OWN_WORDS, Severity,
};
use context::Context;
pub use explain::Explanation;
use lexicon::{Found, Lexicon};
use patterns::Patterns;
use search::Search;

/// What is to become of a line, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// All that was found, in the order of the text.
    pub hits: Vec<FilterHit>,
    /// What becomes of it; none when nothing was found.
    pub action: Option<FilterAction>,
    /// How it reads to everyone, where it holds words that the operator added.
    pub for_all: Option<String>,
    /// How it reads with stars to those who want them.
    pub masks: Masks,
}

/// The lists, ready to be searched for.
#[derive(Debug)]
pub struct Filter {
    lexicon: Lexicon,
    patterns: Patterns,
    context: Context,
    actions: ActionRow,
    channels: BTreeMap<SmolStr, ActionRow>,
    version: SmolStr,
}

impl Filter {
    /// Makes a filter of these lists.
    ///
    /// # Errors
    /// When a pattern is none, or when there is more than can be searched for.
    pub fn new(lists: &FilterLists) -> anyhow::Result<Self> {
        Ok(Self {
            lexicon: Lexicon::new(&lists.groups)?,
            patterns: Patterns::new(&lists.patterns)?,
            context: Context::new(lists),
            actions: lists.actions,
            channels: lists.channels.clone(),
            version: version(lists),
        })
    }

    /// Which lists it was made of: the same lists have the same version, everywhere and always.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// All that is found in a text, in its order.
    #[must_use]
    pub fn examine(&self, text: &str) -> Vec<FilterHit> {
        if self.lexicon.entries.is_empty() && self.patterns.are_none() {
            return Vec::new();
        }
        let mut hits = self.look(text, std::slice::from_ref(&(0..text.len())));
        if let Some(parts) = codes::without(text) {
            hits.extend(self.look(text, &parts));
        }
        in_order(hits)
    }

    /// What is to become of a line on a channel.
    #[must_use]
    pub fn judge(&self, channel: &ChannelName, text: &str) -> Verdict {
        let hits = self.examine(text);
        if hits.is_empty() {
            return Verdict::default();
        }
        let row = self.row(channel);
        let action = hits.iter().map(|hit| row.of(hit.severity)).max();
        let masked = |least: Severity| {
            let hits = hits
                .iter()
                .filter(|hit| hit.severity >= least && row.of(hit.severity) > FilterAction::Note);
            mask::masked(text, hits.map(|hit| hit.span.clone()))
        };
        let masks = Masks { mild: masked(Severity::Moderate), strict: masked(Severity::Mild) };
        let for_all = for_all(text, &hits);
        Verdict { hits, action, for_all, masks }
    }

    /// What becomes of lines with something so bad in them on a channel.
    #[must_use]
    pub fn action(&self, channel: &ChannelName, severity: Severity) -> FilterAction {
        self.row(channel).of(severity)
    }

    /// What becomes of lines with something so bad in them: on the channels that have a rule of their own, and on all others.
    fn actions(&self, severity: Severity) -> (FilterAction, Vec<(SmolStr, FilterAction)>) {
        let usual = self.actions.of(severity);
        let own = self.channels.iter().map(|(name, row)| (name.clone(), row.of(severity)));
        (usual, own.filter(|(_, action)| *action != usual).collect())
    }

    fn row(&self, channel: &ChannelName) -> ActionRow {
        self.channels.get(channel.as_str()).copied().unwrap_or(self.actions)
    }

    /// Every step on the way to what is found in a text.
    #[must_use]
    pub fn explain(&self, text: &str) -> Explanation {
        explain::explain(self, text)
    }

    /// What is found in these parts of a text, put together.
    fn look(&self, text: &str, parts: &[std::ops::Range<usize>]) -> Vec<FilterHit> {
        let letters = fold::fold(fold::letters(text, parts));
        let tokens = line::tokens(&letters);
        if tokens.is_empty() {
            return Vec::new();
        }
        let found = Search::run(&self.lexicon, &letters, &tokens);
        let seen = context::Seen { letters: &letters, tokens: &tokens, lexicon: &self.lexicon };
        let found = self.context.keep(&seen, found);
        let mut hits: Vec<FilterHit> = found.into_iter().map(|found| self.hit(found)).collect();
        self.patterns.search(&letters, &tokens, &mut hits);
        hits
    }

    fn hit(&self, found: Found) -> FilterHit {
        let entry = &self.lexicon.entries[found.entry];
        FilterHit {
            rule: entry.rule.clone(),
            severity: entry.severity,
            category: entry.category.clone(),
            span: found.from as usize..found.to as usize,
        }
    }
}

/// How a text reads to everyone: with stars for the words that are not to be read on this server at all.
fn for_all(text: &str, hits: &[FilterHit]) -> Option<String> {
    let own = hits.iter().filter(|hit| hit.category == OWN_WORDS);
    mask::masked(text, own.map(|hit| hit.span.clone()))
}

impl Default for Filter {
    /// A filter that finds nothing.
    fn default() -> Self {
        Self::new(&FilterLists::default()).expect("empty lists can be searched for")
    }
}

/// What lies within something as bad is told with it.
fn in_order(mut hits: Vec<FilterHit>) -> Vec<FilterHit> {
    hits.sort_by_key(|hit| (hit.span.start, std::cmp::Reverse((hit.span.end, hit.severity))));
    let mut kept: Vec<FilterHit> = Vec::with_capacity(hits.len());
    for hit in hits {
        let is_within =
            |other: &FilterHit| other.span.end >= hit.span.end && other.severity >= hit.severity;
        if !kept.iter().any(is_within) {
            kept.push(hit);
        }
    }
    kept
}

/// A hash of the lists (FNV-1a): no secret, only a name.
fn version(lists: &FilterLists) -> SmolStr {
    let hash = format!("{lists:?}").bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format_smolstr!("{:012x}", hash >> 16)
}

#[cfg(test)]
mod tests;
