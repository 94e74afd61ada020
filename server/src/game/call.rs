//! Calls of programs: what is asked is answered in the same turn; what is to be said goes the way of a player's own words.

use std::sync::Arc;

use smol_str::SmolStr;

use super::step::Game;
use super::wait::Wish;
use super::{Outcome, Request};
use crate::bus::{AllowanceRow, Call, ChannelRow, PlayerRow, RoomRow, Spoken, Words};
use crate::channels::Channel;
use crate::commands::{Clock, Speech};
use crate::config::ScopeName;
use crate::vocab::{Audience, Event, Fact, PlayerId, Rank, RoomId};
use crate::world::Room;

/// The most players and the most rooms that one answer names.
const LISTED_MAX: usize = 10_000;

impl Game {
    /// Answers a call.
    pub(super) fn called(&mut self, call: Call, clock: Clock, out: &mut Outcome) {
        let reply = match call {
            Call::Channels(rank, reply) => reply.with(self.channel_rows(rank)),
            Call::Players(reply) => reply.with(self.present(clock)),
            Call::Room(room, reply) => reply.with(self.place(&room)),
            Call::Zone(zone, reply) => reply.with(self.places_in(&zone)),
            Call::Speak(speaking, reply) => reply.with(self.speak_for(speaking, clock, out)),
            Call::Allowance(characters, reply) => reply.with(self.allowance_of(&characters, clock)),
            Call::Restrictions(staff, reply) => reply.with(self.standing(&staff, clock, out)),
            Call::Order(staff, order, reply) => {
                return self.order_for(&staff, *order, reply, clock, out);
            }
        };
        out.ask(Request::Reply(reply));
    }

    fn channel_rows(&self, rank: Rank) -> Vec<ChannelRow> {
        self.heard_rows(rank).map(row).collect()
    }

    fn present(&self, clock: Clock) -> Vec<PlayerRow> {
        let players = self.world.named_like("").take(LISTED_MAX);
        let present = players.map(|player| PlayerRow {
            id: player.id,
            name: player.name.clone(),
            rank: player.rank,
            room: player.room.clone(),
            absence: player.absence(clock.now),
        });
        present.collect()
    }

    fn place(&self, id: &RoomId) -> Option<RoomRow> {
        self.world.atlas.room(id).map(|room| self.place_of(room))
    }

    fn places_in(&self, zone: &str) -> Vec<RoomRow> {
        let rooms = self.world.atlas.rooms.values().filter(|room| room.id.zone() == zone);
        let mut places: Vec<RoomRow> =
            rooms.take(LISTED_MAX).map(|room| self.place_of(room)).collect();
        places.sort_by(|a, b| a.id.cmp(&b.id));
        places
    }

    fn place_of(&self, room: &Room) -> RoomRow {
        let exits = room.exits.iter().filter(|exit| !exit.hidden);
        let here = self.world.in_room(&room.id);
        let players = here.iter().filter_map(|id| self.world.player(*id));
        let mut names: Vec<SmolStr> = players.map(|player| player.name.clone()).collect();
        names.sort();
        RoomRow {
            id: room.id.clone(),
            name: room.name.clone(),
            about: room.text.to_text(),
            indoors: room.indoors,
            exits: exits.map(|exit| (exit.way.as_str().into(), exit.to.clone())).collect(),
            spot: self.world.atlas.spots.get(&room.id).copied().unwrap_or_default(),
            players: names,
        }
    }

    /// How much the first of these characters who is in the world may say.
    fn allowance_of(&self, characters: &[PlayerId], clock: Clock) -> Option<Vec<AllowanceRow>> {
        let may = characters.iter().find_map(|id| self.allowances(*id, clock))?;
        let rows = may.channels.into_iter().map(|it| AllowanceRow {
            remaining: it.remaining(),
            channel: it.channel,
            per_minute: it.per_minute,
            said: it.said,
            wait: it.wait,
            closed_by: it.closed_by,
        });
        Some(rows.collect())
    }

    /// Has somebody speak who is in the world, and tells what became of it from what it brought about.
    fn speak_for(&mut self, speaking: Words, clock: Clock, out: &mut Outcome) -> Spoken {
        let Words { characters, channel, target, content } = speaking;
        let is_here = |id: &PlayerId| self.world.player(*id).is_some();
        let Some(actor) = characters.into_iter().find(is_here) else { return Spoken::NotHere };
        let (events, requests) = (out.events.len(), out.requests.len());
        self.wish_of(actor, Wish::Say(Speech { channel, target, content }), clock, out);
        let brought = (&out.events[events..], &out.requests[requests..]);
        outcome(actor, brought.0, brought.1)
    }
}

fn row(row: &Channel) -> ChannelRow {
    ChannelRow {
        name: row.name.clone(),
        about: row.about.clone(),
        heard_by: row.scope.heard_by,
        speak: row.speak,
        hear: row.style.hear,
        chars: row.chars,
        per_minute: row.per_minute,
        history: row.history,
        has_target: row.scope.name == ScopeName::Player,
    }
}

/// What became of words, by what came of them.
fn outcome(actor: PlayerId, events: &[Arc<Event>], requests: &[Request]) -> Spoken {
    let said = events.iter().find_map(|event| match &event.fact {
        Fact::Spoke(message) if message.sender.id == actor => Some(Arc::clone(message)),
        _ => None,
    });
    if let Some(message) = said {
        return Spoken::Said(message);
    }
    if requests.iter().any(|request| matches!(request, Request::Hold { .. })) {
        return Spoken::Held;
    }
    let rule = requests.iter().find_map(|request| match request {
        Request::Blocked(line) => Some(line.rule),
        _ => None,
    });
    let told = events.iter().find_map(|event| match (&event.to, &event.fact) {
        (Audience::Witnesses(to), Fact::Told(prose)) if **to == [actor] => Some(prose.to_text()),
        _ => None,
    });
    match (rule, told) {
        (None, None) => Spoken::Waits,
        (rule, told) => Spoken::Refused { rule, why: told.unwrap_or_default() },
    }
}
