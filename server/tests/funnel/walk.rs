//! One verb is tried in one state: every line of it, its gestures without words, and the verb behind an own alias.

use hearsay::vocab::{Rank, RestrictionKind};

use super::cast::{ADA, BOB, Cast, GIL, OLGA, WORD};
use super::forms;
use super::state::State;

/// How a line of Ada's is done.
pub(crate) type Doing = fn(&mut Cast, &str);

/// She types it.
pub(crate) fn types(cast: &mut Cast, line: &str) {
    cast.stage.types(ADA, line);
}

/// Tries a verb; the first thing that somebody perceives who must not.
pub(crate) fn walk(verb: &str, state: State, rank: Rank, doing: Doing) -> Result<(), String> {
    if state.is_ended_by(verb) {
        return Ok(());
    }
    let mut cast = Cast::acquainted(rank, verb);
    state.impose(&mut cast);
    let aliased = ["zz zebra", "zz bob zebra"].map(str::to_owned);
    for line in forms::lines(verb).into_iter().chain(aliased) {
        attempt(&mut cast, &line, state, doing)?;
        // Some of it ends her session.
        if !cast.has_ada() {
            look_for(&mut cast, &line, state)?;
            cast = Cast::acquainted(rank, verb);
            state.impose(&mut cast);
        }
    }
    look_for(&mut cast, verb, state)?;
    wordless(verb, state, rank, doing)
}

/// Those who must not perceive her.
const DEAF: [usize; 2] = [BOB, GIL];

fn attempt(cast: &mut Cast, line: &str, state: State, doing: Doing) -> Result<(), String> {
    if state.is_a_matter_of_time() {
        doing(cast, &line.replace(WORD, "pebble"));
        cast.forget();
    }
    doing(cast, line);
    for listener in DEAF {
        let read = cast.read(listener);
        none_holds_the_word(&read, line, state)?;
    }
    Ok(())
}

/// What they find when they look for it counts, too.
fn look_for(cast: &mut Cast, line: &str, state: State) -> Result<(), String> {
    for listener in DEAF {
        let found = cast.finds(listener);
        none_holds_the_word(&found, &format!("after {line}"), state)?;
    }
    Ok(())
}

fn none_holds_the_word(read: &[String], line: &str, state: State) -> Result<(), String> {
    match read.iter().find(|it| it.contains(WORD)) {
        Some(it) => Err(format!("{state:?}: {line:?}: they read {it:?}")),
        None => Ok(()),
    }
}

/// Gestures and deeds: of what she does, only what is no speech is seen.
fn wordless(verb: &str, state: State, rank: Rank, doing: Doing) -> Result<(), String> {
    if state.is_a_matter_of_time() {
        return Ok(());
    }
    let mut cast = Cast::acquainted(rank, verb);
    state.impose(&mut cast);
    for rest in ["", "bob", "gil", "lantern to bob", "create", "kick bob", "lead gil", "leave"] {
        doing(&mut cast, &format!("{verb} {rest}"));
        let seen = cast.stage.heard(BOB);
        if let Some(it) = seen.iter().find(|it| !is_no_speech(it, state)) {
            return Err(format!("{state:?}: \"{verb} {rest}\": Bob reads {it:?}"));
        }
        if !cast.has_ada() {
            break;
        }
    }
    Ok(())
}

/// What is seen of somebody who says nothing: where they go, what they do with things and parties. Of those whom one
/// ignores, only that they come and go, and what becomes of a party that both are in.
fn is_no_speech(line: &str, state: State) -> bool {
    let seen_by_all = [
        "Ada leaves",
        "Ada arrives",
        "out of the party",
        "Ada ends the party.",
        "leads the party now.",
    ];
    let of_others = [
        "gives you",
        "picks up",
        "puts down",
        "invites you",
        "puts you out",
        "is suddenly",
        "follows you",
        "the party.",
        "leads it.",
        "Ada walks",
    ];
    let holds = |parts: &[&str]| parts.iter().any(|part| line.contains(part));
    holds(&seen_by_all) || (state != State::Ignored && holds(&of_others))
}

/// Whether staff perceive of a line what others do not.
pub(crate) fn staff_perceive(line: &str) -> bool {
    let mut cast = Cast::acquainted(Rank::Player, "say");
    State::Under(RestrictionKind::Shadow).impose(&mut cast);
    types(&mut cast, line);
    let mut read = cast.read(OLGA);
    read.extend(cast.finds(OLGA));
    read.iter().any(|it| it.contains(WORD))
}
