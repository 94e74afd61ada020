//! `who`: everyone in the world.

use super::scene::heading;
use super::{Command, Effect, Scene};
use crate::vocab::{List, Prose, Rank, Refusal};
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
    let count = players.len();
    let lines = players.iter().map(|player| line(scene, player));
    let prose = heading("In the world").list(List::of(lines));
    let players = if players.len() == 1 { " player." } else { " players." };
    Effect::answer(prose.number(count).plain(players))
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
    let prose = scene.titled(player);
    if notes.is_empty() { prose } else { prose.plain(format!(" ({})", notes.join(", "))) }
}
