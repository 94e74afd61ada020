//! The ladder, sound and not.

use std::fs;
use std::path::Path;
use std::time::Duration;

use expect_test::{Expect, expect};

use crate::vocab::{Offence, Severity, Step};
use crate::world::load::{LoadedLadder, ladder};

fn load(text: &str) -> LoadedLadder {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("moderation")).unwrap();
    fs::write(folder.path().join("moderation/ladder.yaml"), text).unwrap();
    let mut loaded = ladder(folder.path());
    let root = format!("{}/moderation/", folder.path().display());
    for problem in &mut loaded.problems {
        problem.file = problem.file.replace(&root, "");
    }
    loaded
}

fn check(text: &str, expected: Expect) {
    let loaded = load(text);
    assert!(loaded.ladder.is_none(), "a ladder with errors is handed out");
    let told: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    expected.assert_eq(&told.join("\n"));
}

#[test]
fn the_shipped_ladder_is_sound() {
    let world = Path::new(env!("CARGO_MANIFEST_DIR")).join("../world-data");
    let loaded = ladder(&world);
    assert_eq!(loaded.problems, []);
    let ladder = loaded.ladder.unwrap();
    assert_eq!(ladder.signature(), "ladder 1");
    assert_eq!(ladder.cost(Offence::Filtered(Severity::Severe)).to_string(), "3");
    assert_eq!(ladder.cost(Offence::Repeat).to_string(), "0.5");
    let rung = ladder.rung(9.9).unwrap();
    assert_eq!((rung.step, rung.lasts), (Step::Timeout, Some(Duration::from_mins(10))));
    assert_eq!(ladder.rung(40.0).unwrap().as_typed("Bob"), "ban Bob 7d");
    assert_eq!(ladder.automatic_rung(40.0).unwrap().in_words(), "mute for 1d");
    assert_eq!(ladder.next_rung(3.0).unwrap().as_typed("Bob"), "timeout Bob 10m");
}

#[test]
fn without_the_file_there_is_no_ladder() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = ladder(folder.path());
    assert!(loaded.ladder.is_none() && loaded.problems.is_empty());
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    check(
        "version: 0
half_life: 7 days
points: { repeet: 1, raid: -1, links: many, report: 3 }
rungs:
  - { from: 3, step: warn, lasts: 1h }
  - { from: 3, step: timeout }
  - { from: 4, step: mute, lasts: 25h, automatic: true }
  - { from: 0, step: shout, lasts: 0s }
  - { from: 6, step: ban, lasts: 1h, automatic: true, to: all }
  - { step: mute, lasts: 9999999999999999999999d }
",
        expect![[r#"
            ladder.yaml:1:10: error: expected a whole number from 1 to 4294967295, found the number 0
            ladder.yaml:2:12: error: half_life: "7 days" is no time: write 10m, 2h or 7d
            ladder.yaml:3:11: error: "repeet" is no offence; did you mean "repeat"?
            ladder.yaml:3:28: error: expected a number from 0 to 10000, found the number -1
            ladder.yaml:3:39: error: expected a number from 0 to 10000, found text
            ladder.yaml:5:35: error: a warning does not last
            ladder.yaml:6:5: error: key "lasts" is missing
            ladder.yaml:6:5: error: rungs must begin with ever more points
            ladder.yaml:7:5: error: 25h cannot be automatic: at most 24h can
            ladder.yaml:8:5: error: everyone would stand on a rung that begins with 0 points
            ladder.yaml:8:22: error: step: "shout" is none of warn, timeout, mute, ban
            ladder.yaml:9:5: error: a ban cannot be automatic: staff have to order it
            ladder.yaml:9:55: error: unknown key "to"
            ladder.yaml:10:5: error: key "from" is missing
            ladder.yaml:10:26: error: lasts: "9999999999999999999999d" is not from 1s to 365d"#]],
    );
    check(
        "version: 1\nhalf_life: 1s\n",
        expect![[r#"
        ladder.yaml:1:1: error: key "points" is missing
        ladder.yaml:1:1: error: key "rungs" is missing
        ladder.yaml:2:12: error: half_life: "1s" is not from 1m to 365d"#]],
    );
}
