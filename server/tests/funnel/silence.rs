//! Nobody hears those who may not be heard, by any verb, alias, gesture or input.

use hearsay::bus::{Call, ReplyTo, Words};
use hearsay::config::ScopeName;
use hearsay::game::Turn;
use hearsay::vocab::{ChannelName, Input, Rank, RestrictionKind};

use super::cast::{ADA, BOB, Cast, GIL, WORD};
use super::state::State;
use super::support::verbs::{channels, small_world, verbs};
use super::walk::{staff_perceive, types, walk};

/// Tries all verbs in these states, as somebody of a rank.
fn walk_all(rank: Rank, states: &[State]) {
    let concerned: Vec<State> = states.iter().copied().filter(|it| it.concerns(rank)).collect();
    let mut heard = Vec::new();
    for (verb, _) in verbs(&small_world()) {
        for state in &concerned {
            heard.extend(walk(&verb, *state, rank, types).err());
        }
    }
    assert!(heard.is_empty(), "{rank}: {} leaks:\n{}", heard.len(), heard.join("\n"));
}

#[test]
fn players_whom_nobody_may_hear_are_not_heard() {
    let (some, others) = State::SILENT.split_at(5);
    std::thread::scope(|scope| {
        scope.spawn(|| walk_all(Rank::Player, some));
        scope.spawn(|| walk_all(Rank::Player, others));
    });
}

#[test]
fn staff_whom_nobody_may_hear_are_not_heard() {
    // Staff who were ignored before they were staff are heard: what they say must arrive.
    let silent: Vec<State> = State::SILENT.into_iter().filter(|it| *it != State::Ignored).collect();
    walk_all(Rank::Builder, &silent);
}

#[test]
fn what_is_sent_without_a_verb_is_not_heard_either() {
    for (row, says) in channels()
        .rows()
        .iter()
        .filter(|row| !row.speak.is_staff())
        .flat_map(|row| WAYS.map(|says| (row, says)))
    {
        for state in State::SILENT.into_iter().filter(|it| !it.is_a_matter_of_time()) {
            let mut cast = Cast::acquainted(Rank::Player, "say");
            state.impose(&mut cast);
            says(&mut cast, &row.name, (row.scope.name == ScopeName::Player).then_some("Bob"));
            let gil = cast.read(GIL);
            let [bob, ada] = [BOB, ADA].map(|client| cast.stage.heard(client));
            assert_eq!(bob, [""; 0], "{state:?}: {}", row.name);
            assert!(!gil.iter().any(|it| it.contains(WORD)), "{state:?}: {}: {gil:?}", row.name);
            assert!(
                !ada.is_empty(),
                "{state:?}: {}: they are told why, or think that it was said",
                row.name
            );
        }
    }
}

/// How words are sent without a verb: by a WebSocket, and by a program.
const WAYS: [Way; 2] = [says, sends];

type Way = fn(&mut Cast, &ChannelName, Option<&str>);

fn sends(cast: &mut Cast, channel: &ChannelName, target: Option<&str>) {
    let words = Words {
        characters: vec![cast.stage.clients[ADA].player],
        channel: channel.clone(),
        target: target.map(str::to_owned),
        content: WORD.to_owned(),
    };
    // Whoever no longer waits for the answer has nothing said.
    let (reply, _waits) = ReplyTo::new();
    cast.stage.turn(Turn::Called(Box::new(Call::Speak(words, reply))));
    cast.stage.deliver();
}

fn says(cast: &mut Cast, channel: &ChannelName, target: Option<&str>) {
    let session = cast.stage.clients[ADA].session;
    let (channel, target) = (channel.clone(), target.map(str::to_owned));
    cast.stage.says(Input::Say { session, channel, target, content: WORD.to_owned() });
    cast.stage.deliver();
}

#[test]
fn every_silence_holds_on_every_channel_for_every_rank() {
    for row in channels().rows() {
        for rank in [Rank::Player, Rank::Helper, Rank::Moderator, Rank::Admin] {
            for state in
                State::SILENT.into_iter().filter(|it| *it != State::Ignored && it.concerns(rank))
            {
                walk(row.name.as_str(), state, rank, types).unwrap();
            }
        }
    }
}

#[test]
fn those_in_the_shadow_read_what_they_would_read_in_the_light() {
    for (verb, _) in verbs(&small_world()) {
        let read = |state: State| {
            let mut cast = Cast::acquainted(Rank::Player, &verb);
            state.impose(&mut cast);
            let mut read = Vec::new();
            for line in super::forms::lines(&verb) {
                if cast.has_ada() {
                    types(&mut cast, &line);
                    read.extend(cast.stage.heard(ADA));
                }
            }
            read
        };
        let shadow = State::Under(RestrictionKind::Shadow);
        assert_eq!(read(State::Free), read(shadow), "{verb}");
    }
}

#[test]
fn staff_read_what_is_said_in_the_shadow() {
    let lines =
        ["say zebra", "' zebra", "shout zebra", "global zebra", "emote zebra", "pose zebra $n"];
    for line in lines.into_iter().chain(["title zebra", "describe zebra", "afk zebra"]) {
        assert!(staff_perceive(line), "{line}");
    }
}
