//! That the walk can fail: a verb that goes round the funnel is found out, by whatever kind of event it does so.

use std::sync::Arc;

use hearsay::vocab::{
    Audience, Event, Fact, Message, Presence, PresenceKind, Prose, Rank, RoomView, Sender,
    SenderKind,
};

use super::cast::{ADA, BOB, Cast, GIL, WORD};
use super::state::State;
use super::walk::{Doing, types, walk};

/// Shows others what Ada typed without asking anyone.
fn leak(cast: &mut Cast, fact: impl Fn(&Cast, String) -> Fact, line: &str) {
    let there = [BOB, GIL].map(|client| cast.stage.clients[client].player);
    let fact = fact(cast, line.to_owned());
    let event = Event { to: Audience::Witnesses(there.into()), fact };
    cast.stage.gateways[0].publish(&[Arc::new(event)]);
    cast.stage.deliver();
}

fn tells(cast: &mut Cast, line: &str) {
    leak(cast, |_, text| Fact::Told(Prose::text(text)), line);
}

fn tells_of(cast: &mut Cast, line: &str) {
    let of = |cast: &Cast, text| Fact::ToldOf(cast.stage.clients[ADA].player, Prose::text(text));
    leak(cast, of, line);
}

fn prompts(cast: &mut Cast, line: &str) {
    leak(cast, |_, text| Fact::Prompted(Prose::text(text)), line);
}

fn comes(cast: &mut Cast, line: &str) {
    let came = |cast: &Cast, text: String| {
        let player = cast.stage.clients[ADA].player;
        let room = cast.stage.game.world().player(player).unwrap().room.clone();
        let (kind, name, prose) = (PresenceKind::Arrived, "Ada".into(), Prose::text(text));
        Fact::Came(Presence { kind, player, name, room, prose })
    };
    leak(cast, came, line);
}

fn shows_a_room(cast: &mut Cast, line: &str) {
    let saw = |cast: &Cast, text: String| {
        let player = cast.stage.clients[ADA].player;
        let id = cast.stage.game.world().player(player).unwrap().room.clone();
        Fact::SawRoom(Arc::new(RoomView {
            id,
            name: text,
            zone: String::new(),
            subzone: String::new(),
            text: None,
            exits: Vec::new(),
            absent: Default::default(),
            players: Vec::new(),
            npcs: Vec::new(),
            items: Vec::new(),
            indoors: false,
            spot: hearsay::vocab::Spot::default(),
        }))
    };
    leak(cast, saw, line);
}

fn message(cast: &Cast, content: String) -> Arc<Message> {
    let id = cast.stage.clients[ADA].player;
    let kind = SenderKind::Player;
    Arc::new(Message {
        v: 1,
        id: hearsay::vocab::MessageId(uuid::Uuid::from_u128(7)),
        epoch: "rehearsal".into(),
        seq: 1_000,
        channel: "say".parse().unwrap(),
        at: cast.stage.clock.at,
        sender: Sender { id, name: "Ada".into(), kind, account: None, via: None },
        content,
        room: None,
        party: None,
        target: None,
        audience: None,
        flags: Vec::new(),
        masks: hearsay::vocab::Masks::default(),
        to_sender: None,
        to_target: None,
    })
}

fn speaks(cast: &mut Cast, line: &str) {
    leak(cast, |cast, text| Fact::Spoke(message(cast, text)), line);
}

/// Nobody hears it at once, but everyone finds it in the history.
fn slips_into_the_history(cast: &mut Cast, line: &str) {
    let said = message(cast, line.to_owned());
    let said = Message {
        audience: Some([BOB, GIL].map(|it| cast.stage.clients[it].player).into()),
        ..(*said).clone()
    };
    cast.stage.game.remember([Arc::new(said)]);
}

#[test]
fn a_verb_that_goes_round_the_funnel_is_found_out() {
    let ways: [Doing; 7] =
        [tells, tells_of, prompts, comes, shows_a_room, speaks, slips_into_the_history];
    for (at, way) in ways.into_iter().enumerate() {
        // What is told of somebody, or said by them, is not shown to those who ignore them, whoever made the event.
        let ignorable = [1, 5, 6].contains(&at);
        for state in State::SILENT.into_iter().filter(|it| !(ignorable && *it == State::Ignored)) {
            let found = walk("leak", state, Rank::Player, way);
            assert!(found.is_err_and(|found| found.contains(WORD)), "{at}: {state:?}");
        }
    }
}

#[test]
fn a_gesture_that_goes_round_the_funnel_is_found_out() {
    let bows: Doing = |cast, line| leak(cast, |_, _| Fact::Told(Prose::text("Ada bows.")), line);
    for state in State::SILENT.into_iter().filter(|it| !it.is_a_matter_of_time()) {
        assert!(walk("bow", state, Rank::Player, bows).unwrap_err().contains("Ada bows."));
    }
}

#[test]
fn what_is_free_is_heard() {
    assert!(walk("say", State::Free, Rank::Player, types).is_err());
    let mut cast = Cast::acquainted(Rank::Player, "say");
    types(&mut cast, "zz zebra");
    assert!(cast.read(GIL).iter().any(|it| it.contains(WORD)), "an alias stands for speech");
}
