//! `where`: who is in the same zone, and in which room.

use super::scene::heading;
use super::{Command, Effect, Scene};
use crate::vocab::{List, Prose, Rank, Refusal};
use crate::world::Player;

pub(super) const WHERE: Command = Command {
    name: "where",
    aliases: &[],
    usage: "where\nwhere <player>",
    help: "List who is in your zone, and where. Staff see everyone's place.",
    rank: Rank::Guest,
    run: whereabouts,
};

fn whereabouts(scene: &Scene, whom: &str) -> Result<Vec<Effect>, Refusal> {
    let near = |player: &&Player| {
        scene.actor.rank.is_staff() || player.room.zone() == scene.actor.room.zone()
    };
    if !whom.is_empty() {
        let player = scene.find_player(whom)?;
        if !near(&player) {
            return Err(Refusal::new(format!("{} is not in this zone.", player.name)));
        }
        return Effect::answer(line(scene, player));
    }
    let mut players: Vec<&Player> = scene.world.players().filter(near).collect();
    players.sort_by(|a, b| a.name.cmp(&b.name));
    let lines = players.into_iter().map(|player| line(scene, player));
    Effect::answer(heading("Who is near").list(List::of(lines)))
}

fn line(scene: &Scene, player: &Player) -> Prose {
    let room = scene.atlas().room(&player.room).map_or("nowhere", |room| room.name.as_str());
    let line = Prose::new().name(player.name.as_str()).plain(format!(": {room}"));
    if scene.actor.rank.is_staff() { line.plain(format!(" ({})", player.room)) } else { line }
}
