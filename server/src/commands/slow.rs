//! `slow`, `unslow`: staff slow somebody down. `slowmode`: everyone on a channel.

use super::orders::{
    channel, number, optional_reason, order, player, reason, restrict, scope_and_time, word,
};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RestrictionKind, Scope, Wanted, Whom};

/// What `unslow` and `slowmode off` take back.
const SLOW_MODES: &[RestrictionKind] = &[RestrictionKind::Slow];

pub(super) const SLOW: Command = Command {
    name: "slow",
    aliases: &[],
    usage: "slow <player> <seconds> <reason>\n\
            slow <player> <seconds> [channel|all] [duration] <reason>",
    help: "Let so many seconds, 1 to 86400, pass between two lines of a player on a channel; for \
           an hour if you do not say.",
    rank: Rank::Moderator,
    run: slow,
};

pub(super) const UNSLOW: Command = Command {
    name: "unslow",
    aliases: &[],
    usage: "unslow <player>\nunslow <player> <why>",
    help: "Let a player speak as often as others again.",
    rank: Rank::Moderator,
    run: unslow,
};

pub(super) const SLOWMODE: Command = Command {
    name: "slowmode",
    aliases: &[],
    usage: "slowmode <channel> <seconds> [reason]\nslowmode <channel> off [why]",
    help: "Let so many seconds, 1 to 86400, pass between two lines of anyone on a channel, until \
           it is off. Staff are exempt; who hears the channel is told.",
    rank: Rank::Moderator,
    run: slowmode,
};

fn slow(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    let whom = player(name, SLOW.usage)?;
    let (seconds, rest) = word(rest);
    let seconds = number(seconds, "seconds", SLOW.usage)?;
    let (scope, lasts, rest) = scope_and_time(scene, rest)?;
    let reason = reason(rest, SLOW.usage)?;
    restrict(whom, Wanted::new(RestrictionKind::Slow, scope, lasts).measured(seconds), reason)
}

fn unslow(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, why) = word(rest);
    order(player(name, UNSLOW.usage)?, OrderedAct::Lift(SLOW_MODES), optional_reason(why)?)
}

fn slowmode(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    let scope: Scope = channel(scene, name, SLOWMODE.usage)?;
    let (seconds, why) = word(rest);
    let why = optional_reason(why)?;
    if seconds.eq_ignore_ascii_case("off") {
        return order(Whom::Everyone, OrderedAct::LiftOn(SLOW_MODES, scope), why);
    }
    let seconds = number(seconds, "seconds", SLOWMODE.usage)?;
    let why = if why.is_empty() { "it got too lively".to_owned() } else { why };
    let wanted = Wanted::new(RestrictionKind::Slow, scope, None).measured(seconds);
    restrict(Whom::Everyone, wanted, why)
}
