//! `reply <words>` and `retell <words>`: whisper to the same player again.

use super::whisper::whisper_again;
use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const REPLY: Command = Command {
    name: "reply",
    aliases: &["r"],
    usage: "reply <words>",
    help: "Whisper to whoever whispered to you last.",
    rank: Rank::Guest,
    run: reply,
};

pub(super) const RETELL: Command = Command {
    name: "retell",
    aliases: &[],
    usage: "retell <words>",
    help: "Whisper to the one you whispered to last.",
    rank: Rank::Guest,
    run: retell,
};

fn reply(scene: &Scene, words: &str) -> Result<Vec<Effect>, Refusal> {
    let target = scene.actor.reply_to.as_ref();
    let target = target.ok_or_else(|| Refusal::new("Nobody has whispered to you yet."))?;
    whisper_again(scene, target, words)
}

fn retell(scene: &Scene, words: &str) -> Result<Vec<Effect>, Refusal> {
    let target = scene.actor.whispered_to.as_ref();
    let target = target.ok_or_else(|| Refusal::new("You have not whispered to anyone yet."))?;
    whisper_again(scene, target, words)
}
