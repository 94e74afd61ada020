//! `echo <text>`: staff show a text to everyone in the room, signed for other staff.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal, ShownText};

pub(super) const ECHO: Command = Command {
    name: "echo",
    aliases: &[],
    usage: "echo <text>",
    help: "Show a text to everyone in the room, as something that happens there. It is on record \
           with your name.",
    rank: Rank::Builder,
    run: echo,
};

fn echo(_: &Scene, text: &str) -> Result<Vec<Effect>, Refusal> {
    if text.is_empty() {
        return Err(Refusal::new("Echo what?"));
    }
    Ok(vec![Effect::Show(ShownText::Echo, Some(text.to_owned()))])
}
