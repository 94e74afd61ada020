//! Staff who read along: who is told, what is marked, when it ends, and that it is on record.

use std::time::Duration;

use hearsay::vocab::Rank;

use super::rehearsal::Rehearsal;
use super::trio;

fn details(stage: &Rehearsal, act: &str) -> Vec<String> {
    let acts = stage.records.acts.iter().filter(|it| it.act == act);
    acts.map(|it| it.detail.clone()).collect()
}

fn reads(stage: &mut Rehearsal, client: usize, words: &str) -> bool {
    stage.heard(client).iter().any(|line| line.starts_with("[snoop: ") && line.contains(words))
}

#[test]
fn reading_along_ends_by_itself() {
    let (mut stage, [mara, bob, _]) = trio();
    stage.types(mara, "snoop bob suspicion");
    stage.types(bob, "say one");
    assert!(reads(&mut stage, mara, "one"));
    stage.wait(Duration::from_mins(29));
    stage.types(bob, "say two");
    assert!(reads(&mut stage, mara, "two"));
    stage.wait(Duration::from_mins(1));
    stage.deliver();
    stage.types(bob, "say three");
    let read = stage.heard(mara).join("\n");
    assert!(read.contains("You no longer read what Bob says and hears (the time is over)."));
    assert!(!read.contains("[snoop"), "{read}");
    assert_eq!(details(&stage, "snoop-end"), ["the time is over"]);
}

#[test]
fn reading_along_ends_with_either_of_them() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "snoop bob suspicion");
    stage.types(bob, "quit");
    stage.wait(Duration::from_secs(1));
    assert_eq!(details(&stage, "snoop-end"), ["they have left"]);
    stage.types(mara, "snoop gil suspicion");
    stage.types(mara, "watch say");
    stage.types(mara, "quit");
    assert_eq!(details(&stage, "snoop-end"), ["they have left", "you leave"]);
    let mara = stage.enter("Mara", Rank::Moderator);
    stage.types(gil, "down");
    stage.types(gil, "say zebra");
    assert!(!stage.heard(mara).join("\n").contains("zebra"));
}

#[test]
fn words_that_were_not_said_are_read_too_and_others_never() {
    let (mut stage, [mara, bob, gil]) = trio();
    let otto = stage.enter("Otto", Rank::Moderator);
    stage.types(mara, "mute bob 1h spam");
    stage.types(mara, "snoop bob suspicion");
    for client in [mara, bob, gil, otto] {
        stage.heard(client);
    }
    stage.types(bob, "global zebra");
    assert!(reads(&mut stage, mara, "global, not said (mute): zebra"));
    for client in [gil, otto] {
        assert!(!stage.heard(client).join("\n").contains("zebra"));
    }
    let read = stage.heard(bob).join("\n");
    assert!(read.contains("You are muted") && !read.contains("snoop"), "{read}");
}

#[test]
fn watching_another_channel_ends_the_first_on_record_too() {
    let (mut stage, [mara, _, _]) = trio();
    for line in ["watch say", "watch say", "watch emote", "watch off", "watch off"] {
        stage.types(mara, line);
    }
    let acts = stage.records.acts.iter().map(|it| (it.target.as_str(), it.detail.as_str()));
    let acts: Vec<_> = acts.collect();
    let expected = [
        ("say", "begins"),
        ("say", "begins"),
        ("say", "ends"),
        ("emote", "begins"),
        ("emote", "ends"),
    ];
    assert_eq!(acts, expected);
}

#[test]
fn where_no_other_moderator_is_the_next_one_is_told_once() {
    let (mut stage, [mara, bob, _]) = trio();
    stage.types(mara, "snoop bob suspicion");
    let told = |stage: &mut Rehearsal, name: &str, rank: Rank| {
        let client = stage.arrive(super::rehearsal::Arrival::of(name, rank));
        stage.deliver();
        stage.heard(client).join("\n").contains("Mara reads what Bob says and hears")
    };
    assert!(!told(&mut stage, "Hal", Rank::Helper));
    stage.types(mara, "quit");
    assert!(!told(&mut stage, "Mara", Rank::Moderator), "who did it knows");
    assert!(told(&mut stage, "Otto", Rank::Moderator));
    assert!(!told(&mut stage, "Olga", Rank::Admin), "once");
    assert!(stage.heard(bob).iter().all(|line| !line.contains("reads what")));
    let snoop = &stage.records.remarks[0];
    assert!(snoop.acknowledged.is_some());
}
