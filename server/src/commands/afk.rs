//! `afk [why]`: say that one does not answer; again to say that one does.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

/// The longest reason. Characters.
const WHY_CHARS_MAX: usize = 80;

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
    if scene.actor.afk.is_some() && why.is_empty() {
        return Ok(vec![Effect::Afk(None), Effect::reply("You are back.")]);
    }
    if why.chars().count() > WHY_CHARS_MAX {
        return Err(Refusal::new(format!("Shorter, please: at most {WHY_CHARS_MAX} characters.")));
    }
    Ok(vec![Effect::Afk(Some(why.to_owned())), Effect::reply("You are away; `afk` ends it.")])
}
