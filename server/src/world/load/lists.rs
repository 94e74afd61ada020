//! The lists of the content filter: `moderation/` in the world's folder. Reads them; finds nothing in anything.

use std::path::Path;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::files::{self, LISTS_FOLDER};
use super::ladder::LADDER_FILE;
use super::problem::{Place, Problem, Problems};
use super::reader::{Fields, Reader, quoted};
use super::suggest::{closest, did_you_mean};
use super::yaml::Node;
use super::{Limits, read};
use crate::vocab::{ActionRow, FilterAction, FilterLists, Fit, PatternRule, Severity, WordGroup};

/// The files, all of which may be left out.
const FILES: [&str; 4] = ["lexicon.yaml", "patterns.yaml", "allow.yaml", "actions.yaml"];
/// The fewest letters of a word: shorter ones are in too many others.
const WORD_LETTERS_MIN: usize = 2;

/// What came of loading the lists.
#[derive(Debug, Default)]
pub struct LoadedLists {
    /// The lists; none if any problem is an error.
    pub lists: Option<FilterLists>,
    /// All that is wrong, by file and line.
    pub problems: Vec<Problem>,
}

/// Loads the lists of a world's folder; without a folder `moderation` there they are empty.
#[must_use]
pub fn lists(world: &Path) -> LoadedLists {
    let dir = world.join(LISTS_FOLDER);
    if !dir.exists() {
        return LoadedLists { lists: Some(FilterLists::default()), problems: Vec::new() };
    }
    lists_in(&dir, &Limits::default())
}

/// Loads the lists of a folder of their own.
#[must_use]
pub fn lists_in(dir: &Path, limits: &Limits) -> LoadedLists {
    let mut problems = Problems::new(limits.problems_max);
    let mut lists = FilterLists::default();
    let mut known = Known::default();
    files::note_others(dir, &[&FILES[..], &[LADDER_FILE]].concat(), &mut problems);
    let [lexicon, patterns, allow, actions] = FILES.map(|name| dir.join(name));
    if lexicon.exists() {
        read(&lexicon, limits, &mut problems, |r, node| groups(r, node, &mut lists, &mut known));
    }
    if patterns.exists() {
        read(&patterns, limits, &mut problems, |r, node| read_patterns(r, node, &mut lists));
    }
    if allow.exists() {
        read(&allow, limits, &mut problems, |r, node| lists.allow = allowed(r, node));
    }
    if actions.exists() {
        read(&actions, limits, &mut problems, |r, node| read_actions(r, node, &mut lists));
    }
    let is_good = problems.errors() == 0;
    LoadedLists { lists: is_good.then_some(lists), problems: problems.into_list() }
}

/// Where each word stood first.
type Known = FxHashMap<SmolStr, Place>;

fn groups(reader: &mut Reader<'_>, node: &Node, lists: &mut FilterLists, known: &mut Known) {
    for node in reader.items(node).unwrap_or_default() {
        let keys = ["severity", "category", "fit", "directed", "words"];
        let Some(fields) = reader.fields(node, &keys) else { continue };
        let severity = severity(reader, &fields);
        let fit = choice(reader, &fields, "fit", &Fit::ALL, Fit::as_str);
        let category = reader.id(&fields, "category");
        let is_directed = reader.flag(&fields, "directed");
        let words = reader.required(&fields, "words").map(|node| words(reader, node, known));
        let Some(((severity, fit), (category, words))) = severity.zip(fit).zip(category.zip(words))
        else {
            continue;
        };
        lists.groups.push(WordGroup { severity, category, fit, is_directed, words });
    }
}

fn words(reader: &mut Reader<'_>, node: &Node, known: &mut Known) -> Vec<SmolStr> {
    let items = reader.items(node).unwrap_or_default();
    let mut words = Vec::with_capacity(items.len());
    for item in items {
        let Some(word) = word(reader, item) else { continue };
        let place = reader.place(item);
        if let Some(first) = known.get(&word) {
            let first = reader.told(*first);
            reader.error(item, format!("word {} again, first in {first}", quoted(&word)));
            continue;
        }
        if known.len() == reader.limits.list_words_max {
            let most = reader.limits.list_words_max;
            reader.error(item, format!("more than {most} words"));
        }
        known.insert(word.clone(), place);
        words.push(word);
    }
    words
}

/// A word or phrase: lower-case letters and digits, one blank between words.
fn word(reader: &mut Reader<'_>, node: &Node) -> Option<SmolStr> {
    let word = reader.plain(node, "word", reader.limits.word_chars_max)?;
    let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
    let is_plain = word.chars().all(|c| c.is_alphanumeric() || c == ' ');
    if !is_plain || word.contains("  ") || word.to_lowercase() != word {
        let what = "must be letters and digits in lower case, with one blank between words";
        reader.error(node, format!("word {} {what}", quoted(&word)));
        return None;
    }
    if letters < WORD_LETTERS_MIN {
        let what = format!("has {letters} letter; {WORD_LETTERS_MIN} or more can be");
        reader.error(node, format!("word {} {what}", quoted(&word)));
        return None;
    }
    Some(word.into())
}

fn allowed(reader: &mut Reader<'_>, node: &Node) -> Vec<SmolStr> {
    let items = reader.items(node).unwrap_or_default();
    let most = reader.limits.list_words_max;
    if items.len() > most {
        reader.error(node, format!("{} words and phrases; {most} can be", items.len()));
    }
    items.iter().filter_map(|item| word(reader, item)).collect()
}

fn read_patterns(reader: &mut Reader<'_>, node: &Node, lists: &mut FilterLists) {
    let Some(fields) = reader.fields(node, &["toward", "patterns"]) else { return };
    let toward = reader.list(&fields, "toward");
    lists.toward = toward.iter().filter_map(|item| toward_word(reader, item)).collect();
    let rules = reader.list(&fields, "patterns");
    let most = reader.limits.patterns_max;
    if rules.len() > most {
        reader.error(node, format!("{} patterns; {most} can be", rules.len()));
        return;
    }
    for rule in rules {
        let Some(rule) = pattern(reader, rule, &lists.patterns) else { continue };
        lists.patterns.push(rule);
    }
}

/// `u` is a word here.
fn toward_word(reader: &mut Reader<'_>, node: &Node) -> Option<SmolStr> {
    let word = reader.plain(node, "toward", reader.limits.word_chars_max)?;
    if word.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase()) {
        return Some(word.into());
    }
    reader.error(node, format!("toward: {} must be one word in lower case", quoted(&word)));
    None
}

fn pattern(reader: &mut Reader<'_>, node: &Node, known: &[PatternRule]) -> Option<PatternRule> {
    let fields = reader.fields(node, &["id", "severity", "category", "pattern"])?;
    let id = reader.id(&fields, "id");
    if let Some(id) = id.as_ref().filter(|id| known.iter().any(|rule| rule.id == **id)) {
        reader.error(node, format!("pattern {id} again"));
    }
    let severity = severity(reader, &fields);
    let category = reader.id(&fields, "category");
    let node = reader.required(&fields, "pattern")?;
    let source = reader.text(node)?.to_owned();
    if let Err(why) = PatternRule::compile(&source) {
        reader.error(node, format!("pattern {}: {why}", quoted(&source)));
        return None;
    }
    Some(PatternRule { id: id?, severity: severity?, category: category?, source })
}

fn read_actions(reader: &mut Reader<'_>, node: &Node, lists: &mut FilterLists) {
    let Some(fields) = reader.fields(node, &["default", "channels"]) else { return };
    if let Some(node) = fields.get("default") {
        lists.actions = row(reader, node, lists.actions);
    }
    let Some(channels) = fields.get("channels").and_then(|node| reader.pairs(node)) else { return };
    for (name, key, node) in &channels.pairs {
        if !crate::vocab::is_id_part(name) {
            reader.error(key, super::reader::not_an_id(name));
            continue;
        }
        let row = row(reader, node, lists.actions);
        lists.channels.insert(SmolStr::new(name), row);
    }
}

/// What a row does not name is as in the default row.
fn row(reader: &mut Reader<'_>, node: &Node, mut row: ActionRow) -> ActionRow {
    let names = Severity::ALL.map(Severity::as_str);
    let Some(fields) = reader.fields(node, &names) else { return row };
    for severity in Severity::ALL {
        if fields.get(severity.as_str()).is_none() {
            continue;
        }
        let name = severity.as_str();
        let action = choice(reader, &fields, name, &FilterAction::ALL, FilterAction::as_str);
        row = action.map_or(row, |action| row.with(severity, action));
    }
    row
}

fn severity(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Severity> {
    choice(reader, fields, "severity", &Severity::ALL, Severity::as_str)
}

/// One of a few words under a key that must be there.
pub(super) fn choice<T: Copy>(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    key: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Option<T> {
    let node = reader.required(fields, key)?;
    let text = reader.text(node)?;
    let found = all.iter().copied().find(|value| name(*value) == text);
    if found.is_none() {
        let names: Vec<&str> = all.iter().map(|value| name(*value)).collect();
        let hint = did_you_mean(closest(text, names.iter().copied()));
        let names = names.join(", ");
        reader.error(node, format!("{key}: {} is none of {names}{hint}", quoted(text)));
    }
    found
}
