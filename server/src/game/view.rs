//! What a player sees of their room.

use std::sync::Arc;

use super::Outcome;
use super::step::Game;
use crate::commands::Clock;
use crate::vocab::{Audience, Fact, PlayerId, RoomId, RoomView, SeenExit};
use crate::world::Player;

impl Game {
    /// Shows a room to a player; in full, or without its description if they prefer it brief.
    pub(super) fn show_room(
        &mut self,
        player: PlayerId,
        room: &RoomId,
        in_full: bool,
        clock: Clock,
        out: &mut Outcome,
    ) {
        if let Some(view) = self.room_view(player, room, in_full, clock) {
            out.emit(Audience::player(player), Fact::SawRoom(Arc::new(view)));
        }
        self.world.mark_seen(player, room);
    }

    fn room_view(
        &self,
        player: PlayerId,
        id: &RoomId,
        in_full: bool,
        clock: Clock,
    ) -> Option<RoomView> {
        let atlas = &self.world.atlas;
        let room = atlas.room(id)?;
        let state = self.world.room(id)?;
        let viewer = self.world.player(player)?;
        let known = viewer.state.settings.brief && viewer.state.rooms_seen.contains(id);
        let is_night = clock.game_time(atlas.day_minutes).is_night();
        let exits = room.exits.iter().filter(|exit| !exit.hidden);
        let others = || {
            let others = state.players.iter().filter(|other| **other != player);
            others.filter_map(|other| self.world.player(*other))
        };
        let absence = |other: &Player| Some((other.name.clone(), other.absence(clock.now)?));
        Some(RoomView {
            id: id.clone(),
            name: room.name.clone(),
            zone: atlas.zone_of(id).map(|zone| zone.name.clone()).unwrap_or_default(),
            subzone: atlas.subzone_of(id).map(|subzone| subzone.name.clone()).unwrap_or_default(),
            text: (in_full || !known).then(|| room.text_at(is_night).clone()),
            exits: exits
                .map(|exit| SeenExit { way: exit.way.as_str().into(), to: exit.to.clone() })
                .collect(),
            players: others().map(|other| other.name.clone()).collect(),
            absent: others().filter_map(absence).collect(),
            npcs: atlas.npcs_in(id).map(|npc| npc.name.clone()).collect(),
            items: state
                .items
                .iter()
                .filter_map(|key| atlas.item(key).map(|item| item.name.clone()))
                .collect(),
        })
    }
}
