//! `resume`: a word by which one finds back after the connection is lost.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const RESUME: Command = Command {
    name: "resume",
    aliases: &[],
    usage: "resume",
    help: "Get a word by which you come back without your password, if your connection is lost: \
           connect again and type `resume` and the word instead of your name. It is good for one \
           time. Show it to nobody.",
    rank: Rank::Guest,
    run: resume,
};

fn resume(scene: &Scene, token: &str) -> Result<Vec<Effect>, Refusal> {
    if scene.actor.is_guest() {
        return Err(Refusal::new("Guests are gone with their connection; nothing leads back."));
    }
    if !token.is_empty() {
        return Err(Refusal::new(
            "You are in the world already. That word belongs where you are asked for your name.",
        ));
    }
    Ok(vec![Effect::DrawToken])
}
