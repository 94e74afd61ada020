//! `freeze` and `thaw`: staff keep somebody from doing anything at all.

use super::orders::{optional_reason, order, player, reason, restrict, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RestrictionKind, Scope, Wanted};

pub(super) const FREEZE: Command = Command {
    name: "freeze",
    aliases: &[],
    usage: "freeze <player> <reason>",
    help: "Leave a player nothing to do but `help`, `myrecord`, `appeal` and `quit`, until `thaw`.",
    rank: Rank::Moderator,
    run: freeze,
};

pub(super) const THAW: Command = Command {
    name: "thaw",
    aliases: &["unfreeze"],
    usage: "thaw <player>\nthaw <player> <why>",
    help: "Let a frozen player act again.",
    rank: Rank::Moderator,
    run: thaw,
};

fn freeze(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, why) = word(rest);
    let whom = player(name, FREEZE.usage)?;
    let reason = reason(why, FREEZE.usage)?;
    restrict(whom, Wanted::new(RestrictionKind::Freeze, Scope::All, None), reason)
}

fn thaw(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, why) = word(rest);
    let act = OrderedAct::Lift(&[RestrictionKind::Freeze]);
    order(player(name, THAW.usage)?, act, optional_reason(why)?)
}
