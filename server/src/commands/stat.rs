//! `stat`: staff see how the server, a room or a player is.

use super::scene::{heading, lasting};
use super::{Command, Effect, Scene};
use crate::vocab::{Prose, Rank, Refusal};
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
    let mut prose = heading("The server");
    for line in &scene.status.lines {
        prose = prose.plain(format!("\n  {line}"));
    }
    prose.plain(format!(
        "\n  world: {} rooms, {} NPCs, {} players, {} parties\n  up for {}",
        atlas.rooms.len(),
        atlas.npcs.len(),
        scene.world.population(),
        scene.world.parties().count(),
        lasting(scene.clock.now),
    ))
}

fn room(scene: &Scene) -> Prose {
    let room = scene.room();
    let mut prose = heading(&room.name).plain(format!("\n  id: {}", room.id));
    for exit in &room.exits {
        let hidden = if exit.hidden { ", hidden" } else { "" };
        let one_way = if exit.one_way { ", one way" } else { "" };
        prose = prose.plain(format!("\n  {} to {}{hidden}{one_way}", exit.way.as_str(), exit.to));
    }
    prose
}

fn player(scene: &Scene, player: &Player) -> Prose {
    let account = player.account.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let silent = lasting(scene.clock.now.saturating_sub(player.active));
    heading(&player.name).plain(format!(
        "\n  id: {}\n  account: {account}\n  rank: {}\n  room: {}\n  session: {} by {:?}\n  link: {:?}\n  \
         silent for {silent}\n  ignores {} players",
        player.id,
        player.rank,
        player.room,
        player.session,
        player.via,
        player.link,
        player.state.ignores.len(),
    ))
}
