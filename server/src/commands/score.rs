//! `score`: oneself.

use std::time::Duration;

use super::scene::{counted, lasting};
use super::{Command, Effect, Scene};
use crate::vocab::{Meter, Prose, Rank, Refusal};

pub(super) const SCORE: Command = Command {
    name: "score",
    aliases: &["sc"],
    usage: "score",
    help: "Tell who you are, for how long you have played and how much of the world you have seen.",
    rank: Rank::Guest,
    run: score,
};

fn score(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let actor = scene.actor;
    let here = scene.clock.now.saturating_sub(actor.entered);
    let played = lasting(Duration::from_secs(actor.state.seconds_played) + here);
    let seen = Meter {
        value: actor.state.rooms_seen.len() as u64,
        most: scene.atlas().rooms.len() as u64,
    };
    let carried = match actor.state.inventory.len() {
        0 => "nothing".to_owned(),
        count => counted(count, "thing"),
    };
    let room = &scene.room().name;
    let prose = Prose::text("You are ")
        .name(actor.name.as_str())
        .plain(format!(" ({}). Where you stand: {room}.\n", actor.rank))
        .plain(format!("You have played for {played}, and you carry {carried}.\nRooms seen: "))
        .meter(seen);
    Effect::answer(prose)
}
