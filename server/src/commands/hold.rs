//! `hold`, `unhold`: what somebody says waits for staff. `held`, `approve`, `deny`: what waits, and what becomes of it.

use super::orders::{
    optional_reason, order, player, reason, restrict, scope_and_time, wanted, word,
};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RestrictionKind, Verdict, Wanted};

pub(super) const HOLD: Command = Command {
    name: "hold",
    aliases: &[],
    usage: "hold <player> <reason>\nhold <player> [channel|all] [duration] <reason>",
    help: "Nothing that a player says is heard before staff have approved of it, line by line: \
           `held`, `approve`, `deny`. An hour if you do not say.",
    rank: Rank::Moderator,
    run: hold,
};

pub(super) const UNHOLD: Command = Command {
    name: "unhold",
    aliases: &[],
    usage: "unhold <player>\nunhold <player> <why>",
    help: "Let a player speak without approval again. Lines that wait already go on waiting.",
    rank: Rank::Moderator,
    run: unhold,
};

pub(super) const HELD: Command = Command {
    name: "held",
    aliases: &[],
    usage: "held",
    help: "List the lines that wait for approval, oldest first.",
    rank: Rank::Moderator,
    run: held,
};

pub(super) const APPROVE: Command = Command {
    name: "approve",
    aliases: &[],
    usage: "approve <number>",
    help: "Let a line be said that waits: from where its speaker stood, to those who are there now.",
    rank: Rank::Moderator,
    run: approve,
};

pub(super) const DENY: Command = Command {
    name: "deny",
    aliases: &[],
    usage: "deny <number>\ndeny <number> <reason>",
    help: "See to it that a line that waits is not said. Its speaker is told, with the reason.",
    rank: Rank::Moderator,
    run: deny,
};

fn hold(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    let whom = player(name, HOLD.usage)?;
    let (scope, lasts, rest) = scope_and_time(scene, rest)?;
    let reason = reason(rest, HOLD.usage)?;
    restrict(whom, Wanted::new(RestrictionKind::Hold, scope, lasts), reason)
}

fn unhold(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, why) = word(rest);
    let act = OrderedAct::Lift(&[RestrictionKind::Hold]);
    order(player(name, UNHOLD.usage)?, act, optional_reason(why)?)
}

fn held(_: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::ListHeld])
}

fn approve(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (typed, rest) = word(rest);
    if !rest.is_empty() {
        return Err(wanted(APPROVE.usage));
    }
    settle(number(typed, APPROVE.usage)?, Verdict::Approved, String::new())
}

fn deny(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (typed, why) = word(rest);
    settle(number(typed, DENY.usage)?, Verdict::Denied, optional_reason(why)?)
}

fn settle(number: u64, verdict: Verdict, why: String) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::Settle { number, verdict, why }])
}

/// The number of a line, with or without its mark.
fn number(typed: &str, usage: &str) -> Result<u64, Refusal> {
    if typed.is_empty() {
        return Err(wanted(usage));
    }
    typed.strip_prefix('#').unwrap_or(typed).parse().map_err(|_| {
        let typed: String = typed.chars().take(40).collect();
        Refusal::new(format!("{typed:?} is no number of a line; `held` lists them."))
    })
}
