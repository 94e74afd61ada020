//! Who sees that somebody writes to them, on a stage in memory.

use crate::rehearsal::{Arrival, Rehearsal};
use crate::vocab::{Capability, Input, Rank};

/// Ada and Bob, who want to be told who writes, and have whispered to each other.
fn in_conversation(ranks: [Rank; 2]) -> (Rehearsal, [usize; 2]) {
    let mut stage = Rehearsal::new();
    let people = [("Ada", ranks[0]), ("Bob", ranks[1])].map(|(name, rank)| {
        let client = stage.arrive(Arrival::in_json(name, rank));
        wants_typing(&mut stage, client);
        client
    });
    stage.types(people[0], "whisper bob psst");
    stage.types(people[1], "reply what is it?");
    clear(&mut stage);
    (stage, people)
}

fn wants_typing(stage: &mut Rehearsal, client: usize) {
    let capability = Capability { typing: true, ..Capability::default() };
    let session = stage.clients[client].session;
    stage.gateways[0].shows(session, capability);
}

fn clear(stage: &mut Rehearsal) {
    stage.deliver();
    stage.clients.iter_mut().for_each(|client| drop(client.read()));
}

/// Who is told that a client's player writes, by name; and that nobody is told anything else.
fn seen(
    stage: &mut Rehearsal,
    writer: usize,
    channel: &str,
    target: Option<&str>,
) -> Vec<(usize, String)> {
    clear(stage);
    let (session, channel) = (stage.clients[writer].session, channel.parse().unwrap());
    stage.says(Input::Typing { session, channel, target: target.map(str::to_owned) });
    stage.deliver();
    let mut seen = Vec::new();
    for (at, client) in stage.clients.iter_mut().enumerate() {
        if !client.reads_json() {
            assert!(client.read().is_empty(), "text clients read nothing of it");
            continue;
        }
        for frame in client.frames() {
            assert_eq!(frame["type"], "typing", "{frame}");
            seen.push((at, frame["player"]["name"].as_str().unwrap().to_owned()));
        }
    }
    seen
}

#[test]
fn those_who_whisper_to_each_other_see_each_other_write() {
    let (mut stage, [ada, bob]) = in_conversation([Rank::Player; 2]);
    let gil = stage.enter("Gil", Rank::Player);
    stage.types(gil, "whisper ada and I?");
    assert_eq!(seen(&mut stage, ada, "whisper", Some("bob")), [(bob, "Ada".to_owned())]);
    assert_eq!(seen(&mut stage, bob, "whisper", Some("Ada")), [(ada, "Bob".to_owned())]);
    assert_eq!(seen(&mut stage, bob, "whisper", None), [(ada, "Bob".to_owned())]);
    // A reply of Ada's would go to Gil now, who is by telnet.
    assert_eq!(seen(&mut stage, ada, "whisper", None), []);
    for elsewhere in ["say", "global", "emote", "nowhere", "party"] {
        assert_eq!(seen(&mut stage, ada, elsewhere, Some("bob")), [], "{elsewhere}");
    }
}

#[test]
fn nobody_is_pestered_by_one_who_says_nothing() {
    let (mut stage, [ada, _]) = in_conversation([Rank::Player; 2]);
    let arrival = Arrival::in_json("Eve", Rank::Player);
    let eve = stage.arrive(arrival);
    assert_eq!(seen(&mut stage, eve, "whisper", Some("ada")), []);
    stage.types(eve, "whisper ada hello");
    assert_eq!(seen(&mut stage, eve, "whisper", Some("ada")), []);
    stage.types(ada, "reply hello");
    assert_eq!(seen(&mut stage, eve, "whisper", Some("ada")), [(ada, "Eve".to_owned())]);
}

#[test]
fn what_is_written_is_seen_by_no_one_who_would_not_read_it() {
    for (who, line) in [
        ("bob", "ignore ada"),
        ("ada", "ignore bob"),
        ("mara", "mute ada all 1h a test"),
        ("mara", "mute ada whisper 1h a test"),
        ("mara", "timeout ada 1h a test"),
        ("mara", "freeze ada 1h a test"),
        ("mara", "hold ada all 1h a test"),
        ("mara", "shadow ada all 1h a test"),
        ("mara", "warn ada a test"),
    ] {
        let (mut stage, [ada, bob]) = in_conversation([Rank::Player; 2]);
        let mara = stage.enter("Mara", Rank::Admin);
        assert_eq!(seen(&mut stage, ada, "whisper", Some("bob")).len(), 1, "before {line}");
        let actor = [("ada", ada), ("bob", bob), ("mara", mara)]
            .map(|(name, at)| (name == who).then_some(at));
        stage.types(actor.into_iter().flatten().next().unwrap(), line);
        assert_eq!(seen(&mut stage, ada, "whisper", Some("bob")), [], "after {line}");
    }
}

#[test]
fn staff_see_the_shadowed_write_as_they_read_their_lines() {
    let (mut stage, [ada, bob]) = in_conversation([Rank::Player, Rank::Moderator]);
    let mara = stage.enter("Mara", Rank::Admin);
    stage.types(mara, "shadow ada all 1h a test");
    assert_eq!(seen(&mut stage, ada, "whisper", Some("bob")), [(bob, "Ada".to_owned())]);
}

#[test]
fn who_reads_along_does_not_see_it() {
    let (mut stage, [ada, bob]) = in_conversation([Rank::Player; 2]);
    let mara = stage.enter("Mara", Rank::Admin);
    stage.types(mara, "snoop bob a test");
    assert_eq!(seen(&mut stage, ada, "whisper", Some("bob")), [(bob, "Ada".to_owned())]);
    stage.types(ada, "whisper bob psst");
    assert!(stage.heard(mara).iter().any(|line| line.contains("psst")));
}

#[test]
fn a_party_sees_who_writes_to_it() {
    let (mut stage, [ada, bob]) = in_conversation([Rank::Player; 2]);
    let gil = stage.enter("Gil", Rank::Player);
    for (who, line) in [
        (ada, "party create"),
        (ada, "party invite bob"),
        (bob, "accept"),
        (ada, "party invite gil"),
        (gil, "accept"),
    ] {
        stage.types(who, line);
    }
    assert_eq!(seen(&mut stage, ada, "party", None), [(bob, "Ada".to_owned())]);
    assert_eq!(seen(&mut stage, gil, "party", None).len(), 2);
    stage.types(bob, "party leave");
    assert_eq!(seen(&mut stage, bob, "party", None), []);
    assert_eq!(seen(&mut stage, ada, "party", None), []);
}

#[test]
fn only_those_are_told_who_want_to_be() {
    let (mut stage, [ada, bob]) = in_conversation([Rank::Player; 2]);
    let session = stage.clients[bob].session;
    stage.gateways[0].shows(session, Capability::default());
    assert_eq!(seen(&mut stage, ada, "whisper", Some("bob")), []);
}

#[test]
fn who_writes_is_as_idle_as_before_and_away_still() {
    let (mut stage, [ada, _]) = in_conversation([Rank::Player; 2]);
    stage.types(ada, "afk tea");
    stage.wait(std::time::Duration::from_secs(300));
    let id = stage.clients[ada].player;
    let before = stage.game.world().player(id).map(|player| player.active);
    assert_eq!(seen(&mut stage, ada, "whisper", Some("bob")).len(), 1);
    let player = stage.game.world().player(id).unwrap();
    assert_eq!(Some(player.active), before);
    assert!(player.afk.is_some() && player.absence(stage.clock.now).is_some());
}

#[test]
fn whoever_lost_the_connection_does_not_find_it_on_coming_back() {
    let (mut stage, [ada, bob]) = in_conversation([Rank::Player; 2]);
    stage.hang_up(bob);
    assert_eq!(seen(&mut stage, ada, "whisper", Some("bob")), []);
    let again = stage.arrive(Arrival::in_json("Bob", Rank::Player));
    stage.deliver();
    let frames = stage.clients[again].frames();
    assert!(frames.iter().all(|frame| frame["type"] != "typing"), "{frames:?}");
}
