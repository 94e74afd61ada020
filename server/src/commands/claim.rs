//! `claim <case>`: a member of staff looks into a case; `claim <code>`: become the owner of a new server.

use super::modqueue::number;
use super::{Command, Effect, Scene};
use crate::vocab::{CaseAct, Rank, Refusal};

pub(super) const CLAIM: Command = Command {
    name: "claim",
    aliases: &[],
    usage: "claim <case>\nclaim <code>",
    help: "For moderators: look into a case of the `modqueue`, so that others leave it to you. On \
           a new server: become the owner, with the code that it prints at each start while it has \
           none; a code has letters and a dash, and works once.",
    rank: Rank::Player,
    run: claim,
};

fn claim(_: &Scene, typed: &str) -> Result<Vec<Effect>, Refusal> {
    if typed.is_empty() {
        return Err(Refusal::new(
            "Claim with which code, or which case? A new server prints the code when it starts.",
        ));
    }
    Ok(vec![match number(typed) {
        Some(case) => Effect::Case(CaseAct::Claim(case)),
        None => Effect::Claim(typed.to_owned()),
    }])
}
