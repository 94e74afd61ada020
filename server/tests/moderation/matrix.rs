//! The permission matrix: who may do what to whom, where. The table says what is expected; every cell of it is tried.

use std::collections::BTreeSet;

use hearsay::commands::ALL;
use hearsay::vocab::Rank;

use super::answer;
use super::rehearsal::Rehearsal;

/// One act, and to whom it can be done by somebody who has the command.
struct Row {
    /// What is typed before it, by somebody of the same rank, so that there is something to be lifted.
    first: &'static str,
    /// What is typed.
    line: &'static str,
    /// What the answer says when it is done.
    done: &'static str,
    /// To those below and here, those below and away, guests, one's peers, those above, oneself.
    to: [bool; 6],
    /// Whether a refusal of it is on record as well.
    is_order: bool,
}

const YES: bool = true;
const NO: bool = false;

const fn order(first: &'static str, line: &'static str, done: &'static str, to: [bool; 6]) -> Row {
    Row { first, line, done, to, is_order: true }
}

const fn plain(line: &'static str, done: &'static str, to: [bool; 6]) -> Row {
    Row { first: "", line, done, to, is_order: false }
}

/// The expectation. BOB stands for the target.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    //    before        typed                          answered                        below away guest peer above self
    order("",             "mute BOB say 10m spam",       "Bob is muted on say",          [YES, YES, YES, NO, NO, NO]),
    order("mute BOB x",   "unmute BOB sorry",            "Bob is no longer muted",       [YES, YES, YES, NO, NO, NO]),
    order("",             "shadow BOB say 10m spam",     "Bob is shadowed on say",       [YES, YES, YES, NO, NO, NO]),
    order("shadow BOB x", "unshadow BOB sorry",          "Bob is no longer shadowed",    [YES, YES, YES, NO, NO, NO]),
    order("",             "hold BOB say 10m spam",       "Bob is held for approval",     [YES, YES, YES, NO, NO, NO]),
    order("hold BOB x",   "unhold BOB sorry",            "Bob is no longer held",        [YES, YES, YES, NO, NO, NO]),
    order("",             "slow BOB 5 say 10m spam",     "Bob has one line every",       [YES, YES, YES, NO, NO, NO]),
    order("slow BOB 5 x", "unslow BOB sorry",            "Bob is no longer",             [YES, YES, YES, NO, NO, NO]),
    order("",             "timeout BOB 10m spam",        "Bob is in a timeout",          [YES, YES, YES, NO, NO, NO]),
    order("",             "freeze BOB spam",             "Bob is frozen",                [YES, YES, YES, NO, NO, NO]),
    order("freeze BOB x", "thaw BOB sorry",              "Bob is no longer frozen",      [YES, YES, YES, NO, NO, NO]),
    order("",             "kick BOB spam",               "Bob is put out of the world",  [YES, NO,  YES, NO, NO, NO]),
    order("",             "ban BOB 10m spam",            "Bob is banned",                [YES, YES, NO,  NO, NO, NO]),
    order("ban BOB x",    "unban BOB sorry",             "Bob is no longer banned",      [YES, YES, NO,  NO, NO, NO]),
    order("",             "warn BOB stop it",            "Bob is warned",                [YES, YES, YES, NO, NO, NO]),
    order("",             "note BOB watch them",         "Noted about Bob",              [YES, YES, YES, NO, NO, NO]),
    order("",             "points BOB clear sorry",      "Bob had",                      [YES, YES, YES, NO, NO, NO]),
    order("",             "snoop BOB suspicion",         "you read what Bob says",       [YES, NO,  YES, NO, NO, NO]),
    order("",             "cleartext BOB title rude",    "title of Bob is taken away",   [YES, YES, YES, NO, NO, NO]),
    plain(                "transfer BOB quay",           "Bob is in earth.harbour",      [YES, NO,  YES, NO, NO, NO]),
    plain(                "rank BOB player",             "Bob is player now",            [YES, NO,  NO,  NO, NO, NO]),
];

/// Commands of staff that do nothing to anybody: they read, move whoever types them, or concern the whole server.
const TO_NOBODY: [&str; 13] = [
    "at", "bans", "echo", "filter", "goto", "held", "modqueue", "mutes", "record", "reload",
    "shutdown", "stat", "watch",
];

/// Acts on whole channels and on everyone without a rank: what is typed before, what is typed, what is answered.
const TO_EVERYONE: [(&str, &str, &str); 5] = [
    ("", "slowmode say 30 lively", "Everyone has one line every"),
    ("", "lock say 30m raid", "say is locked"),
    ("lock say x", "unlock say", "Lifted: lock on say"),
    ("", "agelimit say 7d", "Only accounts that are 7 d old"),
    ("", "defcon 3 2h raid", "Defcon is 3 until"),
];

/// What is done to a line that was said, by those above its speaker: typed before, typed, answered.
const TO_LINES_SAID: [(&str, &str, &str); 2] = [
    ("", "redact say#1 an address", "is taken back"),
    ("redact say#1 x", "unredact say#1 sorry", "can be read again"),
];

/// What is done to cases; whom a case is about decides no more than that one is no party to it.
const TO_CASES: [&str; 4] = ["unclaim 1", "uphold 1 spam", "dismiss 1 no", "grant 1 sorry"];

/// What is done to a line that waits, by those above its speaker.
const TO_LINES: [(&str, &str); 2] = [("approve 1", "Bob"), ("deny 1 no", "Bob")];

/// Where and what the target is, seen from whoever acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Below,
    Away,
    Guest,
    Peer,
    Above,
    Oneself,
}

/// Somebody of a rank, here or away, seen from somebody of another.
fn target(actor: Rank, of: Rank, is_here: bool) -> Option<Target> {
    Some(match of {
        // A guest who is away is nobody.
        Rank::Guest if !is_here => return None,
        Rank::Guest if actor == Rank::Guest => Target::Peer,
        Rank::Guest => Target::Guest,
        of if of > actor => Target::Above,
        of if of == actor => Target::Peer,
        _ if is_here => Target::Below,
        _ => Target::Away,
    })
}

fn verb(row: &Row) -> &str {
    row.line.split(' ').next().unwrap_or_default()
}

/// What the log calls what the line does.
fn act_of(row: &Row) -> &str {
    if verb(row) == "points" { "pardon" } else { verb(row) }
}

fn needed(row: &Row) -> Rank {
    let command = ALL.iter().find(|command| command.name == verb(row));
    let command = command.unwrap_or_else(|| panic!("there is no command {}", verb(row)));
    // Everyone has `mute`, which sends those without a rank to `ignore`.
    if command.name == "mute" { Rank::Moderator } else { command.rank }
}

#[test]
fn every_command_of_staff_stands_in_the_table() {
    let of_staff = ALL.iter().filter(|command| command.rank.is_staff() || command.name == "mute");
    let of_staff: BTreeSet<&str> = of_staff.map(|command| command.name).collect();
    let lines = TO_EVERYONE
        .map(|(_, line, _)| line)
        .into_iter()
        .chain(TO_LINES.map(|(it, _)| it))
        .chain(TO_LINES_SAID.map(|(_, it, _)| it))
        .chain(TO_CASES);
    let others = lines.filter_map(|line| line.split(' ').next());
    let listed: BTreeSet<&str> = TABLE.iter().map(verb).chain(TO_NOBODY).chain(others).collect();
    assert_eq!(of_staff, listed);
}

#[test]
fn the_matrix_of_who_may_do_what_to_whom() {
    let mut tried = 0;
    for row in TABLE {
        for actor in Rank::ALL {
            check(row, actor, actor, true, Target::Oneself);
            for (of, is_here) in Rank::ALL.into_iter().flat_map(|of| [(of, true), (of, false)]) {
                if let Some(target) = target(actor, of, is_here) {
                    check(row, actor, of, is_here, target);
                    tried += 1;
                }
            }
        }
    }
    assert_eq!(tried, TABLE.len() * 7 * 13);
}

fn check(row: &Row, actor: Rank, of: Rank, is_here: bool, target: Target) {
    let mut stage = Rehearsal::new();
    let ada = stage.enter("Ada", actor);
    if target != Target::Oneself {
        let bob = stage.enter("Bob", of);
        if !is_here {
            stage.types(bob, "quit");
        }
    }
    let name = if target == Target::Oneself { "ada" } else { "bob" };
    if !row.first.is_empty() {
        let cyd = stage.enter("Cyd", actor);
        stage.types(cyd, &row.first.replace("BOB", name));
    }
    let before = stage.records.acts.len();
    let said = answer(&mut stage, ada, &row.line.replace("BOB", name));
    let has_command = actor >= needed(row);
    let may = has_command && row.to[target as usize];
    let cell = format!("{actor}: {} ({of}, {target:?}): {said}", row.line);
    assert_eq!(said.contains(row.done), may, "{cell}");
    assert!(may || is_refusal(&said), "{cell}");
    // Whoever has the command is on record with what they did, and with what they were refused.
    let acts = &stage.records.acts[before..];
    assert_eq!(acts.len(), usize::from(may || (has_command && row.is_order)), "{cell}");
    for act in acts {
        assert_eq!((act.act, act.refused.is_none()), (act_of(row), may), "{cell}");
        assert_eq!(act.restriction.is_some(), may && row.is_order, "{cell}");
    }
    if !may && row.first.is_empty() {
        let kept = stage.records.restrictions.len() + stage.records.remarks.len();
        assert_eq!(kept, 0, "{cell}");
    }
}

#[test]
fn what_concerns_everyone_is_for_moderators_and_above() {
    for (actor, (first, line, done)) in
        Rank::ALL.into_iter().flat_map(|actor| TO_EVERYONE.map(|row| (actor, row)))
    {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", actor);
        stage.types(ada, first);
        let before = stage.records.acts.len();
        let said = answer(&mut stage, ada, line);
        let may = actor >= Rank::Moderator;
        assert_eq!(said.contains(done), may, "{actor}: {line}: {said}");
        assert!(may || said.contains("There is no command"), "{actor}: {line}: {said}");
        assert_eq!(stage.records.acts.len() - before, usize::from(may), "{actor}: {line}");
    }
}

#[test]
fn lines_that_wait_are_settled_by_those_above_their_speaker() {
    for (actor, speaker) in
        Rank::ALL.into_iter().flat_map(|actor| Rank::ALL.map(|speaker| (actor, speaker)))
    {
        // Nobody can hold an owner.
        if speaker == Rank::Owner {
            continue;
        }
        for (line, done) in TO_LINES {
            let mut stage = Rehearsal::new();
            let olga = stage.enter("Olga", Rank::Owner);
            let (ada, bob) = (stage.enter("Ada", actor), stage.enter("Bob", speaker));
            stage.types(olga, "hold bob x");
            stage.types(bob, "say zebra");
            let said = answer(&mut stage, ada, line);
            let may = actor >= Rank::Moderator && speaker < actor;
            let cell = format!("{actor}: {line} ({speaker}): {said}");
            assert_eq!(stage.records.waiting.is_empty(), may, "{cell}");
            assert!(!may || said.contains(done), "{cell}");
            // Nobody settles their own.
            stage.types(bob, line);
            assert_eq!(stage.records.waiting.is_empty(), may, "{cell}");
        }
    }
}

#[test]
fn lines_that_were_said_are_taken_back_by_those_above_their_speaker() {
    for (actor, speaker) in
        Rank::ALL.into_iter().flat_map(|actor| Rank::ALL.map(|speaker| (actor, speaker)))
    {
        for (first, line, done) in TO_LINES_SAID {
            let mut stage = Rehearsal::new();
            let (ada, bob) = (stage.enter("Ada", actor), stage.enter("Bob", speaker));
            stage.types(bob, "say zebra");
            stage.types(ada, first);
            let said = answer(&mut stage, ada, line);
            let may = actor >= Rank::Moderator && speaker < actor;
            assert_eq!(said.contains(done), may, "{actor}: {line} ({speaker}): {said}");
        }
    }
}

#[test]
fn cases_are_for_moderators_and_above() {
    for (actor, line) in Rank::ALL.into_iter().flat_map(|actor| TO_CASES.map(|line| (actor, line)))
    {
        let mut stage = Rehearsal::new();
        let ada = stage.enter("Ada", actor);
        let said = answer(&mut stage, ada, line);
        let is_known = !said.contains("There is no command");
        assert_eq!(is_known, actor >= Rank::Moderator, "{actor}: {line}: {said}");
        assert!(!said.is_empty() && stage.records.restrictions.is_empty(), "{actor}: {line}");
    }
}

/// A refusal says why.
fn is_refusal(said: &str) -> bool {
    let why = [
        "not below you",
        "to yourself",
        "There is no command",
        "Only moderators",
        "not in the world",
        "has no account",
        "Nobody called",
        "is not banned",
        "You may only rank those below you",
    ];
    why.iter().any(|why| said.contains(why))
}

/// Whoever owns the server stays above everyone, whatever is typed by whom.
#[test]
fn nobody_touches_the_owner() {
    for actor in Rank::ALL {
        for row in TABLE {
            let mut stage = Rehearsal::new();
            let olga = stage.enter("Olga", Rank::Owner);
            let ada = stage.enter("Ada", actor);
            for (client, name) in [(ada, "olga"), (olga, "olga")] {
                for line in [row.first, row.line].into_iter().filter(|line| !line.is_empty()) {
                    stage.types(client, &line.replace("BOB", name));
                }
            }
            for rank in ["player", "helper", "builder", "moderator", "admin", "owner", "guest"] {
                for client in [ada, olga] {
                    stage.types(client, &format!("rank olga {rank}"));
                }
            }
            let owner = stage.game.world().named("Olga").unwrap();
            assert_eq!(owner.rank, Rank::Owner, "{actor}: {}", row.line);
            assert!(stage.records.restrictions.is_empty() && stage.records.remarks.is_empty());
            assert!(super::is_heard(&mut stage, olga, ada), "{actor}: {}", row.line);
        }
    }
}
