//! The ladder on the stage: what follows by itself, what staff are asked, and whom it spares.

use hearsay::vocab::Rank;

use super::answer;
use super::rehearsal::{ROOMY, Rehearsal, settings, world_of_tests};

/// A stage with the shipped ladder.
fn stage() -> Rehearsal {
    let config = settings(&[("moderation.ladder".to_owned(), "true".to_owned())]);
    Rehearsal::within(&config, world_of_tests(), &[ROOMY], 1)
}

fn acts(stage: &Rehearsal) -> Vec<&'static str> {
    stage.records.rule_acts.iter().map(|act| act.act).collect()
}

#[test]
fn one_rung_follows_the_other_and_what_no_rule_may_do_is_proposed_once() {
    let mut stage = stage();
    let mara = stage.enter("Mara", Rank::Moderator);
    let max = stage.enter("Max", Rank::Moderator);
    let bob = stage.enter("Bob", Rank::Player);
    for _ in 0..14 {
        stage.types(mara, "warn bob stop it");
    }
    assert_eq!(acts(&stage), ["timeout", "mute", "mute"]);
    assert_eq!(stage.records.restrictions.len(), 3);
    let standing = stage.records.restrictions.iter().filter(|it| it.lifted.is_none());
    assert!(standing.clone().all(|it| it.issuer.name == "ladder 1" && it.issuer.account.is_none()));
    assert_eq!(standing.count(), 2, "the longer mute is in the place of the shorter");
    stage.heard(max);
    stage.heard(bob);
    stage.types(mara, "warn bob stop it");
    stage.types(mara, "warn bob stop it");
    let proposal = "[ladder 1] Bob has 30.0 points: `ban Bob 7d <reason>`?";
    let read = stage.heard(max);
    assert_eq!(read.iter().filter(|line| line.contains("<reason>")).count(), 1);
    assert!(read.contains(&proposal.to_owned()), "{read:?}");
    assert!(!stage.heard(bob).iter().any(|line| line.contains("points")));
    assert_eq!(acts(&stage), ["timeout", "mute", "mute", "proposed"]);
}

#[test]
fn an_upheld_report_costs_points_and_its_message_is_the_evidence() {
    let mut stage = stage();
    let mara = stage.enter("Mara", Rank::Moderator);
    let ada = stage.enter("Ada", Rank::Player);
    let bob = stage.enter("Bob", Rank::Player);
    stage.types(bob, "say you oaf");
    stage.types(ada, "report bob he insults me");
    stage.types(mara, "uphold 1 rude");
    let read = stage.heard(bob).join("\n");
    let warned = "The rule ladder 1 warns you: what others have reported (3.0 points)";
    assert!(read.contains(warned), "{read}");
    let warning = &stage.records.remarks[0];
    assert_eq!(warning.evidence.len(), 1);
    assert!(!stage.heard(ada).join("\n").contains("warn"));
    assert!(answer(&mut stage, mara, "record bob").contains("warning by the rule ladder 1"));
    // What is dismissed costs nothing.
    stage.types(ada, "report bob again");
    stage.types(bob, "acknowledge");
    stage.types(bob, "say and again");
    stage.types(ada, "report bob again");
    stage.types(mara, "dismiss 2 no");
    assert!(answer(&mut stage, mara, "points bob").contains("Bob: 3.0, on warn"));
    assert_eq!(stage.records.points.values().copied().collect::<Vec<_>>(), [3.0]);
}

#[test]
fn staff_have_no_points_and_guests_lose_theirs_when_they_leave() {
    let mut stage = stage();
    let mara = stage.enter("Mara", Rank::Moderator);
    let hal = stage.enter("Hal", Rank::Helper);
    let zed = stage.enter("Zed", Rank::Guest);
    for name in ["hal", "zed", "hal"] {
        stage.types(mara, &format!("warn {name} stop it"));
    }
    let points = answer(&mut stage, mara, "points");
    assert!(points.contains("Zed: 2.0") && !points.contains("Hal"), "{points}");
    assert!(stage.records.points.is_empty(), "guests are stored nowhere");
    stage.types(zed, "quit");
    (0..60).for_each(|_| stage.wait(std::time::Duration::ZERO));
    assert!(answer(&mut stage, mara, "points").contains("Nobody has any points."));
    assert!(answer(&mut stage, hal, "points").contains("There is no command"));
}
