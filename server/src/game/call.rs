//! Calls of programs: what is asked is answered in the same turn; what is to be said goes the way of a player's own words.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::step::Game;
use super::wait::Wish;
use super::{Outcome, Request};
use crate::bus::{
    AllowanceRow, Call, ChannelRow, IgnoreList, Ignoring, PlayerRow, RoomRow, Spoken, Words,
};
use crate::channels::Channel;
use crate::commands::{Clock, Speech};
use crate::config::ScopeName;
use crate::vocab::{Audience, Event, Fact, PlayerId, Rank, RoomId};
use crate::world::{Atlas, Room};

/// The lowest rank that is shown rooms to which only hidden ways lead.
const SEES_HIDDEN: Rank = Rank::Helper;
/// The most players and the most rooms that one answer names.
const LISTED_MAX: usize = 10_000;

impl Game {
    /// Answers a call.
    pub(super) fn called(&mut self, call: Call, clock: Clock, out: &mut Outcome) {
        if call.is_abandoned() {
            return;
        }
        let reply = match call {
            Call::Channels(rank, reply) => reply.with(self.channel_rows(rank)),
            Call::Players(reply) => reply.with(self.present(clock)),
            Call::Room(rank, room, reply) => reply.with(self.place(rank, &room)),
            Call::Zone(rank, zone, reply) => reply.with(self.places_in(rank, &zone)),
            Call::Speak(speaking, reply) => reply.with(self.speak_for(speaking, clock, out)),
            Call::Announce(line, reply) => reply.with(self.line_of_service(line, clock, out)),
            Call::Allowance(characters, reply) => reply.with(self.allowance_of(&characters, clock)),
            Call::Listeners(characters, reply) => {
                let listeners = characters.into_iter().filter_map(|id| self.listener(id));
                reply.with(listeners.collect())
            }
            Call::Watch(staff, only, watching, reply) => {
                reply.with(self.watched_by(&staff, only.as_ref(), watching, clock, out))
            }
            Call::Ignores(characters, change, reply) => {
                reply.with(self.ignores_of(&characters, change, clock, out))
            }
            Call::Frozen(account, reply) => reply.with(self.frozen(account, clock)),
            Call::AskedByStaff(staff, question) => self.told_to_staff(&staff, question, clock, out),
            Call::Staff(staff, wish, reply) => {
                return self.wanted_by_staff(&staff, wish, reply, clock, out);
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

    fn place(&mut self, rank: Rank, id: &RoomId) -> Option<RoomRow> {
        if rank < SEES_HIDDEN && !self.open_ground().contains(id) {
            return None;
        }
        self.world.atlas.room(id).map(|room| self.place_of(room))
    }

    fn places_in(&mut self, rank: Rank, zone: &str) -> Vec<RoomRow> {
        let atlas = Arc::clone(&self.world.atlas);
        let mut rooms: Vec<&Room> =
            atlas.rooms.values().filter(|room| room.id.zone() == zone).collect();
        if rank < SEES_HIDDEN {
            let open = self.open_ground();
            rooms.retain(|room| open.contains(&room.id));
        }
        rooms.sort_by(|a, b| a.id.cmp(&b.id));
        rooms.truncate(LISTED_MAX);
        rooms.into_iter().map(|room| self.place_of(room)).collect()
    }

    /// The rooms that one comes to from the start without a hidden way; looked for once for each world that is loaded.
    fn open_ground(&mut self) -> &FxHashSet<RoomId> {
        let atlas = &self.world.atlas;
        let is_of = |ground: &OpenGround| Arc::ptr_eq(&ground.atlas, atlas);
        if !self.open_ground.as_ref().is_some_and(is_of) {
            let rooms = reached(atlas);
            self.open_ground = Some(OpenGround { atlas: Arc::clone(atlas), rooms });
        }
        self.open_ground.as_ref().map(|ground| &ground.rooms).expect("it was set just now")
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

    /// Whom the first of these characters who is in the world ignores, after a change.
    fn ignores_of(
        &mut self,
        characters: &[PlayerId],
        change: Ignoring,
        clock: Clock,
        out: &mut Outcome,
    ) -> Option<IgnoreList> {
        let actor = *characters.iter().find(|id| self.world.player(**id).is_some())?;
        let list = |game: &Self| {
            let player = game.world.player(actor);
            player.map(|player| player.state.ignores.clone()).unwrap_or_default()
        };
        let (before, told) = (list(self), out.events.len());
        let wish = match change {
            Ignoring::Nothing => return Some(Ok(before.into_iter().collect())),
            Ignoring::Ignore(name) => Wish::Ignore(name),
            Ignoring::Unignore(name) => Wish::Unignore(name),
        };
        self.grant(actor, wish, clock, out);
        let after = list(self);
        if before == after {
            return Some(Err(told_to(actor, &out.events[told..]).unwrap_or_default()));
        }
        Some(Ok(after.into_iter().collect()))
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

/// The rooms that one comes to without a hidden way.
#[derive(Debug)]
pub(super) struct OpenGround {
    atlas: Arc<Atlas>,
    rooms: FxHashSet<RoomId>,
}

fn reached(atlas: &Atlas) -> FxHashSet<RoomId> {
    let mut reached = FxHashSet::from_iter([atlas.start.clone()]);
    let mut next = vec![&atlas.start];
    while let Some(room) = next.pop().and_then(|id| atlas.room(id)) {
        for exit in room.exits.iter().filter(|exit| !exit.hidden) {
            if reached.insert(exit.to.clone()) {
                next.push(&exit.to);
            }
        }
    }
    reached
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
        tells_place: row.style.tells_place,
        has_target: row.scope.name == ScopeName::Player,
        is_private: row.is_private(),
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
    match (rule, told_to(actor, events)) {
        (None, None) => Spoken::Waits,
        (rule, told) => Spoken::Refused { rule, why: told.unwrap_or_default() },
    }
}

/// The first sentence that somebody alone was told.
fn told_to(actor: PlayerId, events: &[Arc<Event>]) -> Option<String> {
    events.iter().find_map(|event| match (&event.to, &event.fact) {
        (Audience::Witnesses(to), Fact::Told(prose)) if **to == [actor] => Some(prose.to_text()),
        _ => None,
    })
}
