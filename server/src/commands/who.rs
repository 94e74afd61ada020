//! `who`: everyone in the world, or as many of them as anybody reads.

use super::scene::heading;
use super::{Command, Effect, Scene};
use crate::vocab::{List, Prose, Rank, Refusal};
use crate::world::Player;

pub(super) const WHO: Command = Command {
    name: "who",
    aliases: &["wh"],
    usage: "who",
    help: "List everyone in the world: staff, and up to 500 others.",
    rank: Rank::Guest,
    run: who,
};

/// The most that are listed besides staff.
const OTHERS_MAX: usize = 500;

fn who(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let mut players: Vec<&Player> =
        scene.world.players().filter(|player| player.rank.is_staff()).collect();
    players.sort_by(|a, b| a.name.cmp(&b.name));
    let others = scene.world.named_like("").filter(|player| !player.rank.is_staff());
    players.extend(others.take(OTHERS_MAX));
    players.sort_by_key(|player| std::cmp::Reverse(player.rank));
    let count = scene.world.population();
    let more = count - players.len();
    let more = (more > 0).then(|| Prose::text(format!("and {more} more")));
    let lines = players.iter().map(|player| line(scene, player)).chain(more);
    let prose = heading("In the world").list(List::of(lines));
    let players = if count == 1 { " player." } else { " players." };
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
