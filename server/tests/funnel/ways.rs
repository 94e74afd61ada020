//! Every way by which a text that somebody typed reaches another. A new one has to be entered here.

use std::collections::BTreeSet;

use hearsay::vocab::Rank;

use super::cast::{BOB, Cast, GIL, WORD};
use super::forms;
use super::state::State;
use super::support::verbs::{channels, small_world, verbs};
use super::walk::types;

/// The verbs by which players reach others, besides those of channels.
pub(crate) const OF_PLAYERS: [&str; 9] =
    ["afk", "away", "describe", "description", "pose", "r", "reply", "retell", "title"];
/// What staff below moderators have besides: a text to a room, and any other way from elsewhere.
pub(crate) const OF_STAFF: [&str; 2] = ["at", "echo"];
/// Acts of moderation, whose reason those read whom they concern: no speech, on record, and not for those who are silenced.
const OF_MODERATORS: [&str; 12] = [
    "ban",
    "cleartext",
    "defcon",
    "freeze",
    "hold",
    "kick",
    "lock",
    "mute",
    "slow",
    "slowmode",
    "timeout",
    "warn",
];

/// The verbs that carry the word to Bob or Gil when nothing stands against Ada.
fn carriers(rank: Rank) -> BTreeSet<String> {
    let all = verbs(&small_world());
    let carries = |verb: &String| forms::lines(verb).iter().any(|line| reaches_others(line, rank));
    all.into_iter().map(|(verb, _)| verb).filter(carries).collect()
}

fn reaches_others(line: &str, rank: Rank) -> bool {
    let verb = line.split(' ').next().unwrap_or_default();
    let mut cast = Cast::acquainted(rank, verb);
    types(&mut cast, line);
    let holds = |read: Vec<String>| read.iter().any(|it| it.contains(WORD));
    [BOB, GIL].into_iter().any(|listener| {
        let at_once = holds(cast.read(listener));
        at_once || holds(cast.finds(listener))
    })
}

fn of_channels(rank: Rank) -> BTreeSet<String> {
    let spoken =
        channels().rows().iter().filter(|row| rank >= row.speak && row.style.hear <= Rank::Player);
    spoken.flat_map(super::support::verbs::channel_verbs).collect()
}

fn check(rank: Rank, besides: &[&[&str]]) {
    let mut listed = of_channels(rank);
    listed.extend(besides.concat().into_iter().map(str::to_owned));
    let found = carriers(rank);
    let unlisted: Vec<_> = found.difference(&listed).collect();
    let mute: Vec<_> = listed.difference(&found).collect();
    assert!(
        unlisted.is_empty(),
        "{rank}: text reaches others by ways that are not listed: {unlisted:?}"
    );
    assert!(
        mute.is_empty(),
        "{rank}: no text reaches anyone by {mute:?}, so to try them proves nothing"
    );
}

#[test]
fn players_reach_others_by_these_ways_alone() {
    check(Rank::Player, &[&OF_PLAYERS]);
}

#[test]
fn builders_reach_others_by_these_ways_alone() {
    check(Rank::Builder, &[&OF_PLAYERS, &OF_STAFF]);
}

#[test]
fn moderators_reach_others_by_these_ways_alone() {
    check(Rank::Moderator, &[&OF_PLAYERS, &OF_STAFF, &OF_MODERATORS]);
}

#[test]
fn what_nobody_hears_is_never_heard_by_any_way_that_carries() {
    for verb in OF_PLAYERS {
        for state in State::SILENT {
            super::walk::walk(verb, state, Rank::Player, types).unwrap();
        }
    }
}
