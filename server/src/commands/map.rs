//! `map`: the surroundings, drawn; or told, for a screen reader.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal};
use crate::world::map::{self, Sheet};

/// Rooms to each side of the middle where the window's size is not known.
const RADIUS: (u16, u16) = (5, 4);
/// Columns and rows that one room takes.
const PITCH: (u16, u16) = (6, 2);

pub(super) const MAP: Command = Command {
    name: "map",
    aliases: &[],
    usage: "map",
    help: "Draw the rooms around you. A screen reader gets the same in words.",
    rank: Rank::Guest,
    run: draw,
};

fn draw(scene: &Scene, _: &str) -> Result<Vec<Effect>, Refusal> {
    let screen = scene.actor.screen;
    // What the player says of their screen counts more than what their client does; 0 is any width to both.
    let width = scene.actor.state.settings.width.unwrap_or(screen.width);
    let fit = |size: u16, pitch: u16, usual: u16| match size {
        0 => usual,
        size => (size / pitch / 2).saturating_sub(1).clamp(1, usual),
    };
    let sheet = Sheet {
        centre: &scene.actor.room,
        radius_columns: fit(width, PITCH.0, RADIUS.0),
        radius_rows: fit(screen.height, PITCH.1, RADIUS.1),
        utf8: true,
    };
    let seen = |room: &crate::vocab::RoomId| scene.actor.state.has_seen(room);
    let drawing = map::draw(scene.atlas(), sheet, seen);
    let reads = scene.actor.screen_reader();
    Effect::answer(if reads { drawing.words } else { drawing.art })
}
