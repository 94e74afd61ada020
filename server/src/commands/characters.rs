//! `characters`: who else one's account plays.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const CHARACTERS: Command = Command {
    name: "characters",
    aliases: &["character"],
    usage: "characters\ncharacters new <name>",
    help: "List the characters of your account, or make another. To play one, log in by its name \
           with your account's password.",
    rank: Rank::Player,
    run: characters,
};

fn characters(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    match rest.split_once(' ') {
        None if rest.is_empty() || rest == "list" => Ok(vec![Effect::ListCharacters]),
        Some(("new", name)) => Ok(vec![Effect::MakeCharacter(name.trim().to_owned())]),
        _ => Err(Refusal::new(format!("Usage:\n{}", CHARACTERS.usage))),
    }
}
