//! Floods on a stage whose clock moves when told: what is said when, and what becomes of the rest.

use super::*;
use crate::game::Turn;
use crate::rehearsal::{Rehearsal, settings, world_of_tests};
use crate::vocab::{Input, Rank};

/// A stage where five lines may be said at once, then two a second, and five may wait.
fn stage() -> Rehearsal {
    let on = [
        ("chat.rate_limiting.enabled", "true"),
        ("chat.rate_limiting.say", "0"),
        ("chat.floods.repeats_max", "0"),
    ];
    let on = on.map(|(key, value)| (key.to_owned(), value.to_owned()));
    Rehearsal::within(&settings(&on), world_of_tests(), &[1_000], 1)
}

fn later(stage: &mut Rehearsal, wait: Duration) {
    stage.clock.now += wait;
    stage.turn(Turn::Due);
    stage.deliver();
}

fn numbers(lines: &[String]) -> Vec<&str> {
    let said = lines.iter().filter_map(|line| line.strip_prefix("Ada says, \""));
    said.map(|line| line.trim_end_matches('"')).collect()
}

const HALF: Duration = Duration::from_millis(500);

#[test]
fn a_flood_is_delayed_in_order_and_then_refused() {
    let mut stage = stage();
    let (ada, bob) = (stage.enter("Ada", Rank::Player), stage.enter("Bob", Rank::Player));
    (1..=12).for_each(|number| stage.types(ada, &format!("say {number}")));
    assert_eq!(numbers(&stage.heard(bob)), ["1", "2", "3", "4", "5"]);
    let refused = stage.heard(ada);
    let refused = refused.iter().filter(|line| line.contains("this was dropped"));
    assert_eq!(refused.count(), 2);
    assert_eq!(stage.game.next_due(), Some(stage.clock.now + HALF));
    for number in ["6", "7", "8", "9", "10"] {
        later(&mut stage, HALF - Duration::from_nanos(1));
        assert!(stage.heard(bob).is_empty());
        later(&mut stage, Duration::from_nanos(1));
        assert_eq!(numbers(&stage.heard(bob)), [number]);
    }
    assert_eq!(stage.game.next_due(), None);
    let total = stage.game.tally.total();
    assert_eq!((total.said, total.delayed, total.refused["pace"]), (10, 5, 2));
}

#[test]
fn what_is_typed_behind_a_line_waits_with_it() {
    let mut stage = stage();
    let (ada, bob) = (stage.enter("Ada", Rank::Player), stage.enter("Bob", Rank::Player));
    (1..=6).for_each(|number| stage.types(ada, &format!("say {number}")));
    stage.types(ada, "quit");
    assert_eq!(stage.game.world().population(), 2);
    stage.heard(bob);
    later(&mut stage, HALF);
    assert_eq!(stage.heard(bob), ["Ada says, \"6\"", "Ada leaves the world."]);
}

#[test]
fn what_staff_decide_meanwhile_counts() {
    let mut stage = stage();
    let (ada, bob) = (stage.enter("Ada", Rank::Player), stage.enter("Bob", Rank::Player));
    let mara = stage.enter("Mara", Rank::Moderator);
    (1..=7).for_each(|number| stage.types(ada, &format!("say {number}")));
    stage.types(mara, "mute ada enough");
    stage.heard(bob);
    later(&mut stage, HALF);
    later(&mut stage, HALF);
    assert_eq!(stage.heard(bob), [""; 0]);
    let told = stage.heard(ada);
    assert_eq!(told.iter().filter(|line| line.starts_with("You are muted")).count(), 2);
}

#[test]
fn lines_belong_to_the_player_and_not_to_the_connection() {
    let mut stage = stage();
    let (ada, bob) = (stage.enter("Ada", Rank::Player), stage.enter("Bob", Rank::Player));
    let gil = stage.enter("Gil", Rank::Guest);
    (1..=6).for_each(|number| stage.types(ada, &format!("say {number}")));
    (1..=6).for_each(|number| stage.types(gil, &format!("say {number}")));
    stage.hang_up(ada);
    stage.hang_up(gil);
    stage.deliver();
    stage.heard(bob);
    later(&mut stage, HALF);
    assert_eq!(stage.heard(bob), ["Ada says, \"6\""], "guests leave with their connection");
    assert_eq!(stage.game.next_due(), None);
}

#[test]
fn characters_of_one_account_and_ways_to_speak_share_the_pace() {
    let mut stage = stage();
    let ada = stage.enter("Ada", Rank::Player);
    stage.makes_another("Ada", "Cid");
    let (cid, bob) = (stage.enter("Cid", Rank::Player), stage.enter("Bob", Rank::Player));
    let session = stage.clients[ada].session;
    let (channel, content) = ("say".parse().unwrap(), "outright".to_owned());
    for _ in 0..3 {
        let channel = ChannelName::clone(&channel);
        stage.says(Input::Say { session, channel, target: None, content: content.clone() });
    }
    (1..=3).for_each(|number| stage.types(cid, &format!("emote counts {number}")));
    stage.deliver();
    assert_eq!(stage.heard(bob).len(), 5);
    later(&mut stage, HALF);
    assert_eq!(stage.heard(bob), ["Cid counts 3"]);
}

#[test]
fn staff_speak_as_fast_as_they_like() {
    let mut stage = stage();
    let (mara, bob) = (stage.enter("Mara", Rank::Helper), stage.enter("Bob", Rank::Player));
    (1..=50).for_each(|number| stage.types(mara, &format!("say {number}")));
    assert_eq!(stage.heard(bob).len(), 50);
}
