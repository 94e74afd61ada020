//! `give <item> to <player>`: hand something over.

use super::{Command, Effect, Scene, get};
use crate::vocab::{Rank, Refusal};
use crate::world::Link;

pub(super) const GIVE: Command = Command {
    name: "give",
    aliases: &[],
    usage: "give <item> to <player>",
    help: "Hand something you carry to somebody here.",
    rank: Rank::Guest,
    run: give,
};

fn give(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let usage = || Refusal::new("Give what to whom? (`give <item> to <player>`)");
    let (what, whom) = rest.rsplit_once(' ').ok_or_else(usage)?;
    let what = what.strip_suffix(" to").unwrap_or(what);
    let held = scene.items_held();
    let item = scene.item_among(&held, what);
    let item = item.ok_or_else(|| Refusal::new("You carry nothing like that."))?;
    let taker = scene.find_player_here(whom)?;
    if taker.id == scene.actor.id {
        return Err(Refusal::new("You have it already."));
    }
    if taker.ignores(scene.actor.id) || taker.link != Link::Live {
        return Err(Refusal::new(format!("{} does not take it.", taker.name)));
    }
    if taker.state.inventory.len() >= get::CARRIED_MAX {
        return Err(Refusal::new(format!("{} has no hand free.", taker.name)));
    }
    Ok(vec![Effect::Give(item.key.clone(), taker.id)])
}
