//! `mute`, `unmute`, `mutes`: staff keep somebody from speaking on a channel or on all.

use super::orders::{optional_reason, order, player, reason, restrict, scope_and_time, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RestrictionKind, Wanted};

/// What `unmute` takes back and `mutes` lists.
const SILENCES: &[RestrictionKind] = &[RestrictionKind::Mute, RestrictionKind::Timeout];

pub(super) const MUTE: Command = Command {
    name: "mute",
    aliases: &[],
    usage: "mute <player> <reason>\nmute <player> [channel|all] [duration] <reason>",
    help: "For moderators: keep a player from speaking on a channel, on several (say,global) or \
           on all, for 90s, 10m, 2h, 7d, 1w, 1h30m or perm; an hour if you do not say. It counts \
           for all their characters, here or not. Anyone else has `ignore`.",
    rank: Rank::Guest,
    run: mute,
};

pub(super) const UNMUTE: Command = Command {
    name: "unmute",
    aliases: &[],
    usage: "unmute <player>\nunmute <player> <why>",
    help: "Lift every mute and timeout that stands against a player.",
    rank: Rank::Moderator,
    run: unmute,
};

pub(super) const MUTES: Command = Command {
    name: "mutes",
    aliases: &[],
    usage: "mutes\nmutes <player>",
    help: "List what counts now of all that is not a ban: mutes, timeouts, freezes, shadows, \
           holds, slow modes, locks, age limits, defcon.",
    rank: Rank::Moderator,
    run: mutes,
};

fn mute(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    if scene.actor.rank < Rank::Moderator {
        let whom = if name.is_empty() { "<player>" } else { name };
        let whom: String = whom.chars().take(40).collect();
        return Err(Refusal::new(format!(
            "Only moderators can mute somebody for everyone. `ignore {whom}` sees to it that you \
             do not hear them."
        )));
    }
    let whom = player(name, MUTE.usage)?;
    let (scope, lasts, rest) = scope_and_time(scene, rest)?;
    let reason = reason(rest, MUTE.usage)?;
    restrict(whom, Wanted::new(RestrictionKind::Mute, scope, lasts), reason)
}

fn unmute(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, why) = word(rest);
    order(player(name, UNMUTE.usage)?, OrderedAct::Lift(SILENCES), optional_reason(why)?)
}

fn mutes(_: &Scene, name: &str) -> Result<Vec<Effect>, Refusal> {
    if !name.is_empty() {
        player(name, MUTES.usage)?;
    }
    let of = Some(name.to_owned()).filter(|name| !name.is_empty());
    let looked = Effect::Record { act: "mutes", target: name.to_owned(), detail: String::new() };
    Ok(vec![looked, Effect::ListRestrictions { bans: false, of }])
}
