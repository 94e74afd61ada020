//! `stat`: staff see how the server, a room or a player is.

use super::scene::{heading, lasting};
use super::{Command, Effect, Scene};
use crate::vocab::{List, Prose, Rank, Refusal};
use crate::world::Player;

pub(super) const STAT: Command = Command {
    name: "stat",
    aliases: &[],
    usage: "stat\nstat <player>\nstat here",
    help: "Alone, show how the server is: bus, store, journal, world. Or show what is known of a \
           player, or of the room you stand in.",
    rank: Rank::Helper,
    run: stat,
};

fn stat(scene: &Scene, about: &str) -> Result<Vec<Effect>, Refusal> {
    match about {
        "" => Effect::answer(server(scene)),
        "here" => Effect::answer(room(scene)),
        name => Effect::answer(player(scene, scene.find_player(name)?)),
    }
}

fn server(scene: &Scene) -> Prose {
    let atlas = scene.atlas();
    let world = format!(
        "world: {} rooms, {} NPCs, {} players, {} parties",
        atlas.rooms.len(),
        atlas.npcs.len(),
        scene.world.population(),
        scene.world.parties().count(),
    );
    let up = format!("up for {}", lasting(scene.clock.now));
    facts("The server", scene.status.lines.iter().cloned().chain([world, up]))
}

fn room(scene: &Scene) -> Prose {
    let room = scene.room();
    let exits = room.exits.iter().map(|exit| {
        let hidden = if exit.hidden { ", hidden" } else { "" };
        let one_way = if exit.one_way { ", one way" } else { "" };
        format!("{} to {}{hidden}{one_way}", exit.way.as_str(), exit.to)
    });
    facts(&room.name, std::iter::once(format!("id: {}", room.id)).chain(exits))
}

fn facts(title: &str, lines: impl Iterator<Item = String>) -> Prose {
    heading(title).list(List::of(lines.map(Prose::text)))
}

fn player(scene: &Scene, player: &Player) -> Prose {
    let account = player.account.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let silent = lasting(scene.clock.now.saturating_sub(player.active));
    let lines = [
        format!("id: {}", player.id),
        format!("account: {account}"),
        format!("rank: {}", player.rank),
        format!("room: {}", player.room),
        format!("session: {} by {:?}", player.session, player.via),
        format!("link: {:?}", player.link),
        format!("silent for {silent}"),
        format!("ignores {} players", player.state.ignores.len()),
    ];
    facts(&player.name, lines.into_iter())
}
