//! `go <exit>` and the exits themselves as verbs: walking.

use super::parse::meant;
use super::scene::ambiguous;
use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};
use crate::world::{Direction, Exit, Way};

pub(super) const GO: Command = Command {
    name: "go",
    aliases: &["walk"],
    usage: "go <direction or exit>\nnorth, south, east, west, northeast, northwest, southeast, southwest, up, down",
    help: "Walk out by an exit. The exit alone will do, and so will its beginning: `n`, `sou`, `ladder`.",
    rank: Rank::Guest,
    run: go,
};

fn go(scene: &Scene, to: &str) -> Result<Vec<Effect>, Refusal> {
    let to = to.to_lowercase();
    if to.is_empty() {
        return Err(Refusal::new("Go where? `exits` lists the ways."));
    }
    if let Some(direction) = Direction::typed(&to) {
        return walk(scene, &Way::Toward(direction));
    }
    let ways: Vec<&Exit> = scene
        .room()
        .exits
        .iter()
        .filter(|exit| {
            exit.way.as_str() == to || (!exit.hidden && exit.way.as_str().starts_with(&to))
        })
        .collect();
    let names: Vec<&str> = ways.iter().map(|exit| exit.way.as_str()).collect();
    match meant(&names) {
        Some(at) => walk(scene, &ways[at].way),
        None if ways.is_empty() => Err(no_way()),
        None => Err(ambiguous(&to, names.into_iter())),
    }
}

/// Walks out by this way.
pub(super) fn walk(scene: &Scene, way: &Way) -> Result<Vec<Effect>, Refusal> {
    let exit = scene.room().exits.iter().find(|exit| exit.way == *way);
    let exit = exit.ok_or_else(|| match way {
        Way::Toward(direction) => no_way().of_step(direction.name()),
        Way::Named(_) => no_way(),
    })?;
    Ok(vec![Effect::Walk(exit.way.clone(), exit.to.clone())])
}

/// Mapping clients recognise a failed step by the beginning of this sentence.
fn no_way() -> Refusal {
    Refusal::new("Alas, you cannot go that way...")
}
