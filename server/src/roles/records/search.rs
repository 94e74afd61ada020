//! `hearsay logs search`, `stats` and `tail`: reading what is on record.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use serde_json::json;

use super::asked::{Asked, Inquiry};
use super::table::Form;
use crate::config::Config;
use crate::journal::read::{Follower, Record, last_lines, search};

/// Different words that are counted apart; further ones are counted together.
const WORDS_MAX: usize = 10_000;
/// How often to see whether there is more to show.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Prints the lines that are asked for, oldest first.
pub(super) fn find(
    asked: &Asked,
    config: &Config,
    form: Form,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let Inquiry { log, select, keys, form } = asked.prepare("search", config, form)?;
    let root = asked.places.logs(config);
    form.heading(log, out)?;
    let (mut count, mut written) = (0_u64, Ok(()));
    let found = |record: &Record| {
        count += 1;
        written = form.line(log, record, out);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    search(log, &root, &select, keys.as_ref(), found)
        .with_context(|| format!("reading the logs in {}", root.display()))?;
    written?;
    if form != Form::Json {
        writeln!(out, "{count} found")?;
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
        words.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
        words.truncate(most);
        words
    }
}

/// What is counted: a title, and the fields of which the first that says something is counted.
const COUNTED: [(&str, &[&str]); 6] = [
    ("acts", &["act"]),
    ("rules", &["rule", "blocked_by"]),
    ("channels", &["channel"]),
    ("who", &["actor_name", "speaker_name", "reporter_name", "reader_name", "sender_name"]),
    ("whom", &["target", "subject_name", "reported_name", "target_name"]),
    ("days", &[]),
];

/// Prints how often what occurs in the lines that are asked for.
pub(super) fn stats(
    asked: &Asked,
    top: usize,
    config: &Config,
    form: Form,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let Inquiry { log, select, keys, form } = asked.prepare("stats", config, form)?;
    let root = asked.places.logs(config);
    let (mut lines, mut refused, mut kinds) = (0_u64, 0_u64, Words::default());
    let mut counts: [Words; COUNTED.len()] = Default::default();
    let found = |record: &Record| {
        lines += 1;
        refused += u64::from(record.text("refused").is_some());
        kinds.count(record.kind().to_owned());
        for ((_, fields), words) in COUNTED.iter().zip(&mut counts) {
            words.count(counted(record, fields));
        }
        ControlFlow::Continue(())
    };
    search(log, &root, &select, keys.as_ref(), found)
        .with_context(|| format!("reading the logs in {}", root.display()))?;
    let titles = COUNTED.iter().map(|(title, _)| *title);
    let all: Vec<_> = [("kinds", &kinds)].into_iter().chain(titles.zip(&counts)).collect();
    if form == Form::Json {
        let tops = all.iter().map(|(title, words)| {
            let top: Vec<_> = words.top(top).into_iter().map(|(w, n)| json!([w, n])).collect();
            ((*title).to_owned(), json!(top))
        });
        let mut object: serde_json::Map<_, _> = tops.collect();
        object.insert("lines".to_owned(), json!(lines));
        object.insert("refused".to_owned(), json!(refused));
        return Ok(writeln!(out, "{}", serde_json::Value::Object(object))?);
    }
    writeln!(out, "lines {lines}, refused {refused}")?;
    for (title, words) in all {
        list(title, &words.top(top), out)?;
    }
    Ok(())
}

/// The word of a line that is counted; the day when there are no fields.
fn counted(record: &Record, fields: &[&str]) -> String {
    if fields.is_empty() {
        let at = record.text("at").or_else(|| record.text("timestamp")).unwrap_or_default();
        return at.chars().take(10).collect();
    }
    fields.iter().map(|field| record.shown(field)).find(|it| !it.is_empty()).unwrap_or_default()
}

fn list(title: &str, words: &[(&str, u64)], out: &mut dyn Write) -> io::Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    for (word, count) in words {
        writeln!(out, "{count:>9}  {}", super::table::safe(word))?;
    }
    Ok(())
}

/// Prints the last lines that are asked for and then those that come, until nobody reads any more.
pub(super) fn tail(
    asked: &Asked,
    last: usize,
    config: &Config,
    form: Form,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let Inquiry { log, select, keys, form } = asked.prepare("tail", config, form)?;
    let root = asked.places.logs(config);
    let mut follower = Follower::new(log, &root);
    let read =
        |line: &[u8]| Record::read(line, keys.as_ref()).filter(|record| select.takes(record));
    form.heading(log, out)?;
    let mut lines = last_lines(&mut follower, last, |line| read(line).is_some())?;
    loop {
        for record in lines.iter().filter_map(|line| read(line)) {
            form.line(log, &record, out)?;
        }
        out.flush()?;
        lines = follower.next()?;
        if lines.is_empty() {
            thread::sleep(LOOK_EVERY);
        }
    }
}
