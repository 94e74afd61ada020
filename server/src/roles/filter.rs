//! `hearsay filter`: the content filter from the command line. Reads lists, texts and the store; changes nothing.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use smol_str::SmolStr;

use crate::config::Config;
use crate::moderation::filter::{Filter, score};
use crate::store::newest_messages;
use crate::vocab::{FilterLists, Fit, Ladder, OWN_WORDS, Severity as Badness, WordGroup};
use crate::world::load::{self, Limits, LoadedLists, Severity};

/// How often each line is timed; the quickest counts, since nothing makes a line quicker than it is.
const TIMED_ROUNDS: usize = 5;

/// Loads the filter of a configuration, or of a folder with lists instead.
///
/// # Errors
/// All problems of the lists.
pub fn load(config: &Config, folder: Option<&Path>) -> anyhow::Result<(Filter, FilterLists)> {
    let loaded = match folder {
        Some(folder) => load::lists_in(folder, &Limits::default()),
        None => load::lists(&config.world.path),
    };
    let lists = with_own_words(sound(loaded)?, config);
    Ok((Filter::new(&lists)?, lists))
}

/// The filter's lists with the words of the configuration, which nobody gets to read, or none at all where it is off.
#[must_use]
pub fn with_own_words(mut lists: FilterLists, config: &Config) -> FilterLists {
    let filter = &config.chat.content_filtering;
    if !filter.enabled {
        return FilterLists::default();
    }
    let plain = |word: &String| SmolStr::new(word.trim().to_lowercase());
    let words = filter.words.iter().map(plain).filter(|word| !word.is_empty());
    lists.groups.push(WordGroup {
        severity: Badness::Moderate,
        category: SmolStr::new_static(OWN_WORDS),
        fit: Fit::Word,
        is_directed: false,
        words: words.collect(),
    });
    lists
}

/// Loads the ladder of a configuration; none where there is no file, or where it is off.
///
/// # Errors
/// All problems of the file.
pub(super) fn ladder(config: &Config) -> anyhow::Result<Option<Arc<Ladder>>> {
    if !config.moderation.ladder {
        return Ok(None);
    }
    let loaded = load::ladder(&config.world.path);
    let errors = loaded.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    anyhow::ensure!(errors.is_empty(), errors.join("\n"));
    Ok(loaded.ladder.map(Arc::new))
}

/// Lists without an error.
pub(super) fn sound(loaded: LoadedLists) -> anyhow::Result<FilterLists> {
    let errors = loaded.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    loaded.lists.with_context(|| errors.join("\n"))
}

/// Says what a folder of lists would have found in the newest messages of the store, and what becomes of them.
///
/// # Errors
/// All problems of the lists, or why the store cannot be read.
pub fn dry_run(config: &Config, folder: &Path, last: u32) -> anyhow::Result<String> {
    let (filter, _) = load(config, Some(folder))?;
    let messages = newest_messages(&config.store.path, last)?;
    let (mut told, mut hits) = (String::new(), 0);
    for message in &messages {
        let verdict = filter.judge(&message.channel, &message.content);
        let Some(action) = verdict.action else { continue };
        hits += 1;
        let rules: Vec<&str> = verdict.hits.iter().map(|hit| &*hit.rule).collect();
        let at = message.at.format("%Y-%m-%d %H:%M:%S");
        let (channel, name, rules) = (&message.channel, &message.sender.name, rules.join(", "));
        writeln!(told, "{at} {channel} {name}: {} [{action}: {rules}]", message.content)?;
    }
    let (all, version) = (messages.len(), filter.version());
    writeln!(told, "{hits} of the last {all} messages; lists {version}")?;
    Ok(told)
}

/// Measures a filter: recall by dress, false hits by text, and speed.
///
/// # Errors
/// When a text cannot be read.
pub fn score(filter: &Filter, lists: &FilterLists, texts: &[&Path]) -> anyhow::Result<String> {
    let mut told = format!("lists {}\n", filter.version());
    score_recall(filter, lists, &mut told)?;
    let clean = score_clean(filter, texts, &mut told)?;
    score_time(filter, lists, &clean, &mut told)?;
    Ok(told)
}

fn score_recall(filter: &Filter, lists: &FilterLists, told: &mut String) -> anyhow::Result<()> {
    writeln!(told, "\nfound of the lexicon")?;
    for recall in score::recall(filter, lists) {
        let (name, share) = (recall.transform, recall.share() * 100.0);
        writeln!(told, "  {name:18} {share:6.2} %  of {}", recall.tried)?;
        for missed in recall.missed.iter().take(if share < 97.0 { 5 } else { 0 }) {
            writeln!(told, "      missed: {missed:?}")?;
        }
    }
    Ok(())
}

/// The share of false hits in each text; gives all texts back.
fn score_clean(filter: &Filter, texts: &[&Path], told: &mut String) -> anyhow::Result<String> {
    writeln!(told, "\nfound in clean text")?;
    if texts.is_empty() {
        writeln!(told, "  none was given: --text <FILE> names one")?;
    }
    let mut clean = String::new();
    for path in texts {
        let text = std::fs::read(path).with_context(|| path.display().to_string())?;
        let text = String::from_utf8_lossy(&text);
        let result = score::false_hits(filter, &text);
        let (hits, lines, share) = (result.hits, result.lines, result.share() * 100.0);
        writeln!(told, "  {share:7.4} %  {hits} of {lines} lines of {}", path.display())?;
        for (rule, line) in &result.examples {
            writeln!(told, "      {rule}: {line:?}")?;
        }
        clean.push_str(&text);
    }
    Ok(clean)
}

fn score_time(
    filter: &Filter,
    lists: &FilterLists,
    clean: &str,
    told: &mut String,
) -> anyhow::Result<()> {
    writeln!(told, "\ntime for a line")?;
    for chars in [40, 200] {
        for (what, lines) in [("clean", cut(clean, chars)), ("foul", foul(lists, chars))] {
            if let Some((middle, late)) = timed(filter, &lines) {
                writeln!(told, "  {chars:3} characters, {what:5}  p50 {middle:?}  p99 {late:?}")?;
            }
        }
    }
    Ok(())
}

/// Lines of so many characters out of a text.
fn cut(text: &str, chars: usize) -> Vec<String> {
    let all: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    all.chunks_exact(chars).step_by(7).take(5_000).map(|line| line.iter().collect()).collect()
}

/// Lines of so many characters made of the lexicon in all dresses.
fn foul(lists: &FilterLists, chars: usize) -> Vec<String> {
    let words: Vec<&str> =
        lists.groups.iter().flat_map(|group| &group.words).map(|w| &**w).collect();
    let mut dresses = crate::moderation::filter::evasion::TRANSFORMS.iter().cycle();
    let dressed = words.chunks(40).flat_map(|words| {
        words.iter().zip(dresses.by_ref()).map(|(w, t)| (t.apply)(w)).collect::<Vec<_>>()
    });
    cut(&dressed.collect::<Vec<_>>().join(" "), chars)
}

/// The middle and the 99th percentile of the time for a line; nothing if there are no lines.
fn timed(filter: &Filter, lines: &[String]) -> Option<(Duration, Duration)> {
    let once = |line: &String| {
        let start = Instant::now();
        std::hint::black_box(filter.examine(std::hint::black_box(line)));
        start.elapsed()
    };
    let quickest = |line| (0..TIMED_ROUNDS).map(|_| once(line)).min().unwrap_or_default();
    let mut times: Vec<Duration> = lines.iter().map(quickest).collect();
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied();
    at(50).zip(at(99))
}
