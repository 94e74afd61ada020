//! YAML as a tree whose every node knows its place. The only file of the world that knows the YAML package.
//!
//! A tree, and not types that derive their reading, because a builder wants all mistakes of a file at once and not
//! the first. It never judges what a file says.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::options::{AliasLimits, DuplicateKeyPolicy, MergeKeyPolicy};
use serde_yaml::{Error, Options, Spanned};

/// How much of a file may come out of aliases; world files need none, and a nest of them grows without end.
const ALIAS_EVENTS_MAX: usize = 10_000;

/// How deep lists and mappings may nest.
const DEPTH_MAX: usize = 32;

/// A value and where it stands.
#[derive(Debug)]
pub(super) struct Node {
    /// Its line, from 1.
    pub(super) line: u32,
    /// Its column in characters, from 1.
    pub(super) column: u32,
    /// Its bytes in the file, where that is known.
    pub(super) bytes: Option<Range<usize>>,
    /// The value.
    pub(super) kind: Kind,
}

/// What a node is. Only plain `true` and `false` are flags: `no` and `on` are words.
#[derive(Debug)]
pub(super) enum Kind {
    /// Nothing at all, or `null`, or `~`.
    Nothing,
    /// `true` or `false`.
    Flag(bool),
    /// A number, written in decimal.
    Number(String),
    /// Any other scalar.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Pairs in the order of the file, duplicates included.
    Mapping(Vec<(Node, Node)>),
}

impl Kind {
    /// What it is, for a message.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => format!("the number {number}"),
            Self::Text(_) => "text".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Mapping(_) => "a mapping".to_owned(),
        }
    }
}

/// Why a file is no YAML, and where.
#[derive(Debug)]
pub(super) struct SyntaxError {
    /// The line, from 1.
    pub(super) line: u32,
    /// The column, from 1.
    pub(super) column: u32,
    /// What is wrong.
    pub(super) what: String,
}

/// Reads one document.
pub(super) fn parse(source: &str, nodes_max: usize) -> Result<Node, SyntaxError> {
    serde_yaml::from_str_with_options(source, options(nodes_max)).map_err(|error| refused(&error))
}

fn options(nodes_max: usize) -> Options {
    let mut aliases = AliasLimits::default();
    aliases.max_total_replayed_events = ALIAS_EVENTS_MAX;
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_nodes: nodes_max,
            max_events: nodes_max.saturating_mul(2),
            max_depth: DEPTH_MAX,
        },
        // Every pair arrives, so that the reader can name both places of a duplicate and go on.
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        alias_limits: aliases,
        strict_booleans: true,
        with_snippet: false,
    }
}

fn refused(error: &Error) -> SyntaxError {
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let what = match error.without_snippet() {
        Error::MultipleDocuments { .. } => "more than one YAML document in the file".to_owned(),
        Error::Budget { breach, .. } => format!("more than a world file may hold: {breach:?}"),
        other => first_sentence(&other.to_string()),
    };
    SyntaxError { line: counted(line), column: counted(column), what }
}

/// The message without the place, which the package appends and we put in front.
fn first_sentence(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.rsplit_once(" at line ").map_or(line, |(what, _)| what).to_owned()
}

fn counted(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).max(1)
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Kind>::deserialize(deserializer)?;
        let (at, span) = (spanned.referenced, spanned.referenced.span());
        let bytes = span.byte_offset().zip(span.byte_len()).map(|(start, length)| {
            let start = usize::try_from(start).unwrap_or(usize::MAX);
            start..start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX))
        });
        let (line, column) = (counted(at.line()), counted(at.column()));
        Ok(Self { line, column, bytes, kind: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyKind)
    }
}

struct AnyKind;

impl<'de> Visitor<'de> for AnyKind {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Nothing)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Kind, E> {
        Ok(Kind::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Kind, E> {
        Ok(Kind::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Kind, E> {
        Ok(Kind::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Kind, E> {
        Ok(Kind::Number(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Kind, E> {
        Ok(Kind::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Kind, E> {
        Ok(Kind::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Kind::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Kind, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = entries.next_entry()? {
            pairs.push(pair);
        }
        Ok(Kind::Mapping(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nest_of_aliases_is_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let inner = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
        }
        let error = parse(&bomb, 4_000_000).unwrap_err();
        assert!(error.what.contains("alias"), "{}", error.what);
    }

    #[test]
    fn a_deep_nest_is_refused() {
        assert!(parse(&"[".repeat(100_000), 4_000_000).is_err());
        assert!(parse(&"- ".repeat(1_000), 4_000_000).is_err());
    }

    #[test]
    fn a_duplicate_key_arrives_twice() {
        let Kind::Mapping(pairs) = parse("a: 1\nb: 2\na: 3\n", 100).unwrap().kind else {
            panic!("a mapping is read as something else");
        };
        assert_eq!(pairs.len(), 3);
        assert_eq!((pairs[2].0.line, pairs[2].0.column), (3, 1));
    }
}
