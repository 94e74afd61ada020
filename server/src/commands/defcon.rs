//! `defcon`: staff close the server step by step while it is under attack.

use super::orders::{number, optional_reason, order, reason, restrict, time, word};
use super::{Command, Effect, Scene};
use crate::vocab::{OrderedAct, Rank, Refusal, RestrictionKind, Scope, Wanted, Whom};

/// The level at which all is as usual.
const PEACE: u64 = 5;

pub(super) const DEFCON: Command = Command {
    name: "defcon",
    aliases: &[],
    usage: "defcon\ndefcon <4|3|2|1> [duration] <reason>\ndefcon 5 [why]",
    help: "Show or set how much is closed to those without a rank. 5: nothing. 4: guests do not \
           come in and are not heard. 3: and nobody makes a new account. 2: and ten seconds pass \
           between two lines on a channel. 1: and each line waits for approval. It ends by \
           itself, after an hour if you do not say. Everyone is told.",
    rank: Rank::Moderator,
    run: defcon,
};

fn defcon(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (level, rest) = word(rest);
    if level.is_empty() {
        return Ok(vec![Effect::ShowDefcon]);
    }
    let level = number(level, "level", DEFCON.usage)?;
    if level == PEACE {
        let act = OrderedAct::LiftOn(&[RestrictionKind::Defcon], Scope::All);
        return order(Whom::Everyone, act, optional_reason(rest)?);
    }
    let (lasts, why) = time(rest)?;
    let reason = reason(why, DEFCON.usage)?;
    let wanted = Wanted::new(RestrictionKind::Defcon, Scope::All, lasts).measured(level);
    restrict(Whom::Everyone, wanted, reason)
}
