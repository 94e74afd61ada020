//! `ignore <player>`: stop hearing one player, on every channel; `unignore`, `ignores`.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::scene::{ambiguous, heading, listed};
use super::{Command, Effect, Scene};
use crate::vocab::{PlayerId, Rank, Refusal};

/// The most players one can ignore.
const IGNORES_MAX: usize = 200;

pub(super) const IGNORE: Command = Command {
    name: "ignore",
    aliases: &["block"],
    usage: "ignore <player>",
    help: "Stop hearing a player on every channel, whispers included. They are not told, unless \
           they whisper to you.",
    rank: Rank::Guest,
    run: ignore,
};

pub(super) const UNIGNORE: Command = Command {
    name: "unignore",
    aliases: &["unblock"],
    usage: "unignore <player>",
    help: "Hear a player again.",
    rank: Rank::Guest,
    run: unignore,
};

pub(super) const IGNORES: Command = Command {
    name: "ignores",
    aliases: &[],
    usage: "ignores",
    help: "List whom you ignore.",
    rank: Rank::Guest,
    run: ignores,
};

/// Stops hearing a player.
///
/// # Errors
/// Nobody here has the name, or they cannot be ignored.
pub fn ignore(scene: &Scene, whom: &str) -> Result<Vec<Effect>, Refusal> {
    let speaker = scene.find_player(whom)?;
    if speaker.id == scene.actor.id {
        return Err(Refusal::new("You cannot get away from yourself."));
    }
    if speaker.rank.is_staff() {
        // A warning from staff must always arrive.
        return Err(Refusal::new("You cannot ignore staff."));
    }
    if scene.actor.ignores(speaker.id) {
        return Err(Refusal::new(format!("You ignore {} already.", speaker.name)));
    }
    if scene.actor.state.ignores.len() >= IGNORES_MAX {
        return Err(Refusal::new("You ignore so many that the list is full; `unignore` somebody."));
    }
    let told = format!("You will no longer hear {}.", speaker.name);
    Ok(vec![Effect::Ignore(speaker.id, speaker.name.clone()), Effect::reply(told)])
}

/// Hears a player again.
///
/// # Errors
/// Nobody who is ignored has the name.
pub fn unignore(scene: &Scene, whom: &str) -> Result<Vec<Effect>, Refusal> {
    if whom.is_empty() {
        return Err(Refusal::new("Whom do you mean?"));
    }
    let wanted = whom.to_lowercase();
    let ignored = &scene.actor.state.ignores;
    let whole = ignored.iter().find(|(_, name)| name.to_lowercase() == wanted);
    let (id, name) = match whole {
        Some(found) => found,
        None => by_beginning(ignored, whom, &wanted)?,
    };
    Ok(vec![Effect::Unignore(*id), Effect::reply(format!("You hear {name} again."))])
}

/// The one ignored player whose name begins so.
fn by_beginning<'a>(
    ignored: &'a BTreeMap<PlayerId, SmolStr>,
    typed: &str,
    wanted: &str,
) -> Result<(&'a PlayerId, &'a SmolStr), Refusal> {
    let found: Vec<_> =
        ignored.iter().filter(|(_, name)| name.to_lowercase().starts_with(wanted)).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Refusal::new("You do not ignore anyone of that name.")),
        many => Err(ambiguous(typed, many.iter().map(|(_, name)| name.as_str()))),
    }
}

fn ignores(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let names: Vec<&str> = scene.actor.state.ignores.values().map(|name| name.as_str()).collect();
    if names.is_empty() {
        return Effect::answer("You ignore nobody.");
    }
    Effect::answer(heading("You ignore").plain(format!("\n{}.", listed(&names, "and"))))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::rehearsal::check::check;

    #[test]
    fn only_the_listener_is_told() {
        check("ada: ignore bob", expect!["ada hears: You will no longer hear Bob."]);
    }

    #[test]
    fn ignoring_ends_when_it_is_taken_back() {
        let script = "ada: ignore bob\nada: ignores\nbob: say one\nada: unignore bo\nbob: say two";
        check(
            script,
            expect![[r#"
            ada hears: You will no longer hear Bob.
            ada hears: You ignore
            ada hears: Bob.
            bob hears: You say, "one"
            gil hears: Bob says, "one"
            ada hears: You hear Bob again.
            ada hears: Bob says, "two"
            bob hears: You say, "two"
            gil hears: Bob says, "two""#]],
        );
    }
}
