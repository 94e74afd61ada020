//! `who`: everyone in the world.

use super::scene::{counted, heading};
use super::{Command, Effect, Scene};
use crate::vocab::{Prose, Rank, Refusal};
use crate::world::Player;

pub(super) const WHO: Command = Command {
    name: "who",
    aliases: &["wh"],
    usage: "who",
    help: "List everyone in the world.",
    rank: Rank::Guest,
    run: who,
};

fn who(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let mut players: Vec<&Player> = scene.world.players().collect();
    players.sort_by(|a, b| b.rank.cmp(&a.rank).then_with(|| a.name.cmp(&b.name)));
    let mut prose = heading("In the world");
    for player in &players {
        prose = prose.then(line(scene, player));
    }
    Effect::answer(prose.plain(format!("\n{}.", counted(players.len(), "player"))))
}

fn line(scene: &Scene, player: &Player) -> Prose {
    let mut notes = Vec::new();
    if player.rank.is_staff() || player.is_guest() {
        notes.push(player.rank.to_string());
    }
    if let Some(why) = scene.away(player) {
        notes.push(format!("away{why}"));
    }
    notes.extend(player.absence(scene.clock.now));
    let prose = Prose::new().plain("\n  ").then(scene.titled(player));
    if notes.is_empty() { prose } else { prose.plain(format!(" ({})", notes.join(", "))) }
}
