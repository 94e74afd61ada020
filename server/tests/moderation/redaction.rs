//! Lines that are taken back: what clients of every kind learn, what is sent again, and what is not.

use std::collections::BTreeMap;

use hearsay::gateway::Dialect;
use hearsay::vocab::{Rank, Resume};
use serde_json::Value;

use super::rehearsal::{Arrival, Rehearsal};
use super::{answer, trio};

/// Somebody with a web client, who has read what greets them.
fn web(stage: &mut Rehearsal, name: &str, resume: Option<Resume>) -> usize {
    let client =
        stage.arrive(Arrival { dialect: Dialect::Json, resume, ..Arrival::of(name, Rank::Player) });
    stage.deliver();
    client
}

fn of_kind(frames: &[Value], kind: &str) -> Vec<Value> {
    frames.iter().filter(|frame| frame["type"] == kind).cloned().collect()
}

fn contents(frames: &[Value]) -> Vec<String> {
    let messages = of_kind(frames, "message");
    messages.iter().map(|frame| frame["content"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_web_client_is_told_which_line_to_take_off_its_screen_and_gets_it_back() {
    let (mut stage, [mara, bob, gil]) = trio();
    let ada = web(&mut stage, "Ada", None);
    stage.clients[ada].frames();
    stage.types(bob, "say zebra");
    let said = of_kind(&stage.clients[ada].frames(), "message").remove(0);
    stage.heard(gil);
    stage.types(mara, "redact say#1 striped");
    let redacted = of_kind(&stage.clients[ada].frames(), "redacted").remove(0);
    for key in ["id", "channel", "epoch", "seq"] {
        assert_eq!(redacted[key], said[key], "{key}");
    }
    assert_eq!(redacted.as_object().unwrap().len(), 5, "and nothing else: {redacted}");
    assert!(stage.heard(gil).is_empty(), "a terminal cannot take a line back");
    stage.types(mara, "unredact say#1");
    let mut restored = of_kind(&stage.clients[ada].frames(), "restored").remove(0);
    restored["type"] = "message".into();
    assert_eq!(restored, said);
}

#[test]
fn who_could_not_have_read_a_line_does_not_learn_that_it_was_taken_back() {
    let (mut stage, [mara, bob, gil]) = trio();
    let ada = web(&mut stage, "Ada", None);
    stage.types(ada, "down");
    stage.types(bob, "say zebra");
    stage.types(gil, "whisper bob zebra");
    stage.clients[ada].frames();
    stage.types(mara, "redact say#1 striped");
    stage.types(mara, "redact whisper#1 striped");
    assert_eq!(stage.records.redactions.len(), 2);
    assert_eq!(of_kind(&stage.clients[ada].frames(), "redacted").len(), 0);
}

#[test]
fn who_comes_back_does_not_read_it_and_misses_nothing_else() {
    let (mut stage, [mara, bob, gil]) = trio();
    let ada = web(&mut stage, "Ada", None);
    let heads = of_kind(&stage.clients[ada].frames(), "welcome").remove(0)["heads"].clone();
    let heads: BTreeMap<_, _> = serde_json::from_value(heads).unwrap();
    stage.types(bob, "say seen");
    stage.hang_up(ada);
    for line in ["say one", "say zebra", "say three"] {
        stage.types(gil, line);
    }
    stage.types(mara, "redact say#3 striped");
    stage.types(mara, "redact say#1 seen too early");
    let ada = web(&mut stage, "Ada", Some(Resume(heads)));
    let frames = stage.clients[ada].frames();
    assert_eq!(contents(&frames), ["one", "three"]);
    assert_eq!(of_kind(&frames, "resumed")[0]["gap"], false);
    let taken_back = of_kind(&frames, "redacted");
    let numbers: Vec<_> = taken_back.iter().map(|frame| frame["seq"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [1, 3], "what may be on its screen, it takes off");
}

#[test]
fn what_is_kept_for_a_link_dead_player_is_taken_out_of_it() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(bob, "say seen");
    stage.hang_up(gil);
    stage.types(bob, "say zebra");
    stage.types(bob, "say after");
    stage.types(mara, "redact say#2 striped");
    let gil = stage.arrive(Arrival::of("Gil", Rank::Player));
    stage.deliver();
    let read = stage.heard(gil).join("\n");
    assert!(read.contains("after") && !read.contains("zebra"), "{read}");
    // A client that had it on its screen learns of it on coming back, too.
    let ada = web(&mut stage, "Ada", None);
    stage.types(bob, "say striped");
    stage.hang_up(ada);
    stage.types(mara, "redact say#4 striped");
    let ada = web(&mut stage, "Ada", None);
    assert_eq!(of_kind(&stage.clients[ada].frames(), "redacted")[0]["seq"], 4);
}

#[test]
fn acts_and_refused_acts_are_journalled_without_the_words() {
    let (mut stage, [mara, bob, _]) = trio();
    stage.types(bob, "say zebra");
    stage.types(mara, "redact say#1 striped");
    stage.types(mara, "redact say#7 striped");
    stage.types(mara, "unredact say#1 it was a joke");
    let acts = &stage.records.acts;
    let read: Vec<_> = acts.iter().map(|act| (act.act, act.detail.as_str())).collect();
    assert_eq!(read, [("redact", "striped"), ("redact", "striped"), ("unredact", "it was a joke")]);
    let refused: Vec<_> = acts.iter().map(|act| act.refused.is_some()).collect();
    assert_eq!(refused, [false, true, false]);
    assert!(!format!("{acts:?}").contains("zebra"));
}

#[test]
fn a_line_has_a_name_that_anyone_can_write() {
    let (mut stage, [mara, bob, _]) = trio();
    stage.types(bob, "say zebra");
    assert!(answer(&mut stage, bob, "history say").contains("#1 You say, \"zebra\""));
    let listed = answer(&mut stage, bob, "history say 20 ids");
    let id = listed.split_whitespace().find(|word| word.len() == 36).unwrap().to_owned();
    let told = answer(&mut stage, mara, &format!("redact {id} striped"));
    assert!(told.contains("say#1 by Bob is taken back: striped"), "{told}");
    assert!(!answer(&mut stage, bob, "history say").contains("zebra"));
    assert!(answer(&mut stage, bob, "history say 20 names").contains("Usage:"));
}
