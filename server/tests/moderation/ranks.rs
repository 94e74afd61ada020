//! Ranks that change, and what those above did; [`super::matrix`] is the table of who may do what to whom.

use hearsay::vocab::Rank;

use super::{answer, is_heard, trio};

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
