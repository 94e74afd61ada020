//! `note <player> <text>`: a word about somebody, for staff alone.

use super::orders::{order, player, reason, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RemarkKind};

pub(super) const NOTE: Command = Command {
    name: "note",
    aliases: &[],
    usage: "note <player> <text>",
    help: "Put a note about a player on their record. Only staff read it.",
    rank: Rank::Moderator,
    run: note,
};

fn note(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, text) = word(rest);
    let whom = player(name, NOTE.usage)?;
    order(whom, OrderedAct::Remark(RemarkKind::Note), reason(text, NOTE.usage)?)
}
