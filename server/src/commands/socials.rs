//! Socials: small gestures from `socials.yaml`, each a verb of its own; `socials` lists them.

use super::scene::{heading, listed};
use super::{Command, Effect, Scene};
use crate::channels::funnel::{SocialText, Utterance};
use crate::vocab::{Rank, Refusal, Target};
use crate::world::Social;

pub(super) const SOCIALS: Command = Command {
    name: "socials",
    aliases: &[],
    usage: "socials\n<social>\n<social> <player>",
    help: "List the gestures there are. Each is a command: `smile`, or `smile ada`.",
    rank: Rank::Guest,
    run: list,
};

fn list(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let verbs: Vec<&str> = scene.atlas().socials.values().map(|s| s.verb.as_str()).collect();
    Effect::answer(heading("Gestures").plain(format!("\n{}.", listed(&verbs, "and"))))
}

/// Performs a social alone or at somebody in the room.
pub(super) fn perform(scene: &Scene, social: &Social, at: &str) -> Result<Vec<Effect>, Refusal> {
    let actor = scene.actor.name.as_str();
    let channel = "emote".parse().expect("the built-in channel has a name");
    if at.is_empty() {
        let [own, others] = &social.alone;
        let text = SocialText { to_sender: Some(fill(own, actor, "")), to_target: None };
        let utterance =
            Utterance { social: Some(text), ..Utterance::plain(fill(others, actor, "")) };
        return Ok(vec![Effect::Speak(channel, utterance)]);
    }
    let (target, name) = aimed_at(scene, at)?;
    let [own, theirs, others] = &social.at;
    let text = SocialText {
        to_sender: Some(fill(own, actor, &name)),
        to_target: Some(fill(theirs, actor, &name)),
    };
    let content = fill(others, actor, &name);
    Ok(vec![Effect::Speak(channel, Utterance { content, target, social: Some(text) })])
}

/// A player here, or an NPC here, whom no message can be for.
fn aimed_at(scene: &Scene, at: &str) -> Result<(Option<Target>, String), Refusal> {
    let npcs = scene.room().npcs.iter().map(|at| &scene.atlas().npcs[*at]);
    if let Some(npc) = npcs.into_iter().find(|npc| super::scene::answers_to(&npc.words, at)) {
        return Ok((None, npc.name.to_string()));
    }
    let player = scene.find_player_here(at)?;
    if player.id == scene.actor.id {
        return Err(Refusal::new("At yourself? Better not."));
    }
    Ok((Some(player.as_target()), player.name.to_string()))
}

fn fill(text: &str, actor: &str, target: &str) -> String {
    text.replace("$n", actor).replace("$t", target)
}
