//! `timeout <player> <duration> <reason>`: staff silence somebody for a while that they see run out.

use super::orders::{player, reason, restrict, wanted, word};
use super::{Command, Effect, Scene, duration};
use crate::vocab::{Rank, Refusal, RestrictionKind, Scope, Wanted};

pub(super) const TIMEOUT: Command = Command {
    name: "timeout",
    aliases: &[],
    usage: "timeout <player> <duration> <reason>",
    help: "Keep a player from speaking on any channel for 90s, 10m, 2h, 7d, 1w or 1h30m. `unmute` \
           ends it early.",
    rank: Rank::Moderator,
    run: timeout,
};

fn timeout(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    let whom = player(name, TIMEOUT.usage)?;
    let (time, why) = word(rest);
    let lasts = duration::typed(time).ok_or_else(|| wanted(TIMEOUT.usage))??;
    let reason = reason(why, TIMEOUT.usage)?;
    restrict(whom, Wanted::new(RestrictionKind::Timeout, Scope::All, lasts), reason)
}
