//! `whisper <player> <words>`: words for one player alone.

use super::{Command, Effect, Scene};
use crate::channels::funnel::Utterance;
use crate::vocab::{Prose, Rank, Refusal, Target};
use crate::world::{Link, Player};

pub(super) const WHISPER: Command = Command {
    name: "whisper",
    aliases: &["tell"],
    usage: "whisper <player> <words>",
    help: "Say something to one player alone, wherever they are. `reply` answers whoever \
           whispered to you last; `retell` goes to whom you whispered last.",
    rank: Rank::Guest,
    run: whisper,
};

fn whisper(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, words) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if name.is_empty() {
        return Err(Refusal::new("Whisper to whom, and what? (`whisper <player> <words>`)"));
    }
    whisper_by_name(scene, name, words.trim())
}

/// Whispers to whoever has this name; whoever is not here may have it pushed to where they are.
pub(super) fn whisper_by_name(
    scene: &Scene,
    name: &str,
    words: &str,
) -> Result<Vec<Effect>, Refusal> {
    match named(scene, name) {
        Ok(target) => whisper_to(scene, target, words),
        Err(refusal) => away(name, words, refusal),
    }
}

fn away(name: &str, words: &str, refusal: Refusal) -> Result<Vec<Effect>, Refusal> {
    if words.is_empty() {
        return Err(refusal);
    }
    let (name, words, otherwise) = (name.to_owned(), words.to_owned(), refusal.prose());
    Ok(vec![Effect::WhisperAway { name, words, otherwise }])
}

/// The player of exactly this name: a beginning could mean another one while the one who is meant is away.
fn named<'a>(scene: &'a Scene, name: &str) -> Result<&'a Player, Refusal> {
    if let Some(player) = scene.world.named(name) {
        return Ok(player);
    }
    let like = scene.find_player(name)?;
    Err(Refusal::new(format!(
        "Nobody called {name} is in the world just now. If you mean {0}, whisper to {0} by the whole name.",
        like.name
    )))
}

/// Whispers to a player who was found, and says honestly how it reached them.
fn whisper_to(scene: &Scene, target: &Player, words: &str) -> Result<Vec<Effect>, Refusal> {
    if target.id == scene.actor.id {
        return Err(Refusal::new("You mutter something to yourself. Nobody notices."));
    }
    if words.is_empty() {
        return Err(Refusal::new(format!("Whisper what to {}?", target.name)));
    }
    if target.ignores(scene.actor.id) && !scene.actor.rank.is_staff() {
        return Err(Refusal::new(format!("{} ignores you.", target.name)));
    }
    let utterance = Utterance { target: Some(target.as_target()), ..Utterance::plain(words) };
    let channel = "whisper".parse().expect("the built-in channel has a name");
    let mut effects = vec![Effect::Speak(channel, utterance)];
    effects.extend(notice(scene, target).map(Effect::Reply));
    Ok(effects)
}

fn notice(scene: &Scene, target: &Player) -> Option<Prose> {
    let name = &target.name;
    if target.link != Link::Live {
        return Some(Prose::text(format!(
            "{name} has lost the connection and will read it on coming back within the minute."
        )));
    }
    let why = scene.away(target)?;
    Some(Prose::text(format!("{name} is away{why}.")))
}

/// Whispers to the player whom a target stands for, by the name they had.
pub(super) fn whisper_again(
    scene: &Scene,
    target: &Target,
    words: &str,
) -> Result<Vec<Effect>, Refusal> {
    match scene.world.player(target.id) {
        Some(player) => whisper_to(scene, player, words),
        None => {
            let refusal = Refusal::new(format!("{} is no longer in the world.", target.name));
            away(&target.name, words, refusal)
        }
    }
}
