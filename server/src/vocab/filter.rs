//! The lists of the content filter as they were read, and what it finds. Finding is the work of `moderation::filter`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use regex::{Regex, RegexBuilder};
use smol_str::SmolStr;

/// The longest source of a pattern. Characters.
pub const PATTERN_CHARS_MAX: usize = 260;

/// How much memory a compiled pattern may take. Bytes.
const PATTERN_BYTES_MAX: usize = 1024 * 1024;

/// The category of words that the operator added: everyone reads stars in their place.
pub const OWN_WORDS: &str = "own";

/// How bad a word is, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Rude.
    Mild,
    /// Foul.
    Moderate,
    /// Meant to hurt: slurs and threats.
    Severe,
}

impl Severity {
    /// All of them, mildest first.
    pub const ALL: [Self; 3] = [Self::Mild, Self::Moderate, Self::Severe];

    /// The word for it in list files and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mild => "mild",
            Self::Moderate => "moderate",
            Self::Severe => "severe",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What becomes of a line with such a word, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FilterAction {
    /// It is said as it is, and the record knows.
    Note,
    /// Those who want it read stars.
    Mask,
    /// Staff must approve of it first.
    Hold,
    /// It is not said.
    Refuse,
    /// It is not said, and staff are called.
    Escalate,
}

impl FilterAction {
    /// All of them, mildest first.
    pub const ALL: [Self; 5] = [Self::Note, Self::Mask, Self::Hold, Self::Refuse, Self::Escalate];

    /// The word for it in list files and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Mask => "mask",
            Self::Hold => "hold",
            Self::Refuse => "refuse",
            Self::Escalate => "escalate",
        }
    }
}

impl fmt::Display for FilterAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much of what somebody wrote a word of the lexicon has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fit {
    /// A whole word.
    Word,
    /// A whole word, with an ending or without: plurals, -ing, -ed, -er and the like.
    Stem,
    /// Any part of a word.
    Part,
}

impl Fit {
    /// All of them, narrowest first.
    pub const ALL: [Self; 3] = [Self::Word, Self::Stem, Self::Part];

    /// The word for it in list files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Stem => "stem",
            Self::Part => "part",
        }
    }
}

/// Words of the lexicon that are alike in all but their letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordGroup {
    /// How bad they are.
    pub severity: Severity,
    /// What they are about.
    pub category: SmolStr,
    /// How much of a word they have to be.
    pub fit: Fit,
    /// Whether they count only where they are said to or about somebody: ordinary words that can be insults.
    pub is_directed: bool,
    /// The words, in lower case; some are phrases.
    pub words: Vec<SmolStr>,
}

/// A pattern over the words of a line: lower case, one blank between words, no punctuation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternRule {
    /// Its name.
    pub id: SmolStr,
    /// How bad what it finds is.
    pub severity: Severity,
    /// What it is about.
    pub category: SmolStr,
    /// The regular expression; it begins and ends at words.
    pub source: String,
}

impl PatternRule {
    /// Compiles a source.
    ///
    /// # Errors
    /// Why it is no pattern: its length, its grammar, or what it would take to search for it.
    pub fn compile(source: &str) -> Result<Regex, String> {
        let chars = source.chars().count();
        if chars > PATTERN_CHARS_MAX {
            return Err(format!("it has {chars} characters; {PATTERN_CHARS_MAX} can be"));
        }
        let whole = format!(r"(?-u:\b)(?:{source})(?-u:\b)");
        let built = RegexBuilder::new(&whole)
            .size_limit(PATTERN_BYTES_MAX)
            .dfa_size_limit(PATTERN_BYTES_MAX)
            .nest_limit(20)
            .build();
        let regex = built.map_err(|why| last_line(&why.to_string()))?;
        let is_empty = RegexBuilder::new(&format!("^(?:{source})$")).build();
        if is_empty.is_ok_and(|regex| regex.is_match("")) {
            return Err("it fits where there is nothing".to_owned());
        }
        Ok(regex)
    }
}

/// The package draws the pattern over several lines; the last one says what is wrong.
fn last_line(why: &str) -> String {
    let line = why.lines().last().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}

/// What becomes of lines, by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionRow([FilterAction; 3]);

impl ActionRow {
    /// A row with an action for each severity, mildest first.
    #[must_use]
    pub fn new(actions: [FilterAction; 3]) -> Self {
        Self(actions)
    }

    /// The action for a severity.
    #[must_use]
    pub fn of(self, severity: Severity) -> FilterAction {
        self.0[severity as usize]
    }

    /// The same row with another action for one severity.
    #[must_use]
    pub fn with(mut self, severity: Severity, action: FilterAction) -> Self {
        self.0[severity as usize] = action;
        self
    }
}

impl Default for ActionRow {
    fn default() -> Self {
        Self([FilterAction::Mask, FilterAction::Mask, FilterAction::Refuse])
    }
}

/// All that the filter is made from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilterLists {
    /// The lexicon.
    pub groups: Vec<WordGroup>,
    /// The patterns.
    pub patterns: Vec<PatternRule>,
    /// Words and phrases in which nothing is found.
    pub allow: Vec<SmolStr>,
    /// Words before an ordinary word that make it an insult: `you`.
    pub toward: Vec<SmolStr>,
    /// What becomes of lines on channels without a row of their own.
    pub actions: ActionRow,
    /// What becomes of lines on these channels.
    pub channels: BTreeMap<SmolStr, ActionRow>,
}

/// Something the filter found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterHit {
    /// The word or pattern: `word:...` or `pattern:...`.
    pub rule: SmolStr,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub category: SmolStr,
    /// Where it stands in the text as it was typed. Bytes.
    pub span: Range<usize>,
}

/// What a filter is made of, without its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterSummary {
    /// The version of its lists.
    pub version: SmolStr,
    /// What becomes of lines on channels without a row of their own.
    pub actions: ActionRow,
    /// What becomes of lines on these channels.
    pub channels: Vec<(SmolStr, ActionRow)>,
    /// How many words of the lexicon are alike in what they are about.
    pub words: Vec<WordsOf>,
    /// The patterns: their names, how bad they are, what they are about.
    pub patterns: Vec<(SmolStr, Severity, SmolStr)>,
    /// How often something so bad was found since the start, mildest first.
    pub found: Vec<(Severity, u64)>,
}

/// How many words of a kind there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordsOf {
    /// How bad they are.
    pub severity: Severity,
    /// What they are about.
    pub category: SmolStr,
    /// Whether they count only where they are said to or about somebody.
    pub is_directed: bool,
    /// How many there are.
    pub count: usize,
}

/// A rule to be tried before it is put into a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialRule {
    /// How bad what it finds is.
    pub severity: Severity,
    /// What it looks for.
    pub finds: TrialFinds,
}

/// What a rule that is tried looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrialFinds {
    /// A word or a phrase, in lower case, however it is dressed up.
    Word(SmolStr, Fit),
    /// A pattern.
    Pattern(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_cost_too_much_are_refused() {
        assert!(PatternRule::compile(r"\w{1000}{100}").is_err());
        assert!(PatternRule::compile("(a+)+$").is_ok(), "it is searched for in linear time");
        assert!(PatternRule::compile("a*").is_err(), "it would hit every line");
        assert!(PatternRule::compile(&"a".repeat(PATTERN_CHARS_MAX + 1)).is_err());
        let why = PatternRule::compile("a(b").unwrap_err();
        assert_eq!(why, "unclosed group");
    }
}
