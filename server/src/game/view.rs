//! What a player sees of their room.

use std::sync::Arc;

use smol_str::SmolStr;

use super::Outcome;
use super::everyone::is_on;
use super::step::Game;
use crate::commands::Clock;
use crate::vocab::{
    Audience, ChannelName, Fact, Hearer, Place, PlayerId, Question, RoomId, RoomView, SeenExit,
    SessionId, Thing,
};
use crate::world::{Item, ItemKey, Npc, Player};

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
        let known = viewer.state.settings.brief && viewer.state.has_seen(id);
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
            npcs: atlas.npcs_in(id).map(Npc::thing).collect(),
            items: self.things(&state.items),
            indoors: room.indoors,
            spot: atlas.spots.get(id).copied().unwrap_or_default(),
        })
    }

    /// Tells clients that show it what a player carries now.
    pub(super) fn tell_inventory(&self, player: PlayerId, out: &mut Outcome) {
        let Some(held) = self.world.player(player).map(|player| &player.state.inventory) else {
            return;
        };
        let keys: Vec<ItemKey> = held.iter().cloned().map(ItemKey::from).collect();
        let things = self.things(&keys);
        out.emit(Audience::player(player), Fact::Holds(Place::Inventory, things));
    }

    /// Tells the clients of those in a room what lies there now.
    pub(super) fn tell_things(&self, room: &RoomId, out: &mut Outcome) {
        let (Some(state), here) = (self.world.room(room), self.world.in_room(room)) else { return };
        if !here.is_empty() {
            let things = self.things(&state.items);
            let place = Place::Room(room.clone());
            out.emit(Audience::Witnesses(here), Fact::Holds(place, things));
        }
    }

    fn things(&self, keys: &[ItemKey]) -> Vec<Thing> {
        let items = keys.iter().filter_map(|key| self.world.atlas.item(key));
        items.map(Item::thing).collect()
    }

    /// Answers what a client asks without its player; nothing to one that plays nobody.
    pub(super) fn answer_client(&self, session: SessionId, question: Question, out: &mut Outcome) {
        let asker = self.world.seated(session).and_then(|id| self.world.player(id));
        let Some(asker) = asker else { return };
        let answer = match question {
            Question::Hearers => Fact::Hear(self.hearers(asker)),
            Question::Others => Fact::Others(self.others(asker.id, &asker.room)),
            Question::Older { channel, before, count } => {
                let (lines, more) = self.older(asker.id, &channel, before, count);
                Fact::Recalled { channel, lines, more }
            }
        };
        out.emit(Audience::Session(session), answer);
    }

    /// Who else is in a room.
    fn others(&self, player: PlayerId, room: &RoomId) -> Vec<SmolStr> {
        let here = self.world.in_room(room);
        let others = here.iter().filter(|other| **other != player);
        others.filter_map(|other| Some(self.world.player(*other)?.name.clone())).collect()
    }

    /// Who hears which of the channels that somebody may hear.
    fn hearers(&self, asker: &Player) -> Vec<Hearer> {
        let channels = |player: &Player| -> Vec<ChannelName> {
            let shared = self.heard_rows(asker.rank.min(player.rank));
            shared.filter(|row| is_on(player, row)).map(|row| row.name.clone()).collect()
        };
        let players = self.world.named_like("").take(HEARERS_MAX);
        players
            .map(|player| Hearer { name: player.name.clone(), channels: channels(player) })
            .collect()
    }
}

/// The most people of whom a client is told at once which channels they hear.
const HEARERS_MAX: usize = 200;
