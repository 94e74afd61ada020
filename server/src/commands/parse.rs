//! From what was typed to the verb that was meant.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::scene::{Scene, ambiguous, shortened};
use super::{ALL, Command, Effect, go, help, quit, record, report, socials, speak};
use crate::channels::Channel;
use crate::vocab::Refusal;
use crate::world::{Direction, Social, Way};

/// A line taken apart: the verb in lower case, and the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed<'a> {
    /// The first word.
    pub verb: Cow<'a, str>,
    /// What follows it, without the blanks around it.
    pub rest: &'a str,
}

/// Takes a line apart. A leading `'` or `:` is a verb of its own.
#[must_use]
pub fn split(line: &str) -> Typed<'_> {
    let line = line.trim();
    if let Some(mark) = line.chars().next().filter(|c| matches!(c, '\'' | ':')) {
        return Typed { verb: Cow::Owned(mark.to_string()), rest: line[1..].trim_start() };
    }
    let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    Typed { verb: Cow::Owned(verb.to_lowercase()), rest: rest.trim() }
}

/// Puts what an own alias stands for in its place. Aliases stand for commands, not for other aliases.
#[must_use]
pub fn expand_alias<'a>(scene: &Scene, line: &'a str) -> Cow<'a, str> {
    let typed = split(line);
    match scene.actor.state.aliases.get(typed.verb.as_ref()) {
        Some(stands_for) if typed.rest.is_empty() => Cow::Owned(stands_for.clone()),
        Some(stands_for) => Cow::Owned(format!("{stands_for} {}", typed.rest)),
        None => Cow::Borrowed(line),
    }
}

/// The commands by all their verbs, each of which is one command's alone.
static BY_VERB: LazyLock<FxHashMap<&str, &Command>> = LazyLock::new(|| {
    let verbs = |command: &'static Command| {
        [command.name].into_iter().chain(command.aliases.iter().copied())
    };
    ALL.iter().flat_map(|command| verbs(command).map(|verb| (verb, *command))).collect()
});

/// What a verb was found to mean.
pub enum Resolved<'a> {
    /// A command.
    Command(&'static Command),
    /// To speak on a channel.
    Channel(&'a Channel),
    /// To walk.
    Exit(Way),
    /// A social.
    Social(&'a Social),
}

/// Finds what a verb means: exactly, as a way out of the room, or as an unambiguous beginning.
///
/// # Errors
/// Says that it means nothing, or what it could mean.
pub fn resolve<'a>(scene: &'a Scene, verb: &str) -> Result<Resolved<'a>, Refusal> {
    if let Some(found) = exactly(scene, verb) {
        return Ok(found);
    }
    let mut found = beginning(scene, verb);
    if found.is_empty() {
        let socials = scene.atlas().socials.values().filter(|s| s.verb.starts_with(verb));
        found = socials.map(|s| (s.verb.as_str(), Resolved::Social(s))).collect();
    }
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    match meant(&names) {
        Some(at) if names[at] == quit::QUIT.name => {
            Err(Refusal::new("To leave, type `quit` in full."))
        }
        Some(at) => Ok(found.swap_remove(at).1),
        None if found.is_empty() => Err(unknown(verb)),
        None => Err(ambiguous(verb, names.into_iter())),
    }
}

/// The one among these that a beginning means: the only one, or the one that all others begin with, as `sou` means
/// `south` and not `southeast`.
pub(super) fn meant(names: &[&str]) -> Option<usize> {
    let shortest = (0..names.len()).min_by_key(|at| names[*at].len())?;
    names.iter().all(|other| other.starts_with(names[shortest])).then_some(shortest)
}

fn exactly<'a>(scene: &'a Scene, verb: &str) -> Option<Resolved<'a>> {
    let command = BY_VERB.get(verb).filter(|command| scene.actor.rank >= command.rank);
    if let Some(command) = command {
        return Some(Resolved::Command(command));
    }
    if let Some(direction) = Direction::typed(verb) {
        return Some(Resolved::Exit(Way::Toward(direction)));
    }
    if let Some(row) = scene.channels.by_verb(verb).filter(|row| shown(scene, row)) {
        return Some(Resolved::Channel(row));
    }
    let exit = scene.room().exits.iter().find(|exit| exit.way.as_str() == verb);
    exit.map(|exit| Resolved::Exit(exit.way.clone()))
        .or_else(|| scene.atlas().socials.get(verb).map(Resolved::Social))
}

fn beginning<'a>(scene: &'a Scene, verb: &str) -> Vec<(&'a str, Resolved<'a>)> {
    let mut found = Vec::new();
    if verb.is_empty() {
        return found;
    }
    for command in ALL.iter().filter(|c| scene.actor.rank >= c.rank && c.name.starts_with(verb)) {
        found.push((command.name, Resolved::Command(command)));
    }
    for row in scene.channels.rows().iter().filter(|row| shown(scene, row)) {
        let name = row.name.as_str();
        if name.starts_with(verb) && !found.iter().any(|(other, _)| *other == name) {
            found.push((name, Resolved::Channel(row)));
        }
    }
    for direction in Direction::ALL.into_iter().filter(|d| d.name().starts_with(verb)) {
        found.push((direction.name(), Resolved::Exit(Way::Toward(direction))));
    }
    found
}

/// Channels that one may not speak on are no verbs, unless a guest should learn why.
fn shown(scene: &Scene, row: &Channel) -> bool {
    scene.actor.rank >= row.speak || !row.speak.is_staff()
}

fn unknown(verb: &str) -> Refusal {
    let verb = shortened(verb);
    Refusal::new(format!("There is no command {verb:?}. `help` and `commands` tell what there is."))
}

/// Decides what a line does.
///
/// # Errors
/// The sentence that says why it does nothing.
pub fn dispatch(scene: &Scene, line: &str) -> Result<Vec<Effect>, Refusal> {
    dispatch_plain(scene, &expand_alias(scene, line))
}

/// Decides what a line does that may hold no own alias: what a command passes on. An alias for a command that passes the
/// alias on would never end.
///
/// # Errors
/// As [`dispatch`].
pub fn dispatch_plain(scene: &Scene, line: &str) -> Result<Vec<Effect>, Refusal> {
    let typed = split(line);
    let resolved = resolve(scene, &typed.verb)?;
    match &scene.frozen {
        Some(refusal) if !is_left_to_the_frozen(&resolved) => return Err(refusal.clone()),
        _ => {}
    }
    match resolved {
        Resolved::Command(command) => (command.run)(scene, typed.rest),
        Resolved::Channel(row) => speak::speak(scene, row, typed.rest),
        Resolved::Exit(way) => go::walk(scene, &way),
        Resolved::Social(social) => socials::perform(scene, social, typed.rest),
    }
}

/// What even those may who may do nothing.
fn is_left_to_the_frozen(resolved: &Resolved) -> bool {
    let left =
        [&help::HELP, &record::MYRECORD, &report::APPEAL, &quit::QUIT].map(|command| command.name);
    matches!(resolved, Resolved::Command(command) if left.contains(&command.name))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;
    use crate::commands::ServerStatus;
    use crate::rehearsal::Rehearsal;
    use crate::rehearsal::check::check;
    use crate::vocab::Rank;

    #[test]
    fn a_beginning_means_the_word_that_all_others_begin_with() {
        let script = "ada: nor\nbob: sou\nada: wh\nada: s\nada: sa hello";
        check(
            script,
            expect![[r#"
            ada hears: The Quay
            ada hears: Stones, ropes and gulls.
            ada hears: Exits: east, south.
            bob hears: Ada leaves north.
            gil hears: Ada leaves north.
            bob hears: Alas, you cannot go that way...
            ada hears: In the world
            ada hears:   Ada
            ada hears:   Bob
            ada hears:   Gil
            ada hears: 3 players.
            ada hears: The Long Pier
            ada hears: A pier of grey planks. A bollard stands at its end.
            ada hears: Exits: north, down.
            ada hears: A tin lantern lies here.
            ada hears: Bob and Gil are here.
            bob hears: Ada arrives from the north.
            gil hears: Ada arrives from the north.
            ada hears: "sa" could be save or say."#]],
        );
    }

    proptest! {
        /// Every line is taken apart and means something or nothing, whatever is in it.
        #[test]
        fn no_line_is_too_odd(line in "\\PC{0,80}|[ ':,.a-z\u{0}-\u{1f}]{0,20}|(go|help|at|whisper) \\PC{0,9}") {
            let typed = split(&line);
            prop_assert!(!typed.verb.contains(char::is_whitespace));
            prop_assert_eq!(typed.rest, typed.rest.trim());
            let mut stage = Rehearsal::new();
            let client = stage.enter("Ada", Rank::Admin);
            let actor = stage.game.world().player(stage.clients[client].player).unwrap();
            let channels = crate::channels::Table::new(&crate::config::Chat::default()).unwrap();
            let (world, status) = (stage.game.world(), ServerStatus::default());
            let scene = Scene { world, channels: &channels, actor, clock: stage.clock, status: &status, mask_usual: Default::default(), frozen: None, hides_texts: &|_| false };
            if let Ok(effects) = dispatch(&scene, &line) {
                prop_assert!(!effects.is_empty(), "a command that does nothing says so");
            }
        }
    }
}
