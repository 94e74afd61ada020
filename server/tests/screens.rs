//! Every screen as somebody hears it whose client reads aloud: what each command answers, however it is typed, holds no
//! drawings, no columns, and nothing that only a colour tells.

#![allow(clippy::unwrap_used)]

mod support {
    #[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod rehearsal;
    #[allow(dead_code, reason = "every test uses its own part of it")]
    pub(crate) mod verbs;
}
#[path = "funnel/forms.rs"]
#[allow(dead_code, reason = "every test uses its own part of it")]
mod forms;

use std::collections::{BTreeMap, BTreeSet};

use hearsay::vocab::{Capability, ColourDepth, Input, Rank, Screen};
use support::rehearsal::Rehearsal;
use support::verbs::{small_world, stage, verbs};

/// Ada, whom everything is done by, and two whom it is done to.
const ADA: usize = 2;
/// What ends the world, or changes how it is looked at.
const LAST: [&str; 7] = ["quit", "shutdown", "reload", "settings", "set", "config", "screenreader"];

/// Somebody of a rank whose client shows colours, among others, after a little has happened.
fn on_stage(rank: Rank, capability: Capability) -> Rehearsal {
    let mut stage = stage();
    stage.enter("Bob", Rank::Player);
    stage.enter("Gil", Rank::Player);
    stage.enter("Ada", rank);
    let session = stage.clients[ADA].session;
    stage.gateways[0].shows(session, capability);
    let screen_reader = capability.screen_reader;
    stage.says(Input::Screen { session, screen: Screen { screen_reader, ..Screen::default() } });
    for line in ["say hello there", "title of the Pier", "describe A man of few words."] {
        stage.types(0, line);
    }
    for line in ["get lantern", "alias hi say hello", "ignore gil", "party create"] {
        stage.types(ADA, line);
    }
    stage.types(1, "report bob he says hello");
    for client in 0..3 {
        stage.heard(client);
    }
    stage
}

/// What shows more when something else has been done before.
const IN_TURN: [&str; 14] = [
    "settings",
    "history say",
    "modqueue",
    "modqueue 1",
    "claim 1",
    "modqueue 1",
    "warn bob be kind",
    "mute bob say 1h too loud",
    "mutes",
    "ban gil 1d too loud",
    "bans",
    "uphold 1 he was told",
    "record bob",
    "points",
];

/// What is read after each line that can be typed.
fn screens(rank: Rank, capability: Capability) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut stage = on_stage(rank, capability);
    for line in IN_TURN {
        stage.types(ADA, line);
        found.push((line.to_owned(), stage.heard(ADA)));
    }
    let verbs: BTreeSet<String> = verbs(&small_world()).into_iter().map(|(verb, _)| verb).collect();
    for verb in verbs.iter().filter(|verb| !LAST.contains(&verb.as_str())) {
        let mut stage = on_stage(rank, capability);
        let lines = std::iter::once(verb.clone()).chain(forms::all(verb));
        for line in lines.chain([format!("help {verb}")]) {
            if stage.game.world().named("Ada").is_none() {
                stage = on_stage(rank, capability);
            }
            stage.types(ADA, &line);
            let read = stage.heard(ADA);
            found.push((line, read));
        }
    }
    found
}

fn aloud(colour: ColourDepth) -> Capability {
    Capability { colour, screen_reader: true, width: 80, ..Capability::default() }
}

/// What of a line cannot be read aloud, if anything.
fn unreadable(line: &str) -> Option<&'static str> {
    let chars: Vec<char> = line.chars().collect();
    let drawn = |c: &char| matches!(c, '\u{2500}'..='\u{259f}' | '\u{2800}'..='\u{28ff}');
    let again = |run: &[char]| {
        run.iter().all(|c| *c == run[0]) && !run[0].is_alphanumeric() && run[0] != '.'
    };
    if chars.iter().any(drawn) {
        Some("box characters")
    } else if chars.windows(3).any(again) {
        Some("repeated punctuation")
    } else if line.starts_with(' ') || line.contains("  ") {
        Some("columns")
    } else if line.contains('|') && !line.contains("on|off") && line.matches('|').count() > 8 {
        Some("lines of a table")
    } else {
        None
    }
}

#[test]
fn every_screen_can_be_read_aloud() {
    let mut wrong = BTreeMap::new();
    let (mut seen, mut cases) = (0, 0);
    for rank in [Rank::Guest, Rank::Player, Rank::Owner] {
        for (typed, read) in screens(rank, aloud(ColourDepth::None)) {
            for line in read {
                seen += 1;
                cases += usize::from(line.contains(" reported: "));
                if let Some(why) = unreadable(&line) {
                    wrong.entry(line).or_insert((why, typed.clone()));
                }
            }
        }
    }
    assert!(seen > 5_000, "only {seen} lines were read");
    assert!(cases > 0, "no case was read");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The colours of what went well, of what needs attention, and of what is less important: a state. All others say what
/// sort of word something is, which the word says itself.
const STATES: [&str; 3] = ["[38;2;111;191;95", "[38;2;232;122;106", "[38;2;152;152;152"];

/// A line without its colours, and where which of them were.
fn taken_apart(line: &str) -> (String, Vec<(usize, String)>) {
    let (mut text, mut colours) = (String::new(), Vec::new());
    for (at, part) in line.split('\u{1b}').enumerate() {
        let plain = match part.split_once('m').filter(|_| at > 0) {
            Some((colour, plain)) => {
                colours.push((text.chars().count(), colour.to_owned()));
                plain
            }
            None => part,
        };
        text.push_str(plain);
    }
    (text, colours)
}

/// Two lines that differ in nothing but their colours would be the same to whoever does not see those.
#[test]
fn nothing_is_told_by_colour_alone() {
    let mut known: BTreeMap<String, (Vec<(usize, String)>, String)> = BTreeMap::new();
    let mut coloured = 0;
    for rank in [Rank::Player, Rank::Owner] {
        for (typed, read) in screens(rank, aloud(ColourDepth::True)) {
            for line in read {
                let (text, mut colours) = taken_apart(&line);
                colours.retain(|(_, colour)| STATES.contains(&colour.as_str()));
                coloured += usize::from(!colours.is_empty());
                let (before, by) =
                    known.entry(text.clone()).or_insert_with(|| (colours.clone(), typed.clone()));
                assert_eq!(*before, colours, "{text:?} after {by:?} and after {typed:?}");
            }
        }
    }
    assert!(coloured > 100, "only {coloured} lines told of a state");
}

/// Whoever sees no colours, and whoever has few, reads the same words.
#[test]
fn the_words_are_the_same_in_all_colours() {
    let of = |colour| {
        let capability = Capability { colour, width: 0, ..Capability::default() };
        let screens = screens(Rank::Owner, capability);
        screens.into_iter().map(|(typed, read)| {
            let plain = read.iter().map(|line| taken_apart(line).0).collect::<Vec<_>>();
            (typed, plain)
        })
    };
    let plain = of(ColourDepth::None);
    for ((typed, one), (_, other)) in plain.zip(of(ColourDepth::Sixteen)) {
        assert_eq!(one, other, "{typed}");
    }
}
