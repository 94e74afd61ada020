//! `get <item>`: pick something up.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

/// The most things one can carry.
pub(super) const CARRIED_MAX: usize = 20;

pub(super) const GET: Command = Command {
    name: "get",
    aliases: &["take", "g"],
    usage: "get <item>",
    help: "Pick up something that lies here.",
    rank: Rank::Guest,
    run: get,
};

fn get(scene: &Scene, what: &str) -> Result<Vec<Effect>, Refusal> {
    if what.is_empty() {
        return Err(Refusal::new("Get what?"));
    }
    let Some(item) = scene.item_among(scene.items_here(), what) else {
        let fixed = scene.room().details.iter().any(|d| super::scene::answers_to(&d.words, what));
        let why = if fixed { "That stays where it is." } else { "Nothing like that lies here." };
        return Err(Refusal::new(why));
    };
    if scene.actor.state.inventory.len() >= CARRIED_MAX {
        return Err(Refusal::new("Your hands and pockets are full."));
    }
    Ok(vec![Effect::Take(item.key.clone())])
}
