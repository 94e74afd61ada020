//! What can be clicked: all of it is of the game's own making, and does something. Nothing that a player writes becomes a link.

#![allow(clippy::unwrap_used)]

mod support {
    #[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod rehearsal;
    #[allow(dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod verbs;
}

use std::collections::BTreeSet;

use hearsay::vocab::{Capability, ColourDepth, LinkMarks, Rank, clean};
use proptest::prelude::*;
use support::rehearsal::given::shipped_world;
use support::rehearsal::{ROOMY, Rehearsal};
use support::verbs::{config, stage};

const WAYS: [LinkMarks; 2] = [LinkMarks::OSC8, LinkMarks::Mxp];
/// What Ada, who does the writing, and Bob, who reads it, are on the stage.
const ADA: usize = 0;
const BOB: usize = 1;

fn knows(links: LinkMarks) -> Capability {
    Capability { links, colour: ColourDepth::None, width: 60, ..Capability::default() }
}

/// Ada and Bob in one room, with clients that know links.
fn two(links: LinkMarks) -> Rehearsal {
    let mut stage = stage();
    for name in ["Ada", "Bob"] {
        let client = stage.enter(name, Rank::Player);
        let session = stage.clients[client].session;
        stage.gateways[0].shows(session, knows(links));
    }
    stage
}

/// What is between each escape and its end, in order. Fails on an escape that begins no link and ends none.
fn marks(line: &str) -> Vec<String> {
    let marks = line.split('\x1b').skip(1);
    // `ESC \` ends the mark before it.
    let known = marks.filter(|mark| !mark.starts_with('\\')).map(|mark| {
        let is_known =
            ["]8;;", "[4z<send href=\"", "[4z</send>", "[4z<a href=\"", "[4z</a>", "[7z"];
        assert!(is_known.iter().any(|begin| mark.starts_with(begin)), "{line:?}");
        match mark.split_once('>') {
            Some((tag, _)) => tag.to_owned(),
            None if mark.starts_with("[7z") => "[7z".to_owned(),
            None => mark.to_owned(),
        }
    });
    known.collect()
}

/// Every way in which a player puts words before others, or before themselves.
const WRITING: [&str; 18] = [
    "say @",
    "emote @",
    "local @",
    "global @",
    "whisper bob @",
    "title @",
    "describe @",
    "afk @",
    "alias zz say @",
    "zz",
    "alias",
    "prompt @",
    "settings",
    "zq@",
    "help zq@",
    "examine zq@",
    "report bob @",
    "party create @",
];
/// What others do to see what was written.
const READING: [&str; 7] =
    ["look", "examine ada", "who", "finger ada", "history say", "history global", "whereabouts"];

/// All marks on both screens when Ada writes something wherever she can.
fn marks_around(links: LinkMarks, words: &str) -> Vec<Vec<String>> {
    let mut stage = two(links);
    let mut seen = Vec::new();
    for line in WRITING {
        stage.types(ADA, &line.replace('@', words));
    }
    for line in READING {
        stage.types(BOB, line);
        stage.types(ADA, line);
    }
    for client in [ADA, BOB] {
        let lines = stage.heard(client);
        seen.push(lines.iter().flat_map(|line| marks(line)).collect());
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// Whatever a player writes, on all screens there are the links that there are when they write one harmless word.
    #[test]
    fn nothing_that_a_player_writes_is_a_link(
        parts in prop::collection::vec(prop::sample::select(HOSTILE.to_vec()), 1..5),
        letters in "\\PC{0,12}",
    ) {
        // As each codec does with each line (`vocab/text.rs`), and then as one line.
        let words = clean(&format!("{}{letters}", parts.concat())).trim().to_owned();
        prop_assume!(!words.is_empty());
        for links in WAYS {
            prop_assert_eq!(marks_around(links, &words), marks_around(links, "zebra"), "{:?}", words);
        }
    }
}

const HOSTILE: [&str; 13] = [
    "https://a.example/?q=1",
    "http://a.example",
    "\u{1b}]8;;send:quit\u{1b}\\north\u{1b}]8;;\u{1b}\\",
    "]8;;prompt:quit\u{7}",
    "\u{9d}8;;send:quit\u{9c}",
    "\u{1b}[4z<send href=\"quit\">",
    "<send>quit</send>",
    "<a href=\"https://a.example\">",
    "{i}rope{/}",
    "send:quit",
    "%1b%5d",
    "&#27;",
    " ",
];

#[test]
fn staff_may_show_an_address() {
    let mut stage = two(LinkMarks::OSC8);
    let staff = stage.enter("Ida", Rank::Moderator);
    stage.types(staff, "say See https://a.example/rules, please.");
    let read = stage.heard(BOB).concat();
    let link =
        "\x1b]8;;https://a.example/rules\x1b\\https://a.example/rules\x1b]8;;\x1b\\, please.";
    assert!(read.contains(link), "{read:?}");
    stage.types(ADA, "say See https://a.example/rules, please.");
    let read = stage.heard(BOB).concat();
    assert!(read.contains("https://") && !read.contains('\x1b'), "{read:?}");
}

/// The commands that a text offers to send, and those that it offers to put into the input line.
fn offered(lines: &[String], scheme: &str) -> BTreeSet<String> {
    let links = lines.iter().flat_map(|line| line.split("\x1b]8;;").skip(1));
    let targets = links.filter_map(|link| link.split('\x1b').next()?.strip_prefix(scheme));
    targets.map(|target| target.replace("%20", " ").replace("%27", "'")).collect()
}

#[test]
fn every_link_in_the_world_does_something() {
    let mut stage = Rehearsal::within(config(), shipped_world(), &[ROOMY], 1);
    let ida = stage.enter("Ida", Rank::Owner);
    let session = stage.clients[ida].session;
    stage.gateways[0].shows(session, knows(LinkMarks::OSC8));
    let rooms: Vec<String> = shipped_world().rooms.keys().map(ToString::to_string).collect();
    let mut pressed = 0;
    for room in rooms {
        stage.types(ida, &format!("goto {room}"));
        stage.heard(ida);
        stage.types(ida, "look");
        for command in offered(&stage.heard(ida), "send:") {
            stage.types(ida, &format!("goto {room}"));
            stage.heard(ida);
            stage.types(ida, &command);
            let answer = stage.heard(ida).join(" ");
            for refusal in ["You see no", "There is no way", "You cannot", "\""] {
                assert!(!answer.starts_with(refusal), "{room}: {command:?}: {answer}");
            }
            pressed += 1;
        }
    }
    assert!(pressed > 100, "only {pressed} links in the world");
}

#[test]
fn commands_in_help_go_into_the_input_line_as_far_as_they_are_always_the_same() {
    let mut stage = two(LinkMarks::OSC8);
    stage.types(ADA, "help settings");
    let offered_forms = offered(&stage.heard(ADA), "prompt:");
    assert!(offered_forms.contains("settings colour "), "{offered_forms:?}");
    stage.types(ADA, "help");
    let help = stage.heard(ADA);
    assert!(
        offered(&help, "send:").contains("north") && offered(&help, "prompt:").contains("say ")
    );
}

/// Who knows no links reads what stood there before there were any, and who does reads the same words.
#[test]
fn links_add_no_words() {
    let without = |line: &str| -> String {
        let mut parts = line.split("\x1b]8;;");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once("\x1b\\").unwrap().1)
    };
    for line in ["look", "help", "help settings", "exits", "inventory", "map", "who", "commands"] {
        let [plain, linked] = [LinkMarks::None, LinkMarks::OSC8].map(|links| {
            let mut stage = two(links);
            stage.types(ADA, "get lantern");
            stage.heard(ADA);
            stage.types(ADA, line);
            stage.heard(ADA)
        });
        assert!(!plain.concat().contains('\x1b'), "{line}: {plain:?}");
        assert_eq!(linked.iter().map(|line| without(line)).collect::<Vec<_>>(), plain, "{line}");
    }
}
