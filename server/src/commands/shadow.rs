//! `shadow` and `unshadow`: staff let somebody talk to themselves without knowing it.

use super::orders::{optional_reason, order, player, reason, restrict, scope_and_time, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RestrictionKind, Wanted};

pub(super) const SHADOW: Command = Command {
    name: "shadow",
    aliases: &[],
    usage: "shadow <player> <reason>\nshadow <player> [channel|all] [duration] <reason>",
    help: "What a player says, they read as always, and nobody else does but staff, who see it \
           marked. They are not told; an hour if you do not say.",
    rank: Rank::Moderator,
    run: shadow,
};

pub(super) const UNSHADOW: Command = Command {
    name: "unshadow",
    aliases: &[],
    usage: "unshadow <player>\nunshadow <player> <why>",
    help: "Let everyone hear a player again. They are not told of this either.",
    rank: Rank::Moderator,
    run: unshadow,
};

fn shadow(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    let whom = player(name, SHADOW.usage)?;
    let (scope, lasts, rest) = scope_and_time(scene, rest)?;
    let reason = reason(rest, SHADOW.usage)?;
    restrict(whom, Wanted::new(RestrictionKind::Shadow, scope, lasts), reason)
}

fn unshadow(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, why) = word(rest);
    let act = OrderedAct::Lift(&[RestrictionKind::Shadow]);
    order(player(name, UNSHADOW.usage)?, act, optional_reason(why)?)
}
