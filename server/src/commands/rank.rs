//! `rank <player> <rank>`: staff are made and unmade.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal, UnknownRank};

pub(super) const RANK: Command = Command {
    name: "rank",
    aliases: &[],
    usage: "rank <player> <player|helper|builder|moderator|admin>",
    help: "Give a player's account a rank below your own. They must be in the world and below you.",
    rank: Rank::Admin,
    run: rank,
};

fn rank(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let usage = || Refusal::new(format!("Usage: {}", RANK.usage));
    let (name, word) = rest.split_once(' ').ok_or_else(usage)?;
    let player = scene.find_player(name)?;
    let rank: Rank =
        word.trim().parse().map_err(|why: UnknownRank| Refusal::new(format!("{why}.")))?;
    if player.id == scene.actor.id || player.rank >= scene.actor.rank {
        return Err(Refusal::new("You may only rank those below you."));
    }
    if rank >= scene.actor.rank || rank == Rank::Guest {
        return Err(Refusal::new("You may only give ranks from player to just below your own."));
    }
    if player.is_guest() {
        return Err(Refusal::new("A guest has no account to rank."));
    }
    let detail = format!("{} to {rank}", player.rank);
    let record = Effect::Record { act: "rank", target: player.name.to_string(), detail };
    Ok(vec![record, Effect::SetRank(player.id, rank)])
}
