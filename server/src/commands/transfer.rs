//! `transfer <player> [room]`: staff put somebody somewhere else.

use super::goto::place;
use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const TRANSFER: Command = Command {
    name: "transfer",
    aliases: &[],
    usage: "transfer <player>\ntransfer <player> <room>",
    help: "Bring a player of lower rank to you, or put them in a room.",
    rank: Rank::Moderator,
    run: transfer,
};

fn transfer(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (whom, to) = rest.split_once(' ').unwrap_or((rest, ""));
    let player = scene.find_player(whom)?;
    if player.rank >= scene.actor.rank {
        return Err(Refusal::new(format!("{} is not below you in rank.", player.name)));
    }
    let room = if to.is_empty() { scene.actor.room.clone() } else { place(scene, to.trim())? };
    Ok(vec![
        Effect::Tell(player.id, format!("{} sends you elsewhere.", scene.actor.name).into()),
        Effect::reply(format!("{} is in {room} now.", player.name)),
        Effect::Record {
            act: "transfer",
            target: player.name.to_string(),
            detail: room.to_string(),
        },
        Effect::Place(player.id, room),
    ])
}
