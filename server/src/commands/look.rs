//! `look`: the room one stands in, or something in it.

use super::{Command, Effect, Scene, examine};
use crate::vocab::{Rank, Refusal};

pub(super) const LOOK: Command = Command {
    name: "look",
    aliases: &["l"],
    usage: "look\nlook <something>",
    help: "See where you are: the place, its exits, who and what is here. With a word, see that \
           thing more closely.",
    rank: Rank::Guest,
    run: look,
};

fn look(scene: &Scene, what: &str) -> Result<Vec<Effect>, Refusal> {
    match what.strip_prefix("at ").unwrap_or(what).trim() {
        "" | "here" => Ok(vec![Effect::Look]),
        what => examine::examine(scene, what),
    }
}
