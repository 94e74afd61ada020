//! `record <player>`: all that was done to and by somebody; `myrecord`: what stands against oneself.

use super::orders::{player, wanted, word};
use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const RECORD: Command = Command {
    name: "record",
    aliases: &[],
    usage: "record <player>",
    help: "Show what was done to a player, here or not, and what they did to others as staff: \
           mutes, bans, warnings, notes, lines taken back or made to wait, cases. That you \
           looked is on record, too.",
    rank: Rank::Moderator,
    run: record,
};

pub(super) const MYRECORD: Command = Command {
    name: "myrecord",
    aliases: &[],
    usage: "myrecord",
    help: "Show what staff have on record against you: what, why, since when and until when. If \
           something of it counts that you think wrong: `appeal <text>`.",
    rank: Rank::Guest,
    run: myrecord,
};

fn record(_: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let (name, rest) = word(rest);
    if !rest.is_empty() {
        return Err(wanted(RECORD.usage));
    }
    player(name, RECORD.usage)?;
    let record = Effect::Record { act: "record", target: name.to_owned(), detail: String::new() };
    Ok(vec![record, Effect::ReadRecord(Some(name.to_owned()))])
}

fn myrecord(_: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    Ok(vec![Effect::ReadRecord(None)])
}
