//! `quit`: leave the world. Its beginning is not enough: `q` also ends a long text, and may be typed once too often.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const QUIT: Command = Command {
    name: "quit",
    aliases: &["logout"],
    usage: "quit",
    help: "Leave the world. Your character is stored as it is. It has to be typed in full.",
    rank: Rank::Guest,
    run: quit,
};

fn quit(_: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::Quit])
}
