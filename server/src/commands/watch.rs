//! `watch <channel>`, `snoop <player> <reason>`: staff read along, on one channel wherever it is used, or with one player.

use super::orders::{order, player, reason, wanted, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RemarkKind};

pub(super) const WATCH: Command = Command {
    name: "watch",
    aliases: &[],
    usage: "watch <channel>\nwatch off",
    help: "Read all that is said on a channel, in every room, with the room, and with what the \
           filter found in brackets. Whispers and parties cannot be watched. It ends when you \
           leave; it is on record.",
    rank: Rank::Moderator,
    run: watch,
};

pub(super) const SNOOP: Command = Command {
    name: "snoop",
    aliases: &[],
    usage: "snoop <player> <reason>\nsnoop off",
    help: "Read what a player says and hears, whispers and party included, for a while. It is on \
           record, and other moderators are told; the player is not.",
    rank: Rank::Moderator,
    run: snoop,
};

fn watch(scene: &Scene, name: &str) -> Result<Vec<Effect>, Refusal> {
    if name.is_empty() {
        return Err(wanted(WATCH.usage));
    }
    if name == "off" {
        return Ok(vec![Effect::Watch(None)]);
    }
    let row = scene.find_channel(&name.to_lowercase())?;
    if row.is_private() {
        return Err(Refusal::new(format!(
            "What is said on {} is private. `snoop` is for that, and needs a reason.",
            row.name
        )));
    }
    Ok(vec![Effect::Watch(Some(row.name.clone()))])
}

fn snoop(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, why) = word(rest);
    if name == "off" && why.is_empty() {
        return Ok(vec![Effect::EndSnoop]);
    }
    let whom = player(name, SNOOP.usage)?;
    order(whom, OrderedAct::Remark(RemarkKind::Snoop), reason(why, SNOOP.usage)?)
}
