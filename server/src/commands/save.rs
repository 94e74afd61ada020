//! `save`: store one's character now.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const SAVE: Command = Command {
    name: "save",
    aliases: &[],
    usage: "save",
    help: "Store your character now. It happens by itself every few minutes and when you leave.",
    rank: Rank::Guest,
    run: save,
};

fn save(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    if scene.actor.is_guest() {
        return Err(Refusal::new("Guests are not stored. With an account you would be."));
    }
    Ok(vec![Effect::Save])
}
