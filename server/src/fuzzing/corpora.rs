//! Plays all that fuzzing kept, on stable Rust: what once was found does not come back.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use super::{TARGETS, Target};

/// The most that is kept for one target, so that playing it takes a moment.
const INPUTS_MAX: usize = 300;
const BYTES_MAX: usize = 300 * 1024;

/// The folder of all inputs.
fn corpora() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus")
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The inputs that are kept for a target, by name.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = corpora().join(target);
    let read = |name: String| {
        let input = fs::read(folder.join(&name)).unwrap();
        (name, input)
    };
    names(&folder).into_iter().map(read).collect()
}

/// Those of them for which what must hold does not.
fn broken(target: &str, run: Target) -> Vec<String> {
    let inputs = inputs(target).into_iter();
    let fails = inputs.filter(|(_, input)| catch_unwind(|| run(input)).is_err());
    fails.map(|(name, _)| format!("fuzz/corpus/{target}/{name}")).collect()
}

#[test]
fn what_must_hold_holds_for_all_that_was_kept() {
    let broken: Vec<String> =
        TARGETS.iter().flat_map(|(target, run)| broken(target, *run)).collect();
    assert!(broken.is_empty(), "it does not hold for {broken:#?}");
}

#[test]
fn what_does_not_hold_is_told() {
    let fails: Target = |input| assert!(!input.starts_with(b"PROXY UNKNOWN"));
    let broken = broken("proxy", fails);
    assert!(!broken.is_empty() && broken.len() < inputs("proxy").len(), "{broken:?}");
}

#[test]
fn some_is_kept_for_every_target_and_not_too_much() {
    for (target, _) in TARGETS {
        let inputs = inputs(target);
        let bytes: usize = inputs.iter().map(|(_, input)| input.len()).sum();
        let is_some = (1..=INPUTS_MAX).contains(&inputs.len()) && bytes <= BYTES_MAX;
        assert!(is_some, "{target}: {} inputs, {bytes} bytes", inputs.len());
    }
}

#[test]
fn every_target_has_a_folder_a_program_and_a_row_on_the_page() {
    let targets: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert!(targets.is_sorted());
    assert_eq!(names(&corpora()), targets);
    let programs = names(&corpora().join("../fuzz_targets"));
    let programs: Vec<&str> = programs.iter().filter_map(|name| name.strip_suffix(".rs")).collect();
    assert_eq!(programs, targets);
    let page = include_str!("../../../docs/fuzzing.md");
    assert!(targets.iter().all(|target| page.contains(&format!("\n| `{target}` | "))));
}
