//! `ban`, `unban`, `bans`: staff keep accounts, names and addresses out.

use super::orders::{optional_reason, order, player, reason, restrict, time, wanted, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RestrictionKind, Scope, Wanted, Whom};

/// The most players that one ban spares.
const SPARED_MAX: usize = 50;

pub(super) const BAN: Command = Command {
    name: "ban",
    aliases: &[],
    usage: "ban <player> [duration] <reason>\nban <name-pattern> [duration] <reason>\n\
            ban <address[/bits]> [except <players>] [duration] <reason>",
    help: "Keep out a player with all their characters, everyone whose name is like *troll*, or \
           everyone from an address or a range of them; an hour if you do not say. Whoever is in \
           the world leaves it. Names and addresses never keep out those of your rank or above, nor \
           players after `except`, as in `except ada,bob`; a new ban has to name them again.",
    rank: Rank::Moderator,
    run: ban,
};

pub(super) const UNBAN: Command = Command {
    name: "unban",
    aliases: &[],
    usage: "unban <player, name-pattern or address[/bits]>\nunban <...> <why>",
    help: "Let in again whom a ban kept out; write what was banned as `bans` shows it.",
    rank: Rank::Moderator,
    run: unban,
};

pub(super) const BANS: Command = Command {
    name: "bans",
    aliases: &[],
    usage: "bans",
    help: "List the bans that count now.",
    rank: Rank::Moderator,
    run: bans,
};

fn ban(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (what, rest) = word(rest);
    let whom = whom(what, BAN.usage)?;
    let (except, rest) = except(&whom, rest)?;
    let (lasts, why) = time(rest)?;
    let reason = reason(why, BAN.usage)?;
    let ban = Wanted { except, ..Wanted::new(RestrictionKind::Ban, Scope::All, lasts) };
    restrict(whom, ban, reason)
}

/// The names behind `except`, if that comes next, with commas between them.
fn except<'t>(whom: &Whom, text: &'t str) -> Result<(Vec<String>, &'t str), Refusal> {
    let (first, rest) = word(text);
    if !first.eq_ignore_ascii_case("except") || matches!(whom, Whom::Player(_)) {
        return Ok((Vec::new(), text));
    }
    let (names, rest) = word(rest);
    let names: Vec<&str> = names.split(',').filter(|name| !name.is_empty()).collect();
    if names.is_empty() || names.len() > SPARED_MAX {
        let text = format!("After `except` come 1 to {SPARED_MAX} names, as in `except ada,bob`.");
        return Err(Refusal::new(text));
    }
    for name in &names {
        player(name, BAN.usage)?;
    }
    Ok((names.into_iter().map(str::to_owned).collect(), rest))
}

fn unban(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (what, why) = word(rest);
    let act = OrderedAct::Lift(&[RestrictionKind::Ban]);
    order(whom(what, UNBAN.usage)?, act, optional_reason(why)?)
}

fn bans(_: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let looked = Effect::Record { act: "bans", target: String::new(), detail: String::new() };
    Ok(vec![looked, Effect::ListRestrictions { bans: true, of: None }])
}

fn whom(what: &str, usage: &str) -> Result<Whom, Refusal> {
    if what.is_empty() {
        return Err(wanted(usage));
    }
    match Whom::typed(what).map_err(Refusal::new)? {
        Whom::Player(_) => player(what, usage),
        many => Ok(many),
    }
}
