//! `cleartext <player> <which> <reason>`: staff take away a text that somebody shows.

use super::orders::{order, player, reason, wanted, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, ShownText};

pub(super) const CLEARTEXT: Command = Command {
    name: "cleartext",
    aliases: &[],
    usage: "cleartext <player> title|description|afk <reason>",
    help: "Take away a text that a player shows. They are told why, and may show another: \
           `mute` is what keeps them from it. What it was stands in the moderation log.",
    rank: Rank::Moderator,
    run: cleartext,
};

fn cleartext(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    let whom = player(name, CLEARTEXT.usage)?;
    let (which, why) = word(rest);
    let kind: ShownText = which.parse().map_err(|()| wanted(CLEARTEXT.usage))?;
    order(whom, OrderedAct::Clear(kind), reason(why, CLEARTEXT.usage)?)
}
