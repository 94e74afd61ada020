//! `history <channel> [count]`: what was said on a channel that one could hear.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

/// The most lines that one command shows.
const COUNT_MAX: usize = 200;
const COUNT_USUAL: usize = 20;

pub(super) const HISTORY: Command = Command {
    name: "history",
    aliases: &["last"],
    usage: "history <channel>\nhistory <channel> <count>\nhistory <channel> <count> ids",
    help: "Read again what was said on a channel: what you heard yourself, and on channels for \
           everyone what anyone said. Up to 200 lines. A line that stands with #12 is named \
           say#12 until the server is started again; with `ids`, each stands with the name that \
           it has for ever.",
    rank: Rank::Guest,
    run: history,
};

fn history(scene: &Scene, rest: &str) -> Result<Vec<Effect>, Refusal> {
    let mut words = rest.split_whitespace();
    let name =
        words.next().ok_or_else(|| Refusal::new("Of which channel? (`history <channel>`)"))?;
    let row = scene.find_channel(name)?;
    if !row.history {
        return Err(Refusal::new(format!("What is said on {} is not kept.", row.name)));
    }
    let count = words.next().map_or(Ok(COUNT_USUAL), str::parse);
    let count = count
        .ok()
        .filter(|count| (1..=COUNT_MAX).contains(count))
        .ok_or_else(|| Refusal::new(format!("How many lines? A number from 1 to {COUNT_MAX}.")))?;
    let names = match words.next() {
        None => false,
        Some("ids") => true,
        Some(_) => return Err(Refusal::new(format!("Usage:\n{}", HISTORY.usage))),
    };
    Ok(vec![Effect::ReadHistory { channel: row.name.clone(), count, names }])
}
