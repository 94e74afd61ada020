//! Nobody learns of a shadow but staff: not the shadowed player, and nobody who would have heard them.

use hearsay::gateway::Dialect;
use hearsay::vocab::{Input, Rank, Resume};
use serde_json::Value;

use super::rehearsal::{Arrival, Rehearsal};
use super::{answer, is_heard, trio};

/// What nobody says by chance.
const WORD: &str = "zebra";

/// Every way by which a line reaches others. `hatch` leads to an NPC that answers who asks.
const WAYS: [&str; 24] = [
    "say zebra",
    "'zebra",
    "local zebra",
    "shout zebra",
    "global zebra",
    "newbie zebra",
    "trade zebra",
    "emote zebra",
    ":zebra",
    "pose $n thinks of a zebra",
    "smile",
    "smile gil",
    "party zebra",
    "whisper gil zebra",
    "retell zebra",
    "history say",
    "history global",
    "history whisper",
    "who",
    "finger bob",
    "myrecord",
    "channels",
    "hatch",
    "say who rang the bell? zebra",
];

/// A stage with people who share a room and a party; Bob reads JSON. Mara acts on him first.
fn played(act: &str) -> (Rehearsal, Vec<usize>, Vec<Value>) {
    let mut stage = Rehearsal::new();
    let mara = stage.enter("Mara", Rank::Moderator);
    let json = |name| Arrival { dialect: Dialect::Json, ..Arrival::of(name, Rank::Player) };
    let bob = stage.arrive(json("Bob"));
    let gil = stage.enter("Gil", Rank::Player);
    let hal = stage.arrive(json("Hal"));
    stage.deliver();
    for line in ["party create", "party invite gil"] {
        stage.types(bob, line);
    }
    stage.types(gil, "accept");
    for client in [mara, gil] {
        stage.heard(client);
    }
    stage.clients[hal].frames();
    stage.clients[bob].frames();
    stage.types(mara, act);
    for line in WAYS {
        stage.types(bob, line);
    }
    let session = stage.clients[bob].session;
    let channel = "say".parse().expect("a name");
    stage.says(Input::Say { session, channel, target: None, content: WORD.to_owned() });
    stage.deliver();
    let frames = stage.clients[bob].frames();
    (stage, vec![mara, bob, gil, hal], frames)
}

#[test]
fn the_shadowed_read_to_the_letter_what_they_would_have_read() {
    let (_, _, usual) = played("note bob nothing special");
    let (_, _, shadowed) = played("shadow bob all 1h floods");
    assert_eq!(shadowed.len(), usual.len());
    for (shadowed, usual) in shadowed.iter().zip(&usual) {
        assert_eq!(shadowed, usual);
    }
    let text = serde_json::to_string(&shadowed).unwrap();
    assert!(text.contains("It rang twice"), "the NPC answers: {text}");
    assert!(!text.contains("shadow"), "{text}");
}

#[test]
fn nobody_else_hears_the_shadowed_and_staff_see_them_marked() {
    let (mut stage, who, _) = played("shadow bob all 1h floods");
    let [mara, _, gil, hal] = who[..] else { panic!("there are four") };
    let heard = stage.heard(gil).join("\n");
    assert!(!heard.contains(WORD) && !heard.contains("Bob smiles"), "{heard}");
    assert!(!heard.contains("rang twice"), "an answer would tell of the question: {heard}");
    let frames = serde_json::to_string(&stage.clients[hal].frames()).unwrap();
    assert!(!frames.contains(WORD) && !frames.contains("shadow"), "{frames}");
    for line in ["history say", "history global", "history whisper", "history emote", "reply hm"] {
        let said = answer(&mut stage, gil, line);
        assert!(!said.contains(WORD), "{line}: {said}");
    }
    let read = stage.heard(mara);
    assert!(read.iter().any(|line| line.contains("[shadowed]") && line.contains("zebra")));
    assert!(
        read.iter().all(|line| !line.contains(WORD) || line.contains("[shadowed]")),
        "{read:?}"
    );
    assert!(!read.iter().any(|line| line.contains("whisper")), "staff overhear no whispers");
}

#[test]
fn whoever_comes_back_gets_nothing_again_that_was_shadowed() {
    let (mut stage, who, _) = played("shadow bob all 1h floods");
    let json = |name, resume| Arrival {
        dialect: Dialect::Json,
        resume: Some(resume),
        ..Arrival::of(name, Rank::Player)
    };
    for (client, name, says) in [(who[3], "Hal", false), (who[1], "Bob", true)] {
        stage.hang_up(client);
        let from_start = ["say", "global"].map(|it| (it.parse().unwrap(), ("rehearsal".into(), 0)));
        let back = stage.arrive(json(name, Resume(from_start.into())));
        stage.deliver();
        let frames = serde_json::to_string(&stage.clients[back].frames()).unwrap();
        assert!(frames.contains("\"resumed\""), "{frames}");
        assert_eq!(frames.contains(WORD), says, "{name}: {frames}");
        assert!(!frames.contains("shadow"), "{name}: {frames}");
    }
}

#[test]
fn staff_in_json_read_the_flag_and_the_mark() {
    let (mut stage, [mara, bob, _]) = trio();
    let max = Arrival { dialect: Dialect::Json, ..Arrival::of("Max", Rank::Helper) };
    let max = stage.arrive(max);
    stage.deliver();
    stage.types(mara, "shadow bob floods");
    stage.clients[max].frames();
    stage.types(bob, "say zebra");
    let frames = stage.clients[max].frames();
    let line = frames.iter().find(|frame| frame["content"] == WORD).expect("staff read it");
    assert_eq!(line["flags"], serde_json::json!(["shadow"]));
    assert_eq!(line["text"], "[shadowed] Bob says, \"zebra\"");
}

#[test]
fn not_even_staff_learn_that_they_are_shadowed() {
    let mut stage = Rehearsal::new();
    let olga = stage.enter("Olga", Rank::Admin);
    let mara = stage.enter("Mara", Rank::Moderator);
    let gil = stage.enter("Gil", Rank::Player);
    stage.types(olga, "shadow mara floods");
    assert!(!is_heard(&mut stage, mara, gil));
    for line in ["mutes", "mutes mara", "record mara", "myrecord", "history say", "say more"] {
        let said = answer(&mut stage, mara, line);
        assert!(!said.contains("shadow"), "{line}: {said}");
    }
    assert!(answer(&mut stage, olga, "mutes").contains("Mara: shadow on all channels"));
    stage.types(mara, "echo A zebra goes by.");
    assert!(!stage.heard(gil).iter().any(|line| line.contains(WORD)));
}

#[test]
fn a_shadow_is_for_the_channels_it_names_and_for_all_characters() {
    let (mut stage, [mara, bob, gil]) = trio();
    stage.types(mara, "shadow bob say 1h floods");
    assert!(!is_heard(&mut stage, bob, gil));
    stage.types(bob, "shout zebra");
    assert!(stage.heard(gil).iter().any(|line| line.contains(WORD)));
    stage.types(bob, "quit");
    stage.makes_another("Bob", "Rob");
    let rob = stage.enter("Rob", Rank::Player);
    assert!(!is_heard(&mut stage, rob, gil));
    stage.types(mara, "unshadow rob");
    assert!(is_heard(&mut stage, rob, gil));
}
