//! `exits`: the ways out of here, and where they lead.

use super::scene::heading;
use super::{Command, Effect, Scene};
use crate::vocab::{Link, List, Prose, Rank, Refusal, Role};

pub(super) const EXITS: Command = Command {
    name: "exits",
    aliases: &[],
    usage: "exits",
    help: "List the ways out of here that show, and where they lead.",
    rank: Rank::Guest,
    run: exits,
};

fn exits(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let ways = scene.room().exits.iter().filter(|exit| !exit.hidden).map(|exit| {
        let name = scene.atlas().room(&exit.to).map_or("somewhere", |room| room.name.as_str());
        let way = exit.way.as_str();
        Prose::new().link(Role::Exit, way, Link::send(way)).plain(format!(": {name}"))
    });
    Effect::answer(heading("Ways out of here").list(List::of(ways)))
}
