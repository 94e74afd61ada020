//! Small checks of commands: what was typed, and who hears what.

use expect_test::Expect;
use hearsay::vocab::Rank;

use super::Rehearsal;

/// Everyone in a check. All are players and stand in the start room of the world of the tests.
const CAST: [&str; 3] = ["Ada", "Bob", "Gil"];

/// Plays lines of the form `ada: ignore bob` and compares what everyone hears, line by line.
pub fn check(script: &str, heard: Expect) {
    let mut stage = Rehearsal::new();
    for name in CAST {
        stage.enter(name, Rank::Player);
    }
    let mut transcript = String::new();
    for line in script.lines().map(str::trim) {
        let (who, typed) = line.split_once(": ").expect("a line is `name: what is typed`");
        let actor = CAST.iter().position(|name| name.to_lowercase() == who);
        stage.types(actor.expect("ada, bob and gil are in a check"), typed);
        for (client, name) in CAST.iter().enumerate() {
            for line in stage.heard(client) {
                transcript.push_str(&format!("{} hears: {line}\n", name.to_lowercase()));
            }
        }
    }
    heard.assert_eq(transcript.trim_end());
}
