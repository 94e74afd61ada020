//! `drop <item>`: put something down.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const DROP: Command = Command {
    name: "drop",
    aliases: &[],
    usage: "drop <item>",
    help: "Put down something you carry.",
    rank: Rank::Guest,
    run: drop,
};

fn drop(scene: &Scene, what: &str) -> Result<Vec<Effect>, Refusal> {
    if what.is_empty() {
        return Err(Refusal::new("Drop what?"));
    }
    let held = scene.items_held();
    let item = scene.item_among(&held, what);
    let item = item.ok_or_else(|| Refusal::new("You carry nothing like that."))?;
    Ok(vec![Effect::Drop(item.key.clone())])
}
