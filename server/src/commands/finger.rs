//! `finger <player>`: what is known of somebody, in the world or not.

use super::scene::lasting;
use super::{Command, Effect, Scene};
use crate::vocab::{Prose, Rank, Refusal};

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
    let Some(player) = scene.world.named(whom) else {
        return Ok(vec![Effect::AskAbout(whom.to_owned())]);
    };
    let since = player.created.format("%Y-%m-%d");
    let here = lasting(scene.clock.now.saturating_sub(player.entered));
    let silent = lasting(scene.clock.now.saturating_sub(player.active));
    let mut prose = Prose::new()
        .name(player.name.as_str())
        .plain(format!(" ({}), here since {since}.\n", player.rank))
        .plain(format!("In the world for {here}, silent for {silent}."));
    if let Some(why) = scene.away(player) {
        prose = prose.plain(format!("\nAway{why}."));
    }
    Effect::answer(prose)
}
