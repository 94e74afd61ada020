//! `docs/playing.md` against the tables: every command, channel, gesture and prompt token is on the page.

use std::path::Path;

use hearsay::channels::Table;
use hearsay::commands::ALL;
use hearsay::config::{self, Config};
use hearsay::world::Atlas;

const PAGE: &str = include_str!("../../docs/playing.md");

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
    let docs = [
        "playing",
        "moderation",
        "operating",
        "logs",
        "nats",
        "world",
        "websocket",
        "clients",
        "gmcp",
        "fuzzing",
    ];
    let docs = docs.iter().map(|name| format!("docs/{name}.md"));
    for page in pages.iter().map(ToString::to_string).chain(docs) {
        let path = root.join(&page);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{page}: {why}"));
        let folder = path.parent().expect("a page is in a folder");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty() && !link.contains("://") {
                assert!(folder.join(file).exists(), "{page} links to {link}");
            }
        }
    }
}
