//! `reload`: read world and configuration again, without dropping anyone.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const RELOAD: Command = Command {
    name: "reload",
    aliases: &[],
    usage: "reload",
    help: "Read the world and the configuration again. If anything in them is wrong, nothing \
           changes and you are told what.",
    rank: Rank::Admin,
    run: reload,
};

fn reload(_: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let record = Effect::Record { act: "reload", target: String::new(), detail: String::new() };
    Ok(vec![record, Effect::Reload, Effect::reply("Reading the world and the configuration...")])
}
