//! `examine <something>`: a detail, an item, an NPC or a player, more closely.

use super::scene::answers_to;
use super::{Command, Effect, Scene};
use crate::vocab::{Prose, Rank, Refusal, ShownText};
use crate::world::{Direction, Link, Player};

pub(super) const EXAMINE: Command = Command {
    name: "examine",
    aliases: &["x", "exa", "read"],
    usage: "examine <something>",
    help: "Look closely at something that you see here or carry, or at somebody.",
    rank: Rank::Guest,
    run: examine,
};

pub(super) fn examine(scene: &Scene, what: &str) -> Result<Vec<Effect>, Refusal> {
    if what.is_empty() {
        return Err(Refusal::new("Examine what?"));
    }
    match seen(scene, what) {
        Some(prose) => Effect::answer(prose),
        None => Err(Refusal::new(format!("You see no {what:?} here."))),
    }
}

fn seen(scene: &Scene, what: &str) -> Option<Prose> {
    if ["me", "self", "myself"].contains(&what) {
        return Some(of_player(scene, scene.actor));
    }
    in_room(scene, what)
        .or_else(|| scene.find_player_here(what).ok().map(|player| of_player(scene, player)))
        .or_else(|| toward(scene, what))
}

fn in_room(scene: &Scene, what: &str) -> Option<Prose> {
    let room = scene.room();
    let npc = room.npcs.iter().map(|at| &scene.atlas().npcs[*at]);
    if let Some(npc) = npc.into_iter().find(|npc| answers_to(&npc.words, what)) {
        return Some(npc.text.clone());
    }
    let held = scene.items_held();
    let item = scene.item_among(scene.items_here(), what).or_else(|| scene.item_among(&held, what));
    if let Some(item) = item {
        return Some(item.text.clone());
    }
    room.details.iter().find(|d| answers_to(&d.words, what)).map(|d| d.text.clone())
}

fn toward(scene: &Scene, what: &str) -> Option<Prose> {
    let direction = Direction::typed(what)?;
    let exit = scene.room().toward(direction).filter(|exit| !exit.hidden)?;
    let there = scene.atlas().room(&exit.to)?;
    Some(Prose::text(format!("That way lies: {}.", there.name)))
}

fn of_player(scene: &Scene, player: &Player) -> Prose {
    let prose = scene.titled(player);
    let prose = match player.rank {
        rank if rank.is_staff() => prose.plain(format!(", {rank} of this server")),
        crate::vocab::Rank::Guest => prose.plain(", a guest"),
        _ => prose.plain(", a visitor to these parts"),
    };
    let prose = match (&player.link, &player.afk) {
        (Link::Dead(_), _) => prose.plain(", staring into nothing (link-dead)."),
        (_, Some(_)) => prose.plain(", whose thoughts are elsewhere (away)."),
        _ => prose.plain("."),
    };
    match scene.text_of(player, ShownText::Description) {
        Some(text) => prose.line().plain(text),
        None => prose,
    }
}
