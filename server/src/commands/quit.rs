//! `quit`: leave the world.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const QUIT: Command = Command {
    name: "quit",
    aliases: &["logout"],
    usage: "quit",
    help: "Leave the world. Your character is stored as it is.",
    rank: Rank::Guest,
    run: quit,
};

fn quit(_: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::Quit])
}
