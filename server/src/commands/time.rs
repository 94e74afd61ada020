//! `time`: the hour in the world, and the server's own.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};

pub(super) const TIME: Command = Command {
    name: "time",
    aliases: &["date"],
    usage: "time",
    help: "Tell the hour in the world, and the time by the server's clock (UTC).",
    rank: Rank::Guest,
    run: time,
};

fn time(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let hour = scene.game_time().phrase();
    let real = scene.clock.at.format("%Y-%m-%d %H:%M:%S");
    Effect::answer(format!("It is {hour}.\nThe server's clock says {real} UTC."))
}
