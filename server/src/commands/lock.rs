//! `lock`, `unlock`: a channel is for staff alone. `agelimit`: for accounts that are old enough.

use super::orders::{channel, optional_reason, order, reason, restrict, time, wanted, word};
use super::{Command, Effect, Scene, duration};
use crate::vocab::{OrderedAct, Rank, Refusal, RestrictionKind, Wanted, Whom};

pub(super) const LOCK: Command = Command {
    name: "lock",
    aliases: &[],
    usage: "lock <channel> [duration] <reason>",
    help: "Let nobody but staff speak on a channel; an hour if you do not say. Who hears it is \
           told.",
    rank: Rank::Moderator,
    run: lock,
};

pub(super) const UNLOCK: Command = Command {
    name: "unlock",
    aliases: &[],
    usage: "unlock <channel>\nunlock <channel> <why>",
    help: "Let everyone speak on a locked channel again.",
    rank: Rank::Moderator,
    run: unlock,
};

pub(super) const AGELIMIT: Command = Command {
    name: "agelimit",
    aliases: &[],
    usage: "agelimit <channel> <age> [reason]\nagelimit <channel> off [why]",
    help: "Let only accounts speak on a channel that are as old as this, say 7d, at most 365d; \
           until it is off. Guests have no account. Staff are exempt; who hears it is told.",
    rank: Rank::Moderator,
    run: agelimit,
};

fn lock(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    let scope = channel(scene, name, LOCK.usage)?;
    let (lasts, why) = time(rest)?;
    let reason = reason(why, LOCK.usage)?;
    restrict(Whom::Everyone, Wanted::new(RestrictionKind::Lock, scope, lasts), reason)
}

fn unlock(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, why) = word(rest);
    let scope = channel(scene, name, UNLOCK.usage)?;
    let act = OrderedAct::LiftOn(&[RestrictionKind::Lock], scope);
    order(Whom::Everyone, act, optional_reason(why)?)
}

fn agelimit(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    let scope = channel(scene, name, AGELIMIT.usage)?;
    let (age, why) = word(rest);
    let why = optional_reason(why)?;
    if age.eq_ignore_ascii_case("off") {
        let act = OrderedAct::LiftOn(&[RestrictionKind::Age], scope);
        return order(Whom::Everyone, act, why);
    }
    let age = duration::typed(age).ok_or_else(|| wanted(AGELIMIT.usage))??;
    let age = age.ok_or_else(|| Refusal::new("No account gets as old as that; try `lock`."))?;
    let why = if why.is_empty() { "new accounts may not".to_owned() } else { why };
    let limit = Wanted::new(RestrictionKind::Age, scope, None).measured(age.as_secs());
    restrict(Whom::Everyone, limit, why)
}
