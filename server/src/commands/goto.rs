//! `goto <room or player>`: staff stand somewhere else.

use super::{Command, Effect, Scene};
use crate::vocab::{Rank, Refusal, RoomId};

pub(super) const GOTO: Command = Command {
    name: "goto",
    aliases: &[],
    usage: "goto <player>\ngoto <plane.zone.subzone.room>",
    help: "Stand beside a player, or in a room by its id or the end of its id.",
    rank: Rank::Builder,
    run: goto,
};

fn goto(scene: &Scene, to: &str) -> Result<Vec<Effect>, Refusal> {
    let room = place(scene, to)?;
    let record = Effect::Record { act: "goto", target: room.to_string(), detail: String::new() };
    Ok(vec![Effect::Place(scene.actor.id, room), record])
}

/// A room by its id, by the end of its id, or by a player in it.
pub(super) fn place(scene: &Scene, to: &str) -> Result<RoomId, Refusal> {
    if to.is_empty() {
        return Err(Refusal::new(
            "Where? A player, or a room's id such as earth.harbour.docks.pier.",
        ));
    }
    if let Some(player) = scene.world.named(to) {
        return Ok(player.room.clone());
    }
    let id = to.to_lowercase();
    if let Some(room) = id.parse().ok().and_then(|id| scene.atlas().room(&id)) {
        return Ok(room.id.clone());
    }
    let ending = format!(".{id}");
    let mut found: Vec<&RoomId> =
        scene.atlas().rooms.keys().filter(|room| room.as_str().ends_with(&ending)).collect();
    found.sort();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => match scene.find_player(to) {
            Ok(player) => Ok(player.room.clone()),
            Err(_) => {
                let to = super::scene::shortened(to);
                Err(Refusal::new(format!("There is no room and no player {to:?}.")))
            }
        },
        many => Err(super::scene::ambiguous(to, many.iter().map(|room| room.as_str()))),
    }
}
