//! The shape of the source: which way arrows point, how files begin and how long they get.
//!
//! The tables here are those of the house style; a new arrow is a change of its own and belongs into both.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Who may name whom with `crate::`. Everyone may read the leaves.
const ARROWS: [(&str, &[&str]); 13] = [
    ("bus", &[]),
    ("world", &[]),
    ("moderation", &[]),
    ("store", &[]),
    ("journal", &[]),
    ("gateway", &["bus"]),
    ("channels", &["world"]),
    ("commands", &["channels", "world"]),
    ("game", &["commands", "channels", "moderation", "world", "bus"]),
    ("accounts", &["store", "bus"]),
    ("api", &["accounts", "store", "bus"]),
    ("roles", EVERYTHING),
    ("fuzzing", &["gateway", "moderation", "world"]),
];

/// Modules without a behaviour of their own: words, and settings. Anyone may read them; they name each other at most.
const LEAVES: [&str; 2] = ["vocab", "config"];

/// What starts the parts has to know them.
const EVERYTHING: &[&str] = &[
    "accounts",
    "api",
    "bus",
    "channels",
    "commands",
    "game",
    "gateway",
    "journal",
    "moderation",
    "store",
    "world",
];

/// The longest a file may get. Lines.
const LINES_MAX: usize = 500;

/// A file of ours.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// Every file below the folder of this crate or of one beside it.
    fn all(folder: &str) -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut sources = Vec::new();
        collect(&root, &root, &mut sources);
        assert!(!sources.is_empty(), "no source in {}", root.display());
        sources
    }

    /// The module of the crate that the file belongs to.
    fn module(&self) -> &str {
        let first = self.path.iter().next().and_then(|part| part.to_str()).unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// The lines that are code, with their numbers, and the modules that each names with `crate::`.
    fn arrows(&self) -> impl Iterator<Item = (usize, &str)> {
        let code = self.text.lines().enumerate().filter(|(_, line)| !is_comment(line));
        code.flat_map(|(at, line)| named(line).map(move |module| (at + 1, module)))
    }
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(root, &path, sources);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            sources.push(Source { path: path.strip_prefix(root).unwrap().to_owned(), text });
        }
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// `use crate::{a, b}` would hide its arrows from a search by line, so it counts as the name of a module that is none.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end == 0 { rest } else { &rest[..end] }
    })
}

/// Why one module may not name another.
fn forbidden(from: &str, to: &str) -> Option<String> {
    if from == to || LEAVES.contains(&to) {
        return None;
    }
    if LEAVES.contains(&from) {
        return Some(format!("{from} is a leaf"));
    }
    match ARROWS.iter().find(|(module, _)| *module == from) {
        Some((_, known)) if known.contains(&to) => None,
        Some((_, known)) => Some(format!("{from} may name {known:?} and {LEAVES:?}")),
        None => Some(format!("{from} stands in no row of the table")),
    }
}

#[test]
fn arrows_point_one_way() {
    let mut wrong = Vec::new();
    for source in Source::all("src") {
        // These two are the crate's roots; checks beside the code play on the stage of the tests.
        if ["lib", "main"].contains(&source.module()) {
            continue;
        }
        for (line, to) in source.arrows().filter(|(_, to)| *to != "rehearsal") {
            if let Some(why) = forbidden(source.module(), to) {
                wrong.push(format!("{}:{line}: crate::{to}: {why}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_circle_and_no_arrow_that_nobody_needs() {
    let sources = Source::all("src");
    for (from, known) in ARROWS.iter().filter(|(_, known)| *known != EVERYTHING) {
        for to in *known {
            let back = ARROWS.iter().any(|(module, known)| module == to && known.contains(from));
            assert!(!back, "{from} and {to} name each other");
            let of_module = sources.iter().filter(|source| source.module() == *from);
            let used = of_module.flat_map(Source::arrows).any(|(_, named)| named == *to);
            assert!(used, "nothing in {from} names {to} any more");
        }
    }
}

#[test]
fn every_module_stands_in_the_table() {
    for source in Source::all("src") {
        let module = source.module();
        let known = ARROWS.iter().any(|(row, _)| *row == module)
            || LEAVES.contains(&module)
            || ["lib", "main"].contains(&module);
        assert!(known, "{module} stands in no row of the table");
    }
}

/// Every folder with code of ours.
fn all_sources() -> Vec<Source> {
    let folders = ["src", "tests", "../client-tests/src", "../client-tests/tests"];
    folders.into_iter().flat_map(Source::all).collect()
}

#[test]
fn every_file_says_what_it_is() {
    for source in all_sources() {
        let path = source.path.display();
        assert!(source.text.starts_with("//! "), "{path} does not begin with `//!`");
    }
}

#[test]
fn no_file_gets_too_long() {
    for source in all_sources() {
        let lines = source.text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", source.path.display());
    }
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")];
    for source in all_sources() {
        for (at, line) in source.text.lines().enumerate() {
            let mark = marks.into_iter().find(|mark| line.contains(mark));
            assert!(mark.is_none(), "{}:{}: {line}", source.path.display(), at + 1);
        }
    }
}

#[test]
fn a_forbidden_arrow_is_found() {
    assert!(forbidden("gateway", "world").is_some());
    assert!(forbidden("world", "commands").is_some());
    assert!(forbidden("vocab", "bus").is_some());
    assert!(forbidden("stranger", "bus").is_some());
    assert_eq!(forbidden("commands", "config"), None);
    let listed = Source {
        path: "bus/x.rs".into(),
        text:
            "// crate::world\nuse crate::{game, api};\nlet x = crate::vocab::x(crate::game::Y);\n"
                .to_owned(),
    };
    let found: Vec<_> = listed.arrows().collect();
    assert_eq!(found, [(2, "{game, api};"), (3, "vocab"), (3, "game")]);
}
