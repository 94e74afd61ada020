//! The score of the shipped content filter: what it finds of its lexicon in every dress, and what in clean text.
//!
//! The word list is Debian's wamerican, the novels are put there by `scripts/clean-texts`; where they are missing, only
//! the shipped world is clean text, unless `HEARSAY_REQUIRE_TOOLS` says that they must be there.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use hearsay::moderation::filter::{Filter, score};
use hearsay::vocab::{FilterAction, FilterLists, Severity};
use hearsay::world::load;

/// The least part of the lexicon that has to be found in each dress.
const RECALL_MIN: f64 = 0.97;
/// The largest part of the lines of a clean text in which something may be found.
const FALSE_HITS_MAX: f64 = 0.001;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn shipped() -> (Filter, FilterLists) {
    let loaded = load::lists(&root().join("world-data"));
    assert_eq!(loaded.problems, [], "the shipped lists are sound");
    let lists = loaded.lists.unwrap();
    (Filter::new(&lists).unwrap(), lists)
}

fn rules(filter: &Filter, text: &str) -> Vec<String> {
    filter.examine(text).into_iter().map(|hit| hit.rule.to_string()).collect()
}

#[test]
fn the_lexicon_is_found_in_every_dress() {
    let (filter, lists) = shipped();
    for recall in score::recall(&filter, &lists) {
        let (share, transform) = (recall.share(), recall.transform);
        assert!(recall.tried > 2_000, "{} words are no lexicon", recall.tried);
        assert!(share >= RECALL_MIN, "{transform}: {share:.4}, missed: {:#?}", recall.missed);
    }
}

#[test]
fn next_to_nothing_is_found_in_clean_text() {
    let (filter, _) = shipped();
    let mut texts = world_prose();
    for path in [
        PathBuf::from("/usr/share/dict/american-english"),
        root().join("target/clean-texts/austen.txt"),
    ] {
        match fs::read_to_string(&path) {
            Ok(text) => texts.push((path, text)),
            Err(why) => {
                let required = std::env::var_os("HEARSAY_REQUIRE_TOOLS").is_some();
                assert!(!required, "{}: {why}", path.display());
            }
        }
    }
    for (path, text) in texts {
        let result = score::false_hits(&filter, &text);
        let (share, examples) = (result.share(), result.examples);
        assert!(share <= FALSE_HITS_MAX, "{}: {share:.5}: {examples:#?}", path.display());
    }
}

/// The shipped world's files of rooms, NPCs, gestures and help.
fn world_prose() -> Vec<(PathBuf, String)> {
    let world = root().join("world-data");
    let folders = [world.clone(), world.join("earth"), world.join("under")];
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let paths = files.map(|entry| entry.unwrap().path());
    let paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|e| e == "yaml")).collect();
    assert!(paths.len() > 4, "{paths:?}");
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn harmless_talk_of_adventurers_stays_as_it_is() {
    let (filter, _) = shipped();
    for line in [
        "kill the dragon",
        "I killed a rat and got 45s left, 300gp each",
        "the cock crows at dawn over Scunthorpe",
        "has anyone read Moby Dick?",
        "an assassin hides in the classic grass, pass the basalt",
        "titmouse, cockatrice, shiitake and a bastard sword",
        "let's analyse the situation, it's assessed",
        "shut the door, I'll shoot the arrow",
        "he'll go to the hall, she'll stay",
        "who wants to group for the crypt? lvl 15+ plz",
        "my damage is 80085 and 455 and $5.99",
        "AT&T, R&R, 5 < 6 and {this} | that",
        "push it, as I said: if it fits",
        "that wizard can die in one hit",
        "I hate this dungeon, so many traps",
        "the orc king must die",
        "Ich gehe jetzt schlafen, gute Nacht",
        "привет всем, как дела",
        "¡Hola a todos! ¿Qué tal?",
    ] {
        assert_eq!(rules(&filter, line), Vec::<String>::new(), "{line:?}");
    }
}

#[test]
fn what_is_meant_badly_is_found() {
    let (filter, _) = shipped();
    for (line, least) in [
        ("kill yourself", Severity::Severe),
        ("k y s noob", Severity::Severe),
        ("just go k1ll urs3lf", Severity::Severe),
        ("i hope you die of cancer", Severity::Severe),
        ("ill find you and rape your mom", Severity::Severe),
        ("what the fuuuuck is this sh1t", Severity::Moderate),
        ("f{ru{gc{bk you", Severity::Moderate),
        ("you f*cking b!tch", Severity::Moderate),
        ("ＦＵＣＫ　ｏｆｆ", Severity::Moderate),
        ("you are a worthless piece of trash", Severity::Moderate),
        ("mother-fucking cock-sucker", Severity::Moderate),
        ("you suck at dice", Severity::Mild),
        ("shut up idiot", Severity::Mild),
        ("ur so dumb", Severity::Mild),
    ] {
        let worst = filter.examine(line).into_iter().map(|hit| hit.severity).max();
        assert!(worst >= Some(least), "{line:?}: {worst:?}");
    }
}

#[test]
fn severe_words_are_refused_and_staff_say_what_they_must() {
    let (filter, _) = shipped();
    let line = "kill yourself";
    let told = |channel: &str| filter.judge(&channel.parse().unwrap(), line).action;
    assert_eq!(told("say"), Some(FilterAction::Refuse));
    assert_eq!(told("staff"), Some(FilterAction::Note));
}
