//! What a filter is made of, for those who tend the lists; and a filter of one rule that they want to try.

use super::Filter;
use crate::vocab::{
    FilterLists, FilterSummary, PatternRule, TrialFinds, TrialRule, WordGroup, WordsOf,
};

/// What a rule is called while it is tried, and what it is about.
const TRIAL: &str = "trial";

impl Filter {
    /// What it is made of; what was found is for whoever counts it.
    #[must_use]
    pub fn summary(&self) -> FilterSummary {
        let mut words: Vec<WordsOf> = Vec::new();
        for entry in &self.lexicon.entries {
            let like = |it: &&mut WordsOf| {
                (it.severity, &it.category, it.is_directed)
                    == (entry.severity, &entry.category, entry.is_directed)
            };
            match words.iter_mut().find(like) {
                Some(known) => known.count += 1,
                None => words.push(WordsOf {
                    severity: entry.severity,
                    category: entry.category.clone(),
                    is_directed: entry.is_directed,
                    count: 1,
                }),
            }
        }
        FilterSummary {
            version: self.version.clone(),
            actions: self.actions,
            channels: self.channels.iter().map(|(name, row)| (name.clone(), *row)).collect(),
            words,
            patterns: self.patterns.rules(),
            found: Vec::new(),
        }
    }

    /// A filter that has this rule and no other, and does with what it finds what this one would.
    ///
    /// # Errors
    /// Why it is no rule.
    pub fn of_trial(&self, rule: TrialRule) -> anyhow::Result<Self> {
        let (severity, category) = (rule.severity, TRIAL.into());
        let mut lists = FilterLists {
            actions: self.actions,
            channels: self.channels.clone(),
            ..FilterLists::default()
        };
        match rule.finds {
            TrialFinds::Word(word, fit) => lists.groups.push(WordGroup {
                severity,
                category,
                fit,
                is_directed: false,
                words: vec![word],
            }),
            TrialFinds::Pattern(source) => {
                lists.patterns.push(PatternRule { id: TRIAL.into(), severity, category, source });
            }
        }
        Self::new(&lists)
    }
}
