//! `mask`: which words one would rather read as stars.

use super::{Command, Effect, Preference, Scene};
use crate::vocab::{MaskLevel, Rank, Refusal};

pub(super) const MASK: Command = Command {
    name: "mask",
    aliases: &[],
    usage: "mask\nmask off|mild|strict\nmask usual",
    help: "Choose which words you read as stars: none, the worst, or all that the server knows. It \
           is your own choice and changes nothing for anyone else; `usual` is the server's.",
    rank: Rank::Guest,
    run: mask,
};

fn mask(scene: &Scene, word: &str) -> Result<Vec<Effect>, Refusal> {
    let (level, told) = match word.to_lowercase().as_str() {
        "" => return Effect::answer(state(scene.actor.state.settings.mask, scene.mask_usual)),
        "usual" => (None, "You read what the server usually shows."),
        word => {
            let level: MaskLevel =
                word.parse().map_err(|_| Refusal::new("A mask is off, mild, strict or usual."))?;
            (Some(level), told(level))
        }
    };
    Ok(vec![Effect::Prefer(Preference::Mask(level)), Effect::reply(told)])
}

fn state(own: Option<MaskLevel>, usual: MaskLevel) -> String {
    let own = match own {
        Some(own) => own.as_str().to_owned(),
        None => format!("as the server usually has it, {}", usual.as_str()),
    };
    format!("Your mask is {own}. (`mask off`, `mask mild`, `mask strict`, `mask usual`)")
}

fn told(level: MaskLevel) -> &'static str {
    match level {
        MaskLevel::Off => "You read every word as it was said.",
        MaskLevel::Mild => "You read the worst words as stars.",
        MaskLevel::Strict => "You read all words that the server knows as bad as stars.",
    }
}
