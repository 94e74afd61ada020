//! `claim <code>`: become the owner of a new server.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const CLAIM: Command = Command {
    name: "claim",
    aliases: &[],
    usage: "claim <code>",
    help: "Become the owner, with the code that a new server prints when it first starts. It works \
           once.",
    rank: Rank::Player,
    run: claim,
};

fn claim(_: &Scene, code: &str) -> Result<Vec<Effect>, Refusal> {
    if code.is_empty() {
        return Err(Refusal::new("Claim with which code? The server printed it when it started."));
    }
    Ok(vec![Effect::Claim(code.to_owned())])
}
