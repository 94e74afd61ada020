//! `alias` and `unalias`: own words for lines.

use super::scene::heading;
use super::{Command, Effect, Preference, Scene};
use crate::vocab::{List, Prose, Rank, Refusal, is_id_part};

/// The most aliases one can have.
const ALIASES_MAX: usize = 100;
/// The longest line one can stand for. Characters.
const LINE_CHARS_MAX: usize = 300;

pub(super) const ALIAS: Command = Command {
    name: "alias",
    aliases: &["aliases"],
    usage: "alias\nalias <word> <line>",
    help: "Make a word stand for a line; what you type after the word is added to it. Alone, list \
           your aliases. An alias stands for commands, not for other aliases.",
    rank: Rank::Guest,
    run: alias,
};

pub(super) const UNALIAS: Command = Command {
    name: "unalias",
    aliases: &[],
    usage: "unalias <word>",
    help: "Make a word mean again what it meant before.",
    rank: Rank::Guest,
    run: unalias,
};

fn alias(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let aliases = &scene.actor.state.aliases;
    let Some((word, line)) = rest.split_once(char::is_whitespace) else {
        return list(scene, rest);
    };
    let (word, line) = (word.to_lowercase(), line.trim());
    if !is_id_part(&word) {
        return Err(Refusal::new("An alias is one word of letters, digits, - and _."));
    }
    if word == UNALIAS.name || word == ALIAS.name {
        return Err(Refusal::new("That word is needed as it is."));
    }
    if line.chars().count() > LINE_CHARS_MAX {
        return Err(Refusal::new(format!("At most {LINE_CHARS_MAX} characters, please.")));
    }
    if aliases.len() >= ALIASES_MAX && !aliases.contains_key(word.as_str()) {
        return Err(Refusal::new(format!("You have {ALIASES_MAX} aliases; `unalias` one first.")));
    }
    let told = format!("{word:?} now stands for {line:?}.");
    Ok(vec![Effect::Prefer(Preference::Alias(word.into(), line.to_owned())), Effect::reply(told)])
}

fn list(scene: &Scene, word: &str) -> Result<Vec<Effect>, Refusal> {
    let aliases = &scene.actor.state.aliases;
    if !word.is_empty() {
        return match aliases.get(word) {
            Some(line) => Effect::answer(format!("{word:?} stands for {line:?}.")),
            None => Err(Refusal::new(format!("{word:?} stands for nothing but itself."))),
        };
    }
    if aliases.is_empty() {
        return Effect::answer("You have no aliases. (`alias <word> <line>`)");
    }
    let lines = aliases.iter().map(|(word, line)| Prose::text(format!("{word}: {line}")));
    Effect::answer(heading("Your aliases").list(List::of(lines)))
}

fn unalias(scene: &Scene, word: &str) -> Result<Vec<Effect>, Refusal> {
    if !scene.actor.state.aliases.contains_key(word) {
        return Err(Refusal::new(format!("{word:?} stands for nothing but itself.")));
    }
    let told = format!("{word:?} means again what it meant before.");
    Ok(vec![Effect::Prefer(Preference::Unalias(word.into())), Effect::reply(told)])
}
