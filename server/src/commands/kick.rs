//! `kick <player> <reason>`: staff put somebody out of the world; they may come back.

use super::orders::{order, player, reason, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RemarkKind};

pub(super) const KICK: Command = Command {
    name: "kick",
    aliases: &[],
    usage: "kick <player> <reason>",
    help: "Put a player out of the world. They may come back; `ban` is what keeps them out.",
    rank: Rank::Moderator,
    run: kick,
};

fn kick(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, why) = word(rest);
    let whom = player(name, KICK.usage)?;
    order(whom, OrderedAct::Remark(RemarkKind::Kick), reason(why, KICK.usage)?)
}
