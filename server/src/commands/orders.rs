//! What the commands of moderation have in common: whom, on which channels, for how long and why.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Effect, Scene, duration};
use crate::vocab::{Order, OrderedAct, REASON_CHARS_MAX, Refusal, Scope, Wanted, Whom, clean_line};

/// How long what is given no time lasts.
pub(super) const USUAL: Duration = Duration::from_secs(3_600);
/// The longest word that can be a name.
const NAME_CHARS_MAX: usize = 40;

/// Takes the first word off.
pub(super) fn word(text: &str) -> (&str, &str) {
    let text = text.trim();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

/// A player's full name, whether they are in the world or not. Nobody is restricted by a beginning of their name: another
/// might be called just that.
pub(super) fn player(name: &str, usage: &str) -> Result<Whom, Refusal> {
    if name.is_empty() {
        return Err(wanted(usage));
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(Refusal::new("Nobody has a name as long as that."));
    }
    Ok(Whom::Player(clean_line(name)))
}

/// A reason, a warning or a note.
pub(super) fn reason(text: &str, usage: &str) -> Result<String, Refusal> {
    let text = clean_line(text);
    if text.is_empty() {
        return Err(wanted(usage));
    }
    optional_reason(&text)
}

/// The same, or nothing.
pub(super) fn optional_reason(text: &str) -> Result<String, Refusal> {
    let text = clean_line(text);
    let chars = text.chars().count();
    if chars > REASON_CHARS_MAX {
        let long = format!("That is {chars} characters; at most {REASON_CHARS_MAX}, please.");
        return Err(Refusal::new(long));
    }
    Ok(text)
}

/// A time, if one comes next, or the usual one; none inside is until it is lifted.
pub(super) fn time(text: &str) -> Result<(Option<Duration>, &str), Refusal> {
    let (first, rest) = word(text);
    match duration::typed(first) {
        Some(time) => Ok((time?, rest)),
        None => Ok((Some(USUAL), text)),
    }
}

/// Channels and a time, if they come next. A word before a time that is no channel is a channel that was misspelt, not the
/// beginning of the reason: else far more would be closed, and for another time, than was meant.
pub(super) fn scope_and_time<'t>(
    scene: &Scene,
    text: &'t str,
) -> Result<(Scope, Option<Duration>, &'t str), Refusal> {
    let (scope, rest) = scope(scene, text);
    let (lasts, rest) = time(rest)?;
    let (first, after) = word(rest);
    let is_bare = rest.len() == text.trim().len();
    if is_bare && duration::typed(word(after).0).is_some_and(|time| time.is_ok()) {
        let text = format!("{} A time stands before the reason.", no_channel(first));
        return Err(Refusal::new(text));
    }
    Ok((scope, lasts, rest))
}

fn no_channel(name: &str) -> String {
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    format!("There is no channel {name:?}; `channels` lists them.")
}

/// Channels, if they come next: `all`, one, or several with commas between; all of them otherwise.
pub(super) fn scope<'t>(scene: &Scene, text: &'t str) -> (Scope, &'t str) {
    let (first, rest) = word(text);
    if first.eq_ignore_ascii_case("all") {
        return (Scope::All, rest);
    }
    let named = first.split(',').map(|verb| {
        scene.channels.by_verb(&verb.to_lowercase()).map(|channel| channel.name.clone())
    });
    match named.collect::<Option<BTreeSet<_>>>() {
        Some(channels) if !channels.is_empty() => (Scope::Channels(channels), rest),
        _ => (Scope::All, text),
    }
}

/// One channel, by its name or another word for it.
pub(super) fn channel(scene: &Scene, name: &str, usage: &str) -> Result<Scope, Refusal> {
    if name.is_empty() {
        return Err(wanted(usage));
    }
    let row = scene
        .channels
        .by_verb(&name.to_lowercase())
        .ok_or_else(|| Refusal::new(no_channel(name)))?;
    Ok(Scope::Channels(BTreeSet::from([row.name.clone()])))
}

/// A whole number of something; whether it is too large is for the rules to say.
pub(super) fn number(word: &str, of: &str, usage: &str) -> Result<u64, Refusal> {
    if word.is_empty() {
        return Err(wanted(usage));
    }
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        let word: String = word.chars().take(NAME_CHARS_MAX).collect();
        return Err(Refusal::new(format!("{word:?} is no number of {of}.\nUsage:\n{usage}")));
    }
    // What does not fit is too large for anything.
    Ok(word.parse().unwrap_or(u64::MAX))
}

/// The effect that asks for it.
pub(super) fn order(whom: Whom, act: OrderedAct, reason: String) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::Order(Box::new(Order { whom, act, reason, evidence: Vec::new() }))])
}

/// The effect that asks for a restriction.
pub(super) fn restrict(whom: Whom, wanted: Wanted, reason: String) -> Result<Vec<Effect>, Refusal> {
    order(whom, OrderedAct::Restrict(wanted), reason)
}

/// Says how a command is typed.
pub(super) fn wanted(usage: &str) -> Refusal {
    Refusal::new(format!("Usage:\n{usage}"))
}
