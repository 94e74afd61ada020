//! `points [player]`: who stands where on the ladder; `points <player> clear <reason>`.

use super::orders::{order, player, reason, wanted, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RemarkKind};

pub(super) const POINTS: Command = Command {
    name: "points",
    aliases: &[],
    usage: "points\npoints <player>\npoints <player> clear <reason>",
    help: "Show who has points on the ladder, for refused lines, warnings and upheld reports, and \
           what follows next; or take somebody's points away. That you looked is on record, too.",
    rank: Rank::Moderator,
    run: points,
};

fn points(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    let (what, why) = word(rest);
    if what.eq_ignore_ascii_case("clear") {
        let whom = player(name, POINTS.usage)?;
        let why = reason(why, POINTS.usage)?;
        return order(whom, OrderedAct::Remark(RemarkKind::Pardon), why);
    }
    if !what.is_empty() {
        return Err(wanted(POINTS.usage));
    }
    let of = Some(name.to_owned()).filter(|name| !name.is_empty());
    if of.is_some() {
        player(name, POINTS.usage)?;
    }
    let record = Effect::Record { act: "points", target: name.to_owned(), detail: String::new() };
    Ok(vec![record, Effect::ReadPoints(of)])
}
