//! The whole command table and channel table, walked: each verb is claimed once and explained, answers whatever is typed
//! after it, and is unknown below its rank.

#![allow(clippy::unwrap_used)]

mod support {
    #[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod rehearsal;
    #[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod verbs;
}

use std::collections::BTreeMap;
use std::sync::Arc;

use hearsay::commands::ALL;
use hearsay::vocab::Rank;
use hearsay::world::Way;

use support::rehearsal::given::shipped_world;
use support::rehearsal::{ROOMY, Rehearsal};
use support::verbs::{channel_verbs, channels, config, small_world, stage, verbs};

/// Commands that are the front of a channel: they take the channel's verb and do more than speak.
const FRONTS: [&str; 3] = ["party", "whisper", "tell"];
/// What the loop says when a command has panicked.
const PANICKED: &str = "Something went wrong inside the server";

#[test]
fn each_verb_is_claimed_once() {
    let mut claimed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (verb, owner) in verbs(&shipped_world()) {
        claimed.entry(verb).or_default().push(owner);
    }
    claimed.retain(|verb, owners| owners.len() > 1 && !FRONTS.contains(&verb.as_str()));
    assert!(claimed.is_empty(), "{claimed:#?}");
}

#[test]
fn no_verb_stands_before_a_way_out() {
    let atlas = shipped_world();
    let verbs: BTreeMap<_, _> = verbs(&atlas).into_iter().collect();
    for room in atlas.rooms.values() {
        for exit in &room.exits {
            if let Way::Named(word) = &exit.way {
                let taken = verbs.get(word.as_str());
                assert!(taken.is_none(), "{}: the exit {word} is {taken:?}, too", room.id);
            }
        }
    }
}

#[test]
fn everything_is_explained_within_78_columns() {
    let atlas = shipped_world();
    let mut stage = Rehearsal::within(config(), Arc::clone(&atlas), &[ROOMY], 1);
    let ada = stage.enter("Ada", Rank::Owner);
    // One column is left free at the right edge.
    stage.types(ada, "settings width 79");
    stage.heard(ada);
    let topics = atlas.topics.iter().map(|topic| topic.name.to_string());
    let verbs = verbs(&atlas).into_iter().map(|(verb, _)| verb);
    let about = verbs.chain(topics).map(|word| format!("help {word}"));
    for line in about.chain(["help", "commands", "socials", "channels"].map(str::to_owned)) {
        stage.types(ada, &line);
        let read = stage.heard(ada);
        assert!(read.len() > 1, "{line}: {read:?}");
        for row in read {
            assert!(row.chars().count() <= 78, "{line}: {row:?}");
        }
    }
}

#[test]
fn help_on_any_word_of_a_command_explains_that_command() {
    let mut stage = stage();
    let ada = stage.enter("Ada", Rank::Owner);
    for command in ALL {
        assert!(!command.help.is_empty() && !command.usage.is_empty(), "{}", command.name);
        for word in std::iter::once(&command.name).chain(command.aliases) {
            stage.types(ada, &format!("help {word}"));
            assert_eq!(stage.heard(ada)[0], command.name, "help {word}");
        }
    }
}

/// What nobody means to type, and somebody does.
fn oddities() -> Vec<String> {
    let odd = [
        "",
        "x",
        "at",
        "to",
        " to ",
        "me",
        "ada",
        "bob to bob",
        "all",
        ".",
        "'",
        "::",
        "0",
        "-1",
        "99999999999999999999999",
        "here",
        "pier x",
        "create",
        "invite",
        "list",
        "new x",
        "on",
        "colour say nothing",
        "say 99999",
        "lantern",
        "lantern to",
        "{b}bold{/} {{ {",
        "$n $m $t $",
        "%n%r%z%p%a%%%",
        "\u{202e}turned\u{202c}",
        "a\u{0}b\u{7}\u{1b}[31m",
        "ＡＤＡ",
        "İ",
        "ß",
        "🦀 🦀",
    ];
    let long = ["x", "界", "a ", "$n", "e\u{301}"].map(|part| part.repeat(500));
    odd.into_iter().map(str::to_owned).chain(long).collect()
}

#[test]
fn every_verb_answers_whatever_follows_it() {
    let oddities = oddities();
    for rank in Rank::ALL {
        for (verb, _) in verbs(&small_world()) {
            let mut stage = stage();
            stage.enter("Bob", Rank::Player);
            let mut ada = stage.enter("Ada", rank);
            for odd in &oddities {
                // Some of it ends the actor's session, or everyone's.
                if stage.game.world().named("Ada").is_none() {
                    ada = stage.enter("Ada", rank);
                }
                let line = format!("{verb} {odd}");
                stage.types(ada, &line);
                let read = stage.heard(ada);
                assert!(!read.is_empty(), "{rank}: {line:?} is not answered");
                let panicked = read.iter().any(|line| line.contains(PANICKED));
                assert!(!panicked, "{rank}: {line:?} panicked");
            }
        }
    }
}

#[test]
fn what_is_above_ones_rank_does_not_exist() {
    for rank in Rank::ALL {
        let mut stage = stage();
        let ada = stage.enter("Ada", rank);
        let commands = ALL.iter().filter(|command| command.rank > rank);
        let rows = channels().rows().iter().filter(|row| row.speak > rank && row.speak.is_staff());
        let above = commands.map(|c| c.name.to_owned()).chain(rows.flat_map(channel_verbs));
        for verb in above {
            stage.types(ada, &format!("{verb} bob"));
            let read = stage.heard(ada);
            assert_eq!(read.len(), 1, "{rank}: {verb}");
            assert!(read[0].starts_with("There is no command"), "{rank}: {verb}: {read:?}");
        }
    }
}
