//! From what was typed to the verb that was meant.

use std::borrow::Cow;

use super::scene::{Scene, ambiguous};
use super::{ALL, Command, Effect, go, socials, speak};
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
    match found.len() {
        0 => Err(unknown(verb)),
        1 => Ok(found.remove(0).1),
        _ => Err(ambiguous(verb, found.iter().map(|(name, _)| *name))),
    }
}

fn exactly<'a>(scene: &'a Scene, verb: &str) -> Option<Resolved<'a>> {
    let may = |command: &&&Command| scene.actor.rank >= command.rank;
    let is = |command: &&&Command| command.name == verb || command.aliases.contains(&verb);
    if let Some(command) = ALL.iter().filter(may).find(is) {
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
    let verb: String = verb.chars().take(40).collect();
    Refusal::new(format!("There is no command {verb:?}. `help` and `commands` tell what there is."))
}

/// Decides what a line does.
///
/// # Errors
/// The sentence that says why it does nothing.
pub fn dispatch(scene: &Scene, line: &str) -> Result<Vec<Effect>, Refusal> {
    let line = expand_alias(scene, line);
    let typed = split(&line);
    match resolve(scene, &typed.verb)? {
        Resolved::Command(command) => (command.run)(scene, typed.rest),
        Resolved::Channel(row) => speak::speak(scene, row, typed.rest),
        Resolved::Exit(way) => go::walk(scene, &way),
        Resolved::Social(social) => socials::perform(scene, social, typed.rest),
    }
}
