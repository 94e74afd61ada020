//! `hearsay logs stats`: how often what occurs in the lines that are asked for.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;

use anyhow::Context;
use serde_json::{Map, Value, json};

use super::asked::{Asked, Inquiry};
use super::table::{Form, safe};
use crate::config::Config;
use crate::journal::read::{Record, search};

/// Different words that are counted apart; further ones are counted together.
const WORDS_MAX: usize = 10_000;

/// What is counted: a title, and the fields of which the first that says something is counted; the days without fields.
const COUNTED: [(&str, &[&str]); 6] = [
    ("acts", &["act"]),
    ("rules", &["rule", "blocked_by"]),
    ("channels", &["channel"]),
    ("who", &["actor_name", "speaker_name", "reporter_name", "reader_name", "sender_name"]),
    ("whom", &["target", "subject_name", "reported_name", "target_name"]),
    ("days", &[]),
];

/// Prints the counts.
pub(super) fn run(
    asked: &Asked,
    top: usize,
    config: &Config,
    form: Form,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let Inquiry { log, select, keys, form } = asked.prepare("stats", config, form)?;
    let root = asked.places.logs(config);
    let mut counts = Counts::default();
    let count = |record: &Record| {
        counts.count(record);
        ControlFlow::Continue(())
    };
    search(log, &root, &select, keys.as_ref(), count)
        .with_context(|| format!("reading the logs in {}", root.display()))?;
    match form {
        Form::Json => writeln!(out, "{}", counts.to_json(top))?,
        Form::Table { .. } => counts.print(top, out)?,
    }
    Ok(())
}

/// How often each word occurs.
#[derive(Default)]
struct Words(BTreeMap<String, u64>);

impl Words {
    fn count(&mut self, word: String) {
        if word.is_empty() {
            return;
        }
        let is_new = !self.0.contains_key(&word);
        let word = if is_new && self.0.len() >= WORDS_MAX { "(others)".to_owned() } else { word };
        *self.0.entry(word).or_default() += 1;
    }

    /// The most frequent, and how often.
    fn top(&self, most: usize) -> Vec<(&str, u64)> {
        let mut words: Vec<_> =
            self.0.iter().map(|(word, count)| (word.as_str(), *count)).collect();
        words.sort_by_key(|(word, count)| (Reverse(*count), *word));
        words.truncate(most);
        words
    }
}

/// All counts.
#[derive(Default)]
struct Counts {
    lines: u64,
    refused: u64,
    kinds: Words,
    words: [Words; COUNTED.len()],
}

impl Counts {
    fn count(&mut self, record: &Record) {
        self.lines += 1;
        self.refused += u64::from(record.text("refused").is_some());
        self.kinds.count(record.kind().to_owned());
        for ((_, fields), words) in COUNTED.iter().zip(&mut self.words) {
            words.count(counted(record, fields));
        }
    }

    fn parts(&self) -> impl Iterator<Item = (&'static str, &Words)> {
        let titles = COUNTED.iter().map(|(title, _)| *title);
        [("kinds", &self.kinds)].into_iter().chain(titles.zip(&self.words))
    }

    fn to_json(&self, top: usize) -> Value {
        let pairs = |words: &Words| -> Vec<Value> {
            words.top(top).into_iter().map(|(word, count)| json!([word, count])).collect()
        };
        let mut object: Map<String, Value> =
            self.parts().map(|(title, words)| (title.to_owned(), pairs(words).into())).collect();
        object.insert("lines".to_owned(), self.lines.into());
        object.insert("refused".to_owned(), self.refused.into());
        Value::Object(object)
    }

    fn print(&self, top: usize, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "lines {}, refused {}", self.lines, self.refused)?;
        for (title, words) in self.parts() {
            let words = words.top(top);
            if !words.is_empty() {
                writeln!(out, "\n{title}")?;
            }
            for (word, count) in words {
                writeln!(out, "{count:>9}  {}", safe(word))?;
            }
        }
        Ok(())
    }
}

/// The word of a line that is counted; the day when there are no fields.
fn counted(record: &Record, fields: &[&str]) -> String {
    if fields.is_empty() {
        let at = record.text("at").or_else(|| record.text("timestamp")).unwrap_or_default();
        return at.chars().take(10).collect();
    }
    fields.iter().map(|field| record.shown(field)).find(|it| !it.is_empty()).unwrap_or_default()
}
