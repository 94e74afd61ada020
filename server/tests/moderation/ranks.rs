//! Who may do what to whom.

use hearsay::vocab::Rank;

use super::rehearsal::Rehearsal;
use super::{answer, is_heard, trio};

/// What can be done to somebody, and the words of the answer when it is done.
const ACTS: [(&str, &str); 10] = [
    ("mute TARGET say 10m spam", "is muted on say"),
    ("shadow TARGET say 10m spam", "is shadowed on say"),
    ("hold TARGET say 10m spam", "is held for approval on say"),
    ("slow TARGET 5 say 10m spam", "is under slow mode of 5 s on say"),
    ("timeout TARGET 10m spam", "is in a timeout"),
    ("freeze TARGET spam", "is frozen"),
    ("kick TARGET spam", "is put out of the world"),
    ("ban TARGET 10m spam", "is banned"),
    ("warn TARGET stop it", "is warned"),
    ("note TARGET watch them", "Noted about"),
];

/// Where the target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Here,
    Away,
    Oneself,
}

/// Rank by act by target rank by place: everything that can be asked for, and whether it is done.
#[test]
fn the_matrix_of_who_may_do_what_to_whom() {
    let ranks =
        [Rank::Player, Rank::Helper, Rank::Builder, Rank::Moderator, Rank::Admin, Rank::Owner];
    let mut tried = 0;
    for actor in ranks {
        for target in ranks.into_iter().chain([Rank::Guest]) {
            for place in [Place::Here, Place::Away, Place::Oneself] {
                // A guest who is away is nobody.
                if place == Place::Oneself && actor != target
                    || (target == Rank::Guest && place != Place::Here)
                {
                    continue;
                }
                for (line, done) in ACTS {
                    check_cell(actor, target, place, line, done);
                    tried += 1;
                }
            }
        }
    }
    assert_eq!(tried, (6 * 6 * 2 + 6 + 6) * ACTS.len());
}

fn check_cell(actor: Rank, target: Rank, place: Place, line: &str, done: &str) {
    let mut stage = Rehearsal::new();
    let ada = stage.enter("Ada", actor);
    let bob = stage.enter("Bob", target);
    if place == Place::Away {
        stage.types(bob, "quit");
    }
    let name = if place == Place::Oneself { "Ada" } else { "Bob" };
    let said = answer(&mut stage, ada, &line.replace("TARGET", name));
    let needs_presence = line.starts_with("kick");
    let needs_account = line.starts_with("ban");
    let may = actor >= Rank::Moderator
        && target < actor
        && place != Place::Oneself
        && !(needs_presence && place == Place::Away)
        && !(needs_account && target == Rank::Guest);
    let cell = format!("{actor}: {line} ({target}, {place:?}): {said}");
    assert_eq!(said.contains(done), may, "{cell}");
    assert_eq!(
        stage.records.restrictions.len() + stage.records.remarks.len(),
        usize::from(may),
        "{cell}"
    );
    // Whoever may moderate at all is on record with what they did and with what they were refused.
    let acts = &stage.records.acts;
    assert_eq!(acts.len(), usize::from(actor >= Rank::Moderator), "{cell}");
    for act in acts {
        assert_eq!(act.refused.is_none(), may, "{cell}");
        assert_eq!(act.restriction.is_some(), may, "{cell}");
    }
    if !may {
        let why = [
            "not below you",
            "to yourself",
            "There is no command",
            "Only moderators",
            "not in the world",
            "has no account",
        ];
        assert!(why.iter().any(|why| said.contains(why)), "{cell}");
    }
}

#[test]
fn what_counts_is_the_stored_rank() {
    let (mut stage, [mara, bob, _]) = trio();
    let ada = stage.enter("Ada", Rank::Owner);
    stage.types(bob, "quit");
    stage.types(ada, "rank mara player");
    assert!(answer(&mut stage, mara, "unmute bob").contains("There is no command"));
    let gus = stage.enter("Gus", Rank::Admin);
    stage.types(gus, "quit");
    stage.types(ada, "rank mara moderator");
    assert!(answer(&mut stage, mara, "mute gus spam").contains("Gus is not below you in rank."));
}

#[test]
fn what_those_above_did_stays() {
    let (mut stage, [mara, bob, gil]) = trio();
    let ada = stage.enter("Ada", Rank::Admin);
    stage.types(ada, "mute bob 2h spam");
    for line in ["unmute bob", "mute bob 1m spam"] {
        assert!(answer(&mut stage, mara, line).contains("somebody of rank admin"), "{line}");
    }
    assert!(!is_heard(&mut stage, bob, gil));
    assert!(answer(&mut stage, ada, "unmute bob").contains("Bob is no longer muted."));
    assert!(is_heard(&mut stage, bob, gil));
}

#[test]
fn without_a_rank_one_is_pointed_to_ignore() {
    let (mut stage, [_, bob, _]) = trio();
    let said = answer(&mut stage, bob, "mute gil spam");
    assert!(said.contains("Only moderators") && said.contains("`ignore gil`"), "{said}");
    assert!(stage.records.acts.is_empty());
}
