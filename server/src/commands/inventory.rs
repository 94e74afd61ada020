//! `inventory`: what one carries.

use super::scene::heading;
use super::{Command, Effect, Scene};
use crate::vocab::{Link, List, Prose, Rank, Refusal, Role};

pub(super) const INVENTORY: Command = Command {
    name: "inventory",
    aliases: &["i", "inv"],
    usage: "inventory",
    help: "List what you carry.",
    rank: Rank::Guest,
    run: inventory,
};

fn inventory(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let held = scene.items_held();
    if held.is_empty() {
        return Effect::answer("You carry nothing.");
    }
    let items = held.iter().filter_map(|key| scene.atlas().item(key));
    let items = items.map(|item| {
        let examine = Link::send(&format!("examine {}", item.thing().word));
        Prose::new().link(Role::Item, item.name.as_str(), examine)
    });
    Effect::answer(heading("You carry").list(List::of(items)))
}
