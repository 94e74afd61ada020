//! `limits`: how much one may say just now, channel by channel.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const LIMITS: Command = Command {
    name: "limits",
    aliases: &[],
    usage: "limits\nlimits <player>",
    help: "Show how many lines you have said on each channel in the last minute, how many are left, \
           and when the next may be said. Staff can look at others.",
    rank: Rank::Guest,
    run: limits,
};

fn limits(scene: &Scene, name: &str) -> Result<Vec<Effect>, Refusal> {
    if name.is_empty() {
        return Ok(vec![Effect::ReadLimits(scene.actor.id)]);
    }
    let player = scene.find_player(name)?;
    if player.id != scene.actor.id && !scene.actor.rank.is_staff() {
        return Err(Refusal::new("How much others may say is for staff. `limits` shows your own."));
    }
    Ok(vec![Effect::ReadLimits(player.id)])
}
