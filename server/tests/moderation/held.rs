//! Lines that wait for staff: how many, for how long, and who may settle them.

use std::time::Duration;

use hearsay::vocab::{HeldLine, Rank, Verdict};

use super::rehearsal::{Rehearsal, settings, world_of_tests};
use super::{answer, trio};

#[test]
fn lines_wait_in_bounds_and_not_for_ever() {
    let own = [("moderation.held_lines_max".to_owned(), "7".to_owned())];
    let mut stage = Rehearsal::within(&settings(&own), world_of_tests(), &[1_000], 1);
    let mara = stage.enter("Mara", Rank::Moderator);
    let [bob, gil] = ["Bob", "Gil"].map(|name| stage.enter(name, Rank::Player));
    stage.types(mara, "hold bob all perm floods");
    stage.types(mara, "hold gil all perm floods");
    for number in 1..=5 {
        let said = answer(&mut stage, bob, &format!("say line {number}"));
        assert!(said.contains(&format!("#{number} on say")), "{said}");
    }
    assert!(answer(&mut stage, bob, "say line 6").contains("5 of your lines wait already"));
    stage.types(gil, "say line 6");
    stage.types(gil, "say line 7");
    assert!(answer(&mut stage, gil, "say line 8").contains("too many lines wait"));
    assert_eq!(stage.records.waiting.len(), 7);

    stage.heard(mara);
    stage.wait(Duration::from_secs(3_599));
    stage.deliver();
    assert!(answer(&mut stage, mara, "held").contains("#1 on say"));
    stage.wait(Duration::from_secs(1));
    stage.deliver();
    let read = stage.heard(bob).join("\n");
    assert!(read.contains("Nobody came to it in time; it is not said: #1 on say"), "{read}");
    assert!(answer(&mut stage, mara, "held").contains("No line waits"));
    assert!(stage.records.waiting.is_empty());
    assert!(answer(&mut stage, mara, "approve 1").contains("No line #1 waits"));
}

#[test]
fn an_approved_line_goes_to_those_who_are_there_now_from_where_it_was_said() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "hold bob all 1h floods");
    stage.types(bob, "say zebra");
    stage.types(bob, "north");
    stage.types(gil, "north");
    let hal = stage.enter("Hal", Rank::Player);
    for client in [bob, gil, hal] {
        stage.heard(client);
    }
    stage.types(mara, "approve 1");
    assert!(stage.heard(hal).iter().any(|line| line == "Bob says, \"zebra\""));
    assert!(!stage.heard(gil).iter().any(|line| line.contains("zebra")));
    assert!(stage.heard(bob).iter().any(|line| line == "You say, \"zebra\""));
    // The log has when it was meant to be said.
    let act = stage.records.acts.iter().find(|act| act.act == "approve").unwrap();
    assert!(act.detail.starts_with("#1 on say of 1970-01-01 00:00:00 UTC"), "{}", act.detail);
    assert_eq!(act.target, "Bob");
}

#[test]
fn an_approved_line_of_somebody_who_left_is_said_and_a_gesture_stays_one() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "hold bob all 1h floods");
    stage.types(bob, "say zebra");
    stage.types(bob, "smile gil");
    stage.types(bob, "whisper gil psst");
    stage.types(bob, "quit");
    stage.heard(gil);
    for number in 1..=3 {
        stage.types(mara, &format!("approve {number}"));
    }
    let read = stage.heard(gil).join("\n");
    assert!(read.contains("Bob says, \"zebra\"") && read.contains("Bob smiles at you"), "{read}");
    assert!(read.contains("Bob whispers to you, \"psst\""), "{read}");
}

#[test]
fn what_is_approved_is_judged_neither_by_hold_nor_by_slow_mode_again() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "hold bob all 1h floods");
    for line in ["say one", "say two"] {
        stage.types(bob, line);
    }
    stage.types(mara, "slowmode say 600");
    stage.types(mara, "approve 1");
    stage.types(mara, "approve 2");
    let read = stage.heard(gil).join("\n");
    assert!(read.contains("\"one\"") && read.contains("\"two\""), "{read}");
}

#[test]
fn a_shadow_that_came_between_counts_and_the_shadowed_wait_like_others() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "shadow bob all 1h floods");
    stage.types(mara, "defcon 1 1h a raid");
    assert!(answer(&mut stage, bob, "say zebra").contains("#1 on say"));
    assert!(answer(&mut stage, gil, "say horse").contains("#2 on say"));
    stage.types(mara, "approve 1");
    assert!(stage.heard(bob).iter().any(|line| line == "You say, \"zebra\""));
    assert!(!stage.heard(gil).iter().any(|line| line.contains("zebra")));
}

/// Who wants to say it, who says yes, and whether that counts.
#[test]
fn lines_are_settled_by_those_above_their_speaker() {
    for (speaker, by, may) in [
        (Rank::Player, Rank::Moderator, true),
        (Rank::Guest, Rank::Moderator, true),
        (Rank::Helper, Rank::Moderator, true),
        (Rank::Moderator, Rank::Moderator, false),
        (Rank::Moderator, Rank::Admin, true),
        (Rank::Admin, Rank::Moderator, false),
    ] {
        let mut stage = Rehearsal::new();
        let owner = stage.enter("Olga", Rank::Owner);
        let mara = stage.enter("Mara", by);
        let bob = stage.enter("Bob", speaker);
        stage.types(owner, "hold bob all 1h floods");
        stage.types(bob, "say zebra");
        let said = answer(&mut stage, mara, "approve 1");
        let cell = format!("{speaker} by {by}: {said}");
        assert_eq!(said.contains("is approved by Mara"), may, "{cell}");
        assert_eq!(stage.records.waiting.is_empty(), may, "{cell}");
        assert_eq!(said.contains("Bob is not below you in rank."), !may, "{cell}");
        let act = stage.records.acts.last().unwrap();
        assert_eq!((act.act, act.refused.is_some()), ("approve", !may), "{cell}");
        if speaker >= Rank::Moderator {
            assert!(answer(&mut stage, bob, "approve 1").contains("yourself") || may, "{cell}");
        }
    }
}

#[test]
fn lines_that_waited_when_the_server_stopped_wait_on() {
    let (mut before, [mara, bob, _]) = trio();
    before.types(mara, "hold bob all 1h floods");
    before.types(bob, "say zebra");
    let kept: Vec<HeldLine> = before.records.waiting.clone();
    let (mut stage, [mara, _, gil]) = trio();
    stage.clock.at += Duration::from_secs(600);
    let clock = stage.clock;
    stage.game.await_staff(kept, clock);
    let listed = answer(&mut stage, mara, "held");
    assert!(listed.contains("#1 on say: \"zebra\" (Bob, 10 min ago, by hold)"), "{listed}");
    stage.types(mara, "deny 1");
    assert_eq!(stage.records.settled[0].verdict, Verdict::Denied);
    assert!(!stage.heard(gil).iter().any(|line| line.contains("zebra")));
}
