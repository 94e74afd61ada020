//! `afk [why]`: say that one does not answer; again to say that one does.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal, ShownText};

pub(super) const AFK: Command = Command {
    name: "afk",
    aliases: &["away"],
    usage: "afk\nafk <why>",
    help: "Let those who whisper to you know that you are away. `afk` again, or saying anything, \
           ends it.",
    rank: Rank::Guest,
    run: afk,
};

fn afk(scene: &Scene, why: &str) -> Result<Vec<Effect>, Refusal> {
    let is_back = scene.actor.afk.is_some() && why.is_empty();
    Ok(vec![Effect::Show(ShownText::Away, (!is_back).then(|| why.to_owned()))])
}
