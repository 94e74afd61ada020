//! `warn <player> <text>`: a word from staff that must be acknowledged; `acknowledge`.

use super::orders::{order, player, reason, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RemarkKind};

pub(super) const WARN: Command = Command {
    name: "warn",
    aliases: &[],
    usage: "warn <player> <text>",
    help: "Give a player a warning. Before they `acknowledge` it they cannot speak. One who is \
           not here reads it on coming back.",
    rank: Rank::Moderator,
    run: warn,
};

pub(super) const ACKNOWLEDGE: Command = Command {
    name: "acknowledge",
    aliases: &[],
    usage: "acknowledge",
    help: "Say that you have read what staff warned you of; then you may speak again.",
    rank: Rank::Guest,
    run: acknowledge,
};

fn warn(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, text) = word(rest);
    let whom = player(name, WARN.usage)?;
    order(whom, OrderedAct::Remark(RemarkKind::Warning), reason(text, WARN.usage)?)
}

fn acknowledge(_: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::Acknowledge])
}
