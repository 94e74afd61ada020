//! `search`: look for ways out that do not show.

use super::scene::listed;
use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const SEARCH: Command = Command {
    name: "search",
    aliases: &[],
    usage: "search",
    help: "Look for ways out of here that do not show. Once found, they are taken like any other.",
    rank: Rank::Guest,
    run: search,
};

fn search(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let hidden = scene.room().exits.iter().filter(|exit| exit.hidden);
    let ways: Vec<&str> = hidden.map(|exit| exit.way.as_str()).collect();
    if ways.is_empty() {
        return Effect::answer("You search, and find no way out that you did not see before.");
    }
    Effect::answer(format!("You search, and find a way: {}.", listed(&ways, "and")))
}
