//! Arrivals and departures that cross.

use super::*;
use crate::game::{Answer, Turn};
use crate::rehearsal::Rehearsal;
use crate::vocab::{AccountId, CharacterState, Input, Rank};

#[test]
fn nobody_comes_in_by_a_connection_that_is_gone() {
    let mut stage = Rehearsal::new();
    let session = stage.next_session(0);
    stage.turn(Turn::Input(Input::HungUp { session }));
    let client = stage.enter("Ada", Rank::Player);
    assert_eq!(stage.clients[client].session, session);
    assert_eq!(stage.game.world().population(), 0);
    stage.enter("Ada", Rank::Player);
    assert_eq!(stage.game.world().population(), 1);
}

#[test]
fn a_connection_that_asks_twice_plays_one_character() {
    let mut stage = Rehearsal::new();
    let session = stage.next_session(0);
    let (ada, bob) = (admission(session, 1, "Ada"), admission(session, 2, "Bob"));
    stage.turn(Turn::Admitted(Box::new(ada.clone())));
    let mut out = Outcome::default();
    for again in [ada, bob] {
        stage.game.step(Turn::Admitted(Box::new(again)), stage.clock, &mut out);
    }
    assert_eq!(stage.game.world().population(), 1);
    assert_eq!(stage.game.world().seated(session), Some(PlayerId(1)));
    let is_over = out.events.iter().any(|event| matches!(event.fact, Fact::Ended(_)));
    assert!(!is_over, "the first wish is granted still");
}

#[test]
fn a_login_under_way_brings_no_older_rank_back() {
    let mut stage = Rehearsal::new();
    let ada = PlayerId(1);
    let as_moderator =
        |session| Admission { rank: Rank::Moderator, ..admission(session, 1, "Ada") };
    let rank = |stage: &Rehearsal| stage.game.world().player(ada).unwrap().rank;
    stage.turn(Turn::Admitted(Box::new(as_moderator(SessionId(1)))));
    let (account, by) = (AccountId(1), PlayerId(9));
    stage.turn(Turn::Answered(Answer::Ranked { account, rank: Rank::Player, by }));
    stage.turn(Turn::Admitted(Box::new(as_moderator(SessionId(2)))));
    assert_eq!(rank(&stage), Rank::Player, "after a takeover");
    let session = SessionId(2);
    stage.turn(Turn::Input(Input::Line { session, text: "quit".to_owned() }));
    stage.turn(Turn::Admitted(Box::new(as_moderator(SessionId(3)))));
    assert_eq!(rank(&stage), Rank::Player, "after a new arrival");
}

#[test]
fn the_party_learns_that_its_leader_is_gone() {
    let mut stage = Rehearsal::new();
    let (ada, bob) = (stage.enter("Ada", Rank::Player), stage.enter("Bob", Rank::Player));
    stage.types(ada, "party invite bob");
    stage.types(bob, "accept");
    stage.heard(bob);
    stage.types(ada, "quit");
    let heard = stage.heard(bob);
    assert!(heard.contains(&"Ada leaves the party. Bob leads it.".to_owned()), "{heard:?}");
}

#[test]
fn nobody_comes_in_who_looks_like_another() {
    let mut stage = Rehearsal::new();
    stage.enter("Zoe", Rank::Guest);
    stage.enter("Zoé", Rank::Guest);
    assert_eq!(stage.game.world().population(), 1);
}

#[test]
fn what_a_guest_carries_stays_in_the_world() {
    let mut stage = Rehearsal::new();
    let guest = stage.enter("Ada", Rank::Guest);
    let room = stage.game.world().player(PlayerId(1)).unwrap().room.clone();
    let lies = |stage: &Rehearsal| stage.game.world().room(&room).unwrap().items.len();
    let before = lies(&stage);
    stage.types(guest, "get lantern");
    assert_eq!(lies(&stage), before - 1);
    stage.hang_up(guest);
    assert_eq!(lies(&stage), before);
}

fn admission(session: SessionId, id: u64, name: &str) -> Admission {
    let character = Character {
        id: PlayerId(id),
        account: Some(AccountId(id)),
        name: name.into(),
        created: chrono::DateTime::UNIX_EPOCH,
        last_seen: None,
        state: CharacterState::default(),
    };
    let (via, rank, account_made) = (Transport::Websocket, Rank::Player, None);
    let address = std::net::IpAddr::from([127, 0, 0, 1]);
    Admission {
        session,
        via,
        address,
        character,
        rank,
        account_made,
        resume: None,
        is_new: false,
        token: None,
    }
}

#[test]
fn connections_that_are_gone_are_forgotten() {
    let mut stage = Rehearsal::new();
    let session = stage.next_session(0);
    stage.turn(Turn::Input(Input::HungUp { session }));
    stage.clock.now += LOGIN_MAX;
    stage.game.forget_vanished(stage.clock);
    assert!(stage.game.vanished.is_empty());
}
