//! Step 11: patterns over the words of a line.

use anyhow::Context;
use regex::{Regex, RegexSet, RegexSetBuilder};
use smol_str::{SmolStr, format_smolstr};

use super::fold::Letter;
use super::line::{Gap, Token, leet};
use super::search::reads;
use crate::vocab::{FilterHit, PatternRule, Severity};

/// How much memory the search for all patterns at once may take. Bytes.
const SET_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The patterns.
#[derive(Debug)]
pub(super) struct Patterns {
    all: RegexSet,
    each: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    rule: SmolStr,
    severity: Severity,
    category: SmolStr,
    regex: Regex,
}

impl Patterns {
    /// Compiles them.
    ///
    /// # Errors
    /// Which one is no pattern, and why.
    pub(super) fn new(rules: &[PatternRule]) -> anyhow::Result<Self> {
        let mut each = Vec::with_capacity(rules.len());
        for PatternRule { id, severity, category, source } in rules {
            let regex = PatternRule::compile(source);
            let regex = regex.map_err(anyhow::Error::msg);
            let regex = regex.with_context(|| format!("pattern {id}"))?;
            let rule = format_smolstr!("pattern:{id}");
            each.push(Pattern { rule, severity: *severity, category: category.clone(), regex });
        }
        let sources = each.iter().map(|pattern| pattern.regex.as_str());
        let all = RegexSetBuilder::new(sources).size_limit(SET_BYTES_MAX).build()?;
        Ok(Self { all, each })
    }

    /// Their names, how bad they are, and what they are about.
    pub(super) fn rules(&self) -> Vec<(SmolStr, Severity, SmolStr)> {
        let each = self.each.iter();
        each.map(|it| (it.rule.clone(), it.severity, it.category.clone())).collect()
    }

    /// Whether there are none to look for.
    pub(super) fn are_none(&self) -> bool {
        self.each.is_empty()
    }

    /// Looks for all of them.
    pub(super) fn search(&self, letters: &[Letter], tokens: &[Token], hits: &mut Vec<FilterHit>) {
        if self.are_none() {
            return;
        }
        let words = Words::new(letters, tokens);
        for which in self.all.matches(&words.text) {
            let pattern = &self.each[which];
            hits.extend(pattern.regex.find_iter(&words.text).map(|found| FilterHit {
                rule: pattern.rule.clone(),
                severity: pattern.severity,
                category: pattern.category.clone(),
                span: words.span(found.start(), found.end()),
            }));
        }
    }
}

/// A line as patterns see it: its words with one blank between, leet read, `you're` written `youre`.
pub(super) struct Words {
    pub(super) text: String,
    /// Where each word begins in the text, and its bytes in the original.
    starts: Vec<(usize, u32, u32)>,
}

impl Words {
    pub(super) fn new(letters: &[Letter], tokens: &[Token]) -> Self {
        let mut words = Self {
            text: String::with_capacity(letters.len()),
            starts: Vec::with_capacity(tokens.len()),
        };
        for token in tokens {
            words.push(&letters[token.from..token.to], token);
        }
        words
    }

    fn push(&mut self, word: &[Letter], token: &Token) {
        let is_ending = token.gap == Gap::Apostrophe && word.len() <= 2 && word[0].c != 'l';
        if !self.text.is_empty() && !is_ending {
            self.text.push(' ');
        }
        self.starts.push((self.text.len(), word[0].from, word[word.len() - 1].to));
        let reads = reads(token);
        let mut run = (' ', 0, self.text.len());
        for letter in word {
            let c = if reads { leet(letter.c).map_or(letter.c, |pair| pair.0) } else { letter.c };
            run = if run.0 == c { (c, run.1 + 1, run.2) } else { (c, 1, self.text.len()) };
            self.text.push(c);
            if run.1 == 3 {
                // Three in a row are no spelling: they count as one, and so do more.
                self.text.truncate(run.2 + c.len_utf8());
                run.1 = 2;
            }
        }
    }

    fn span(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let first = self.starts.partition_point(|(at, ..)| *at <= from).saturating_sub(1);
        let last = self.starts.partition_point(|(at, ..)| *at < to).saturating_sub(1);
        self.starts[first].1 as usize..self.starts[last].2 as usize
    }
}
