//! `at <room or player> <command>`: staff do something as if they stood elsewhere.

use super::goto::place;
use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const AT: Command = Command {
    name: "at",
    aliases: &[],
    usage: "at <room or player> <command>",
    help: "Do something as if you stood in another room.",
    rank: Rank::Builder,
    run: at,
};

fn at(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let usage = || Refusal::new("Do what, and where? (`at <room or player> <command>`)");
    let (to, line) = rest.split_once(' ').ok_or_else(usage)?;
    let room = place(scene, to)?;
    let verb = super::split(line).verb.into_owned();
    if verb == AT.name {
        return Err(Refusal::new("One place at a time."));
    }
    let record = Effect::Record { act: "at", target: room.to_string(), detail: verb };
    Ok(vec![record, Effect::At(room, line.to_owned())])
}
