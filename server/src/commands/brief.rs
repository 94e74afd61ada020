//! `brief`: rooms without their description when walking, or with it again.

use super::settings::switch;
use super::{Command, Effect, Preference, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const BRIEF: Command = Command {
    name: "brief",
    aliases: &[],
    usage: "brief\nbrief on|off",
    help: "Leave out the description of rooms you have seen when you walk; `look` always shows it.",
    rank: Rank::Guest,
    run: brief,
};

fn brief(scene: &Scene, word: &str) -> Result<Vec<Effect>, Refusal> {
    let on = if word.is_empty() { !scene.actor.state.settings.brief } else { switch(word)? };
    let told =
        if on { "Short descriptions when you walk." } else { "Full descriptions when you walk." };
    Ok(vec![Effect::Prefer(Preference::Brief(on)), Effect::reply(told)])
}
