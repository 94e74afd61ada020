//! The pages against what they tell of: every command, channel, gesture and prompt token is in `docs/playing.md`, every act
//! in `docs/logs.md`, every file of tests in `client-tests/README.md`, and what is linked to is there.

use std::path::Path;

use hearsay::channels::Table;
use hearsay::commands::ALL;
use hearsay::config::{self, Config};
use hearsay::world::Atlas;

const PAGE: &str = include_str!("../../docs/playing.md");
const LOGS: &str = include_str!("../../docs/logs.md");
/// What staff type that leaves no line in the moderation log.
const LEAVES_NOTHING: [&str; 2] = ["stat", "held"];
/// Acts that nobody types: what follows from others and what is done over HTTP.
const NOT_TYPED: [&str; 5] = ["reloaded", "drain", "undrain", "pardon", "snoop-end"];
/// What else stands between the acts.
const NO_ACTS: [&str; 5] = ["target", "detail", "begins", "ends", "read"];

/// The shipped configuration and the folder it stands in.
fn shipped() -> (Config, &'static Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a folder");
    let file = root.join("server_config.yaml");
    let world = root.join("world-data").display().to_string();
    let environment = [("HEARSAY_WORLD__PATH".to_owned(), world)];
    (config::load(Some(&file), environment).expect("the shipped configuration is sound"), root)
}

/// The texts between backquotes, each up to its first blank: what the page shows as something to type.
fn typed() -> Vec<&'static str> {
    let quoted = PAGE.split('`').skip(1).step_by(2);
    quoted.filter_map(|text| text.split_whitespace().next()).collect()
}

#[test]
fn every_command_is_on_the_page() {
    let typed = typed();
    let missing: Vec<&str> =
        ALL.iter().map(|command| command.name).filter(|name| !typed.contains(name)).collect();
    assert!(missing.is_empty(), "docs/playing.md does not tell of {missing:?}");
}

#[test]
fn staff_commands_stand_with_their_rank() {
    for command in ALL.iter().filter(|command| command.rank.is_staff()) {
        let row = |line: &&str| line.starts_with(&format!("| `{}", command.name));
        let row = PAGE.lines().find(row).unwrap_or_else(|| panic!("no row for {}", command.name));
        assert!(row.contains(&format!("| {} |", command.rank)), "{row}");
    }
}

/// The words between backquotes in the row of a kind of line in the moderation log, up to where other fields follow.
fn words_of(kind: &str) -> Vec<&'static str> {
    let row = LOGS.lines().find(|line| line.starts_with(&format!("| `{kind}`")));
    let row = row.unwrap_or_else(|| panic!("no row for {kind}"));
    let words = row.split_once(": what").map_or(row, |(_, words)| words);
    let words = words.split("`subject`").next().unwrap_or(words);
    words.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_act_of_staff_is_on_the_page_of_the_logs() {
    let (acts, readings) = (words_of("act"), words_of("read"));
    let staff = ALL.iter().filter(|command| command.rank.is_staff());
    let names = staff.map(|command| command.name).filter(|name| !LEAVES_NOTHING.contains(name));
    let missing: Vec<&str> =
        names.filter(|name| !acts.contains(name) && !readings.contains(name)).collect();
    assert!(missing.is_empty(), "docs/logs.md does not tell of {missing:?}");
    let known = [NOT_TYPED, NO_ACTS].concat();
    let is_typed = |word: &str| ALL.iter().any(|command| command.name == word);
    let words = acts.iter().filter_map(|word| word.split_whitespace().next());
    let unknown: Vec<&str> =
        words.filter(|word| !is_typed(word) && !known.contains(word)).collect();
    assert!(unknown.is_empty(), "there are no such acts: {unknown:?}");
}

#[test]
fn every_file_of_tests_is_in_the_table() {
    let (_, root) = shipped();
    let page = std::fs::read_to_string(root.join("client-tests/README.md")).expect("it is there");
    let rows: String = page.lines().filter(|line| line.starts_with("| `")).collect();
    let files = std::fs::read_dir(root.join("client-tests/tests")).expect("it is there");
    let names = files.map(|file| file.expect("readable").file_name().into_string().expect("UTF-8"));
    let is_told = |name: &String| {
        rows.contains(&format!("`{name}`")) || rows.contains(&format!("`tests/{name}`"))
    };
    let missing: Vec<String> =
        names.filter(|name| name.ends_with(".rs") && !is_told(name)).collect();
    assert!(missing.is_empty(), "client-tests/README.md does not tell of {missing:?}");
}

#[test]
fn every_channel_is_on_the_page_with_its_names_and_limits() {
    let (config, _) = shipped();
    let table = Table::new(&config.chat).expect("the shipped channels are sound");
    for channel in table.rows() {
        let begins = format!("| `{}` |", channel.name);
        let row =
            PAGE.lines().find(|line| line.starts_with(&begins) && line.matches('|').count() == 6);
        let row = row.unwrap_or_else(|| panic!("no row for the channel {}", channel.name));
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for alias in &channel.aliases {
            assert!(cells[2].contains(&format!("`{alias}`")), "{alias}: {row}");
        }
        assert_eq!(cells[4], channel.chars.to_string(), "{row}");
        let rate = match channel.per_minute {
            0 => "no limit".to_owned(),
            lines => lines.to_string(),
        };
        assert!(cells[5].starts_with(&rate), "{rate}: {row}");
    }
}

#[test]
fn every_gesture_is_on_the_page() {
    let (config, _) = shipped();
    let loaded = Atlas::load(&config.world.path);
    let atlas = loaded.atlas.expect("the shipped world is sound");
    let listed = PAGE.split("**Gestures:**").nth(1).and_then(|after| after.split('.').next());
    let listed = listed.expect("the page lists the gestures");
    let listed: Vec<&str> = listed.split(',').map(str::trim).collect();
    let verbs: Vec<&str> = atlas.socials.values().map(|social| social.verb.as_str()).collect();
    assert_eq!(listed, verbs);
}

#[test]
fn what_the_page_links_to_is_there() {
    let (_, root) = shipped();
    let pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "client-tests/README.md"];
    let docs = std::fs::read_dir(root.join("docs")).expect("it is there");
    let docs = docs.map(|file| file.expect("readable").path());
    let docs = docs.filter(|path| path.extension().is_some_and(|kind| kind == "md"));
    for page in pages.iter().map(|page| root.join(page)).chain(docs) {
        let text = read(&page);
        let folder = page.parent().expect("a page is in a folder");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let to = if file.is_empty() { page.clone() } else { folder.join(file) };
            assert!(to.exists(), "{} links to {link}", page.display());
            let is_there = heading.is_empty() || headings(&read(&to)).any(|known| known == heading);
            assert!(is_there, "{} links to {link}", page.display());
        }
    }
}

fn read(page: &Path) -> String {
    std::fs::read_to_string(page).unwrap_or_else(|why| panic!("{}: {why}", page.display()))
}

/// The headings of a page as links name them: in small letters, with dashes for blanks and without signs.
fn headings(page: &str) -> impl Iterator<Item = String> {
    let lines = page.lines().filter(|line| line.starts_with('#'));
    lines.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}
