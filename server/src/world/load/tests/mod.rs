//! The loader against the shipped world and against the mistakes that builders make.

mod fields;
mod files;
mod ladder;
mod links;
mod lists;
mod mutation;
mod plan;
mod size;
mod texts;

use std::fs;
use std::path::Path;

use expect_test::Expect;

use super::*;

const GOOD: [(&str, &str); 5] = [
    (
        "world.yaml",
        "\
start: earth.harbour.docks.pier
day_minutes: 60
planes:
  - { id: earth, name: Earth, about: Dry land. }
  - { id: under, name: Under, about: Not so dry. }
",
    ),
    (
        "earth/harbour.yaml",
        "\
plane: earth
zone: harbour
name: The Harbour
about: A place for ships.
subzones:
  - id: docks
    name: The Docks
    about: Where ships lie.
    rooms:
      - id: pier
        name: The Pier
        text: >-
          Planks, and a {i}bollard{/}
          with a {q}number{/} on it.
        night: Dark planks.
        details:
          - words: [bollard, iron]
            text: Worn {b}smooth{/}.
        exits:
          north: quay
          hatch: { to: under.cellars.vaults.foot, hidden: true }
        items:
          - id: lantern
            name: a tin lantern
            words: [lantern, tin]
            text: It is out.
      - id: quay
        name: The Quay
        text: Stone.
        indoors: false
        exits:
          south: pier
          east: market.square
    npcs:
      - id: master
        name: Old Brannoc
        words: [brannoc, old]
        room: quay
        text: He counts.
        greets: Mind the plank.
        replies:
          - words: [hello, hi]
            says: Hello yourself.
        murmurs:
          - ': counts again.'
          - Tide is late.
  - id: market
    name: The Market
    about: Stalls.
    rooms:
      - id: square
        name: The Square
        text: Cobbles.
        exits: { west: docks.quay }
",
    ),
    (
        "under/cellars.yaml",
        "\
plane: under
zone: cellars
name: The Cellars
about: Below.
subzones:
  - id: vaults
    name: The Vaults
    about: Brick.
    rooms:
      - id: foot
        name: The Foot
        text: Clay.
        indoors: true
        exits:
          up: earth.harbour.docks.pier
",
    ),
    (
        "socials.yaml",
        "\
- verb: nod
  alone: [You nod., $n nods.]
  at: [You nod to $t., $n nods to you., $n nods to $t.]
",
    ),
    (
        "topics.yaml",
        "\
- name: newcomers
  words: [new, start]
  text: |
    First:

      look
",
    ),
];

/// The good world with changes: in which file, what is replaced, and by what. Nothing to replace means the whole file.
fn changed(changes: &[(&str, &str, &str)]) -> Vec<(String, String)> {
    let mut files = GOOD.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec();
    for (path, from, to) in changes {
        match files.iter_mut().find(|(known, _)| known == path) {
            Some((_, text)) if from.is_empty() => *text = (*to).to_owned(),
            Some((_, text)) => {
                assert_eq!(text.matches(from).count(), 1, "{from:?} must be in {path} once");
                *text = text.replace(from, to);
            }
            None => files.push(((*path).to_owned(), (*to).to_owned())),
        }
    }
    files
}

/// Loads files from a folder of their own.
fn load_files(files: &[(String, impl AsRef<[u8]>)]) -> (Loaded, String) {
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), files);
    let loaded = Atlas::load(dir.path());
    let told = told(&loaded, dir.path());
    (loaded, told)
}

fn write_files(dir: &Path, files: &[(String, impl AsRef<[u8]>)]) {
    for (path, text) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The problems, a line each, without the folder's path.
fn told(loaded: &Loaded, dir: &Path) -> String {
    let lines: String = loaded.problems.iter().map(|problem| format!("{problem}\n")).collect();
    lines.replace(&format!("{}/", dir.display()), "").replace(&dir.display().to_string(), "world")
}

fn check(changes: &[(&str, &str, &str)], problems: Expect) {
    let (loaded, told) = load_files(&changed(changes));
    problems.assert_eq(&told);
    assert_eq!(loaded.atlas.is_none(), told.contains(": error: "), "errors alone refuse a world");
}

/// One change in the harbour.
fn check_harbour(from: &str, to: &str, problems: Expect) {
    check(&[("earth/harbour.yaml", from, to)], problems);
}

#[test]
fn the_shipped_world_has_no_problems() {
    let loaded = Atlas::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../world-data"));
    let told: Vec<_> = loaded.problems.iter().map(Problem::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(loaded.atlas.is_some());
}

#[test]
fn an_npc_may_be_another_at_night() {
    use crate::world::atlas::Murmur;
    let night = "\n        night:\n          greets: ': nods.'";
    let tide = "          - Tide is late.";
    let change = ("earth/harbour.yaml", tide, &*format!("{tide}{night}"));
    let (loaded, told) = load_files(&changed(&[change]));
    assert_eq!(told, "");
    let atlas = loaded.atlas.unwrap();
    let master = atlas.npcs_in(&"earth.harbour.docks.quay".parse().unwrap()).next().unwrap();
    assert_eq!(master.unasked_at(false).greets, Some(Murmur::Says("Mind the plank.".into())));
    assert_eq!(master.unasked_at(true).greets, Some(Murmur::Does("nods.".into())));
    assert_eq!(master.unasked_at(true).murmurs, master.unasked_at(false).murmurs);
}

#[test]
fn a_good_world_arrives_whole() {
    let (loaded, told) = load_files(&changed(&[]));
    assert_eq!(told, "");
    let atlas = loaded.atlas.unwrap();
    let pier = atlas.room(&atlas.start).unwrap();
    assert_eq!(pier.text.to_text(), "Planks, and a bollard with a number on it.");
    assert_eq!(pier.text_at(true).to_text(), "Dark planks.");
    assert_eq!(pier.detail("iron").unwrap().text.to_text(), "Worn smooth.");
    let ways: Vec<_> =
        pier.exits.iter().map(|e| format!("{} {} {}", e.way, e.to, e.hidden)).collect();
    let expected = ["north earth.harbour.docks.quay false", "hatch under.cellars.vaults.foot true"];
    assert_eq!(ways, expected);
    assert_eq!(atlas.item(&pier.items[0]).unwrap().name, "a tin lantern");
    let master = atlas.npcs_in(&"earth.harbour.docks.quay".parse().unwrap()).next().unwrap();
    assert_eq!(master.reply_to(["hi", "there"]).unwrap().says, "Hello yourself.");
    assert_eq!(master.day.murmurs[0], crate::world::atlas::Murmur::Does("counts again.".into()));
    assert_eq!(atlas.topic("Start").unwrap().text.to_text(), "First:\n\n  look");
    assert_eq!(atlas.socials["nod"].at[2], "$n nods to $t.");
    assert_eq!(atlas.zone_of(&atlas.start).unwrap().name, "The Harbour");
}
