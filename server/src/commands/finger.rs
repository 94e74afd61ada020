//! `finger <player>`: what is known of somebody, in the world or not.

use super::scene::lasting;
use super::{Command, Effect, Scene};
use crate::vocab::{Prose, Rank, Refusal};
use crate::world::Player;

pub(super) const FINGER: Command = Command {
    name: "finger",
    aliases: &["whois"],
    usage: "finger <player>",
    help: "Tell what is known of a player, also of one who is not here now.",
    rank: Rank::Guest,
    run: finger,
};

fn finger(scene: &Scene, whom: &str) -> Result<Vec<Effect>, Refusal> {
    if whom.is_empty() {
        return Err(Refusal::new("Whom do you want to know about?"));
    }
    if let Some(player) = scene.world.named(whom) {
        return Effect::answer(about(scene, player));
    }
    // Somebody who is away may have this very name; only then is it the beginning of another.
    let otherwise = match scene.find_player(whom) {
        Ok(player) => about(scene, player),
        Err(_) => Prose::text(format!("There is no player {whom}.")),
    };
    Ok(vec![Effect::AskAbout { name: whom.to_owned(), otherwise }])
}

fn about(scene: &Scene, player: &Player) -> Prose {
    let since = player.created.format("%Y-%m-%d");
    let here = lasting(scene.clock.now.saturating_sub(player.entered));
    let silent = lasting(scene.clock.now.saturating_sub(player.active));
    let mut prose = scene
        .titled(player)
        .plain(format!(" ({}), here since {since}.\n", player.rank))
        .plain(format!("In the world for {here}, silent for {silent}."));
    if let Some(why) = scene.away(player) {
        prose = prose.plain(format!("\nAway{why}."));
    }
    prose
}
