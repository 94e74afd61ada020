//! Who is told how much is left, and what, on a stage in memory.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::rehearsal::{Arrival, Rehearsal, settings, world_of_tests};
use crate::vocab::{Input, Rank, Screen};

fn stage(own: &[(&str, &str)]) -> Rehearsal {
    let on = [("chat.rate_limiting.enabled", "true")];
    let own = on.iter().chain(own).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Rehearsal::within(&settings(&own.collect::<Vec<_>>()), world_of_tests(), &[1_000], 1)
}

/// Somebody whose client shows what is left.
fn enter(stage: &mut Rehearsal, name: &str, rank: Rank) -> usize {
    let client = stage.arrive(Arrival::in_json(name, rank));
    shows(stage, client, true);
    client
}

fn shows(stage: &mut Rehearsal, client: usize, allowance: bool) {
    let session = stage.clients[client].session;
    stage.says(Input::Screen { session, screen: Screen { allowance, ..Screen::default() } });
}

/// What all clients are told is left after somebody has typed a line, with whose client it was.
fn told(stage: &mut Rehearsal, who: usize, line: &str) -> Vec<(usize, Value)> {
    stage.deliver();
    stage.clients.iter_mut().for_each(|client| drop(client.read()));
    stage.types(who, line);
    read(stage)
}

fn read(stage: &mut Rehearsal) -> Vec<(usize, Value)> {
    let mut told = Vec::new();
    for (at, client) in stage.clients.iter_mut().enumerate() {
        if client.reads_json() {
            let frames = client.frames().into_iter();
            told.extend(frames.filter(|frame| frame["type"] == "allowance").map(|it| (at, it)));
        }
    }
    told
}

fn left(said: u32, remaining: u32, wait_ms: u64, back_ms: &[u64]) -> Value {
    json!({
        "type": "allowance", "channel": "say", "per_minute": 3, "said": said, "remaining": remaining,
        "wait_ms": wait_ms, "back_ms": back_ms, "refused": null,
    })
}

#[test]
fn a_speaker_is_told_what_is_left_and_when_it_comes_back() {
    let mut stage = stage(&[("chat.rate_limiting.say", "3")]);
    let ada = enter(&mut stage, "Ada", Rank::Player);
    enter(&mut stage, "Bob", Rank::Player);
    assert_eq!(told(&mut stage, ada, "say one"), [(ada, left(1, 2, 0, &[60_000]))]);
    stage.wait(Duration::from_secs(10));
    assert_eq!(told(&mut stage, ada, "say two"), [(ada, left(2, 1, 0, &[50_000, 60_000]))]);
    stage.wait(Duration::from_secs(10));
    let back = [40_000, 50_000, 60_000];
    assert_eq!(told(&mut stage, ada, "say three"), [(ada, left(3, 0, 40_000, &back))]);
    stage.wait(Duration::from_millis(37_500));
    let mut refused = left(3, 0, 2_500, &[2_500, 12_500, 22_500]);
    refused["refused"] = "Not so fast: 3 lines a minute on say. Wait 3 s.".into();
    assert_eq!(told(&mut stage, ada, "say four"), [(ada, refused)]);
    stage.wait(Duration::from_millis(2_500));
    let back = [10_000, 20_000, 60_000];
    assert_eq!(told(&mut stage, ada, "say four"), [(ada, left(3, 0, 10_000, &back))]);
}

#[test]
fn nothing_is_told_to_those_who_do_not_show_it_or_have_no_limit() {
    let mut stage = stage(&[("chat.rate_limiting.say", "1"), ("chat.rate_limiting.emote", "0")]);
    let ada = enter(&mut stage, "Ada", Rank::Player);
    let mara = enter(&mut stage, "Mara", Rank::Moderator);
    assert_eq!(told(&mut stage, mara, "say order, please"), []);
    assert_eq!(told(&mut stage, ada, "emote waves"), [], "there is no limit on it");
    assert_eq!(told(&mut stage, ada, "look"), []);
    shows(&mut stage, ada, false);
    assert_eq!(told(&mut stage, ada, "say one"), []);
    assert_eq!(told(&mut stage, ada, "say two"), [], "not even of what is refused");
}

#[test]
fn what_is_refused_for_what_it_says_is_not_counted_and_not_told() {
    let mut stage = stage(&[("chat.rate_limiting.say", "2")]);
    let ada = enter(&mut stage, "Ada", Rank::Player);
    let mara = stage.enter("Mara", Rank::Moderator);
    stage.types(mara, "mute ada say 1h a test");
    assert_eq!(told(&mut stage, ada, "say psst"), []);
    assert_eq!(told(&mut stage, ada, "whisper nobody psst"), []);
    stage.types(mara, "unmute ada say");
    assert_eq!(told(&mut stage, ada, "say one")[0].1["remaining"], 1);
}

/// Nor does it show that somebody is not heard: what they may say is counted alike.
#[test]
fn what_is_held_or_shadowed_counts_as_what_is_said() {
    for order in ["hold ada all 1h a test", "shadow ada all 1h a test"] {
        let mut stage = stage(&[("chat.rate_limiting.say", "3")]);
        let ada = enter(&mut stage, "Ada", Rank::Player);
        let mara = stage.enter("Mara", Rank::Admin);
        stage.types(mara, order);
        assert_eq!(told(&mut stage, ada, "say one"), [(ada, left(1, 2, 0, &[60_000]))], "{order}");
    }
}

#[test]
fn slow_mode_and_what_waits_are_told_of() {
    let mut stage = stage(&[
        ("chat.rate_limiting.say", "0"),
        ("chat.rate_limiting.burst", "1"),
        ("chat.rate_limiting.per_second", "1"),
        ("chat.rate_limiting.waiting_max", "1"),
        ("chat.floods.repeats_max", "0"),
    ]);
    let ada = enter(&mut stage, "Ada", Rank::Player);
    let mara = stage.enter("Mara", Rank::Moderator);
    assert_eq!(told(&mut stage, ada, "say one"), []);
    assert_eq!(told(&mut stage, ada, "say two"), [], "it waits its turn");
    let dropped = told(&mut stage, ada, "say three");
    let why = dropped[0].1["refused"].as_str().unwrap();
    assert!(why.starts_with("Not so fast: this was dropped."), "{why}");
    stage.wait(Duration::from_secs(2));
    stage.wait(Duration::from_secs(2));
    stage.types(mara, "slowmode say 30 a test");
    let first = told(&mut stage, ada, "say three");
    assert_eq!((&first[0].1["remaining"], &first[0].1["wait_ms"]), (&Value::Null, &json!(30_000)));
    stage.wait(Duration::from_secs(28));
    let second = told(&mut stage, ada, "say four");
    assert_eq!(second[0].1["refused"], "Slow mode: one line on say every 30 s. Wait 2 s.");
}

/// What a session shows is forgotten with it.
#[test]
fn another_session_of_the_player_is_told_only_when_it_wants_to_be() {
    let mut stage = stage(&[("chat.rate_limiting.say", "5")]);
    let before = enter(&mut stage, "Ada", Rank::Player);
    assert_eq!(told(&mut stage, before, "say one").len(), 1);
    let after = stage.arrive(Arrival::in_json("Ada", Rank::Player));
    assert_eq!(told(&mut stage, after, "say two"), []);
    shows(&mut stage, after, true);
    let told = told(&mut stage, after, "say three");
    assert_eq!((told.len(), told[0].0), (1, after));
    assert_eq!(told[0].1["said"], 3);
}

#[test]
fn of_very_many_lines_the_first_are_told() {
    let mut stage = stage(&[
        ("chat.rate_limiting.say", "100"),
        ("chat.rate_limiting.burst", "100"),
        ("chat.floods.repeats_max", "0"),
    ]);
    let ada = enter(&mut stage, "Ada", Rank::Player);
    for number in 0..99 {
        stage.types(ada, &format!("say {number}"));
    }
    let told = told(&mut stage, ada, "say that is all");
    assert_eq!((&told[0].1["said"], &told[0].1["remaining"]), (&json!(100), &json!(0)));
    assert_eq!(told[0].1["back_ms"].as_array().map(Vec::len), Some(BACK_MAX));
}
