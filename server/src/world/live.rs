//! What is going on: who is where, what lies about, who is with whom. Owned by the game loop alone.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Atlas, ItemKey, Party, Player};
use crate::vocab::{ChannelName, PartyId, PlayerId, RoomId, SessionId, skeleton};

/// What changes in a room.
#[derive(Debug, Default)]
pub struct RoomState {
    /// Who is here, in the order they came.
    pub players: Vec<PlayerId>,
    /// What lies here.
    pub items: Vec<ItemKey>,
    /// The players once more, shared by every line said here until somebody comes or goes.
    witnesses: Option<Arc<[PlayerId]>>,
}

/// The living world.
#[derive(Debug)]
pub struct World {
    /// What the builders wrote.
    pub atlas: Arc<Atlas>,
    /// Each in a place of its own: a table has many that are free.
    players: FxHashMap<PlayerId, Box<Player>>,
    /// By the looks of their names.
    by_name: HashMap<String, PlayerId>,
    by_session: FxHashMap<SessionId, PlayerId>,
    rooms: FxHashMap<RoomId, RoomState>,
    parties: BTreeMap<PartyId, Party>,
    parties_made: u64,
}

impl World {
    /// The world with nobody in it and every item in its place.
    #[must_use]
    pub fn new(atlas: Arc<Atlas>) -> Self {
        let mut world = Self {
            atlas,
            players: FxHashMap::default(),
            by_name: HashMap::new(),
            by_session: FxHashMap::default(),
            rooms: FxHashMap::default(),
            parties: BTreeMap::new(),
            parties_made: 0,
        };
        world.lay_out_rooms();
        world
    }

    fn lay_out_rooms(&mut self) {
        for (id, room) in &self.atlas.rooms {
            let state = RoomState { items: room.items.clone(), ..RoomState::default() };
            self.rooms.insert(id.clone(), state);
        }
    }

    /// What somebody holds does not lie in its place as well.
    fn take_up_held_items(&mut self) {
        let mut held: HashMap<ItemKey, usize> = HashMap::new();
        let inventories = self.players.values().flat_map(|player| &player.state.inventory);
        for item in inventories {
            *held.entry(item.clone().into()).or_default() += 1;
        }
        for room in self.rooms.values_mut() {
            room.items.retain(|item| match held.get_mut(item) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            });
        }
    }

    /// Puts another atlas under everyone's feet. Whoever stood in a room that is gone stands at the start; items are put
    /// back in their places unless somebody holds them. Returns those who stand elsewhere now.
    pub fn replace_atlas(&mut self, atlas: Arc<Atlas>) -> Vec<PlayerId> {
        let mut displaced = Vec::new();
        let places: Vec<(PlayerId, RoomId)> =
            self.players.values().map(|player| (player.id, player.room.clone())).collect();
        self.atlas = atlas;
        self.rooms.clear();
        self.lay_out_rooms();
        self.take_up_held_items();
        for (id, mut room) in places {
            if self.atlas.room(&room).is_none() {
                room = self.atlas.start.clone();
                displaced.push(id);
            }
            if let Some(player) = self.players.get_mut(&id) {
                player.room = room.clone();
            }
            self.stand(id, &room);
        }
        displaced
    }

    // Players.

    /// A player by id.
    #[must_use]
    pub fn player(&self, id: PlayerId) -> Option<&Player> {
        self.players.get(&id).map(Box::as_ref)
    }

    /// A player by id, to be changed. Rooms, sessions and parties are changed by the methods of this type.
    pub fn player_mut(&mut self, id: PlayerId) -> Option<&mut Player> {
        self.players.get_mut(&id).map(Box::as_mut)
    }

    /// The player a session plays.
    #[must_use]
    pub fn seated(&self, session: SessionId) -> Option<PlayerId> {
        self.by_session.get(&session).copied()
    }

    /// Everyone in the world, in no order.
    pub fn players(&self) -> impl Iterator<Item = &Player> {
        self.players.values().map(Box::as_ref)
    }

    /// How many are in the world.
    #[must_use]
    pub fn population(&self) -> usize {
        self.players.len()
    }

    /// The player of exactly this name, whatever the case, or of one that looks the same: there are never two of them.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Player> {
        self.by_name.get(&skeleton(name)).and_then(|id| self.player(*id))
    }

    /// Brings a player into the world, in their room.
    pub fn enter(&mut self, player: Player) {
        let (id, room) = (player.id, player.room.clone());
        self.by_name.insert(skeleton(&player.name), id);
        self.by_session.insert(player.session, id);
        self.players.insert(id, Box::new(player));
        self.stand(id, &room);
    }

    /// Gives a player to another session; returns the one that had it.
    pub fn reseat(&mut self, id: PlayerId, session: SessionId) -> Option<SessionId> {
        let player = self.players.get_mut(&id)?;
        let before = std::mem::replace(&mut player.session, session);
        self.by_session.remove(&before);
        self.by_session.insert(session, id);
        Some(before)
    }

    /// Takes a player out of the world and out of everything they were part of.
    pub fn leave(&mut self, id: PlayerId) -> Option<Player> {
        self.leave_party(id);
        let player = *self.players.remove(&id)?;
        self.by_name.remove(&skeleton(&player.name));
        self.by_session.remove(&player.session);
        self.unstand(id, &player.room);
        for other in self.players.values_mut().filter(|other| other.following == Some(id)) {
            other.following = None;
        }
        Some(player)
    }

    /// Puts a player in another room.
    pub fn place(&mut self, id: PlayerId, to: &RoomId) {
        let Some(player) = self.players.get_mut(&id) else { return };
        let from = std::mem::replace(&mut player.room, to.clone());
        self.unstand(id, &from);
        self.stand(id, to);
    }

    /// A player has seen a room.
    pub fn mark_seen(&mut self, id: PlayerId, room: &RoomId) {
        if let Some(player) = self.players.get_mut(&id) {
            player.state.see(room);
        }
    }

    fn stand(&mut self, id: PlayerId, room: &RoomId) {
        let state = self.rooms.entry(room.clone()).or_default();
        state.players.push(id);
        state.witnesses = None;
    }

    fn unstand(&mut self, id: PlayerId, room: &RoomId) {
        if let Some(state) = self.rooms.get_mut(room) {
            state.players.retain(|other| *other != id);
            state.witnesses = None;
        }
    }

    // Rooms.

    /// What changes in a room.
    #[must_use]
    pub fn room(&self, id: &RoomId) -> Option<&RoomState> {
        self.rooms.get(id)
    }

    /// What lies in a room, to be changed.
    pub fn items_mut(&mut self, id: &RoomId) -> &mut Vec<ItemKey> {
        &mut self.rooms.entry(id.clone()).or_default().items
    }

    /// Builds the shared list of a room's players if somebody came or went since.
    pub fn prepare_witnesses(&mut self, room: &RoomId) {
        if let Some(state) = self.rooms.get_mut(room)
            && state.witnesses.is_none()
        {
            state.witnesses = Some(state.players.as_slice().into());
        }
    }

    /// Those in a room, shared.
    #[must_use]
    pub fn in_room(&self, id: &RoomId) -> Arc<[PlayerId]> {
        let Some(state) = self.rooms.get(id) else { return Arc::from([]) };
        state.witnesses.clone().unwrap_or_else(|| state.players.as_slice().into())
    }

    /// Those in any room whose id starts with this path: a plane, a zone or a subzone.
    #[must_use]
    pub fn within(&self, path: &str) -> Arc<[PlayerId]> {
        let inside = |room: &RoomId| {
            room.as_str().strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
        };
        let mut there: Vec<PlayerId> =
            self.players.values().filter(|player| inside(&player.room)).map(|p| p.id).collect();
        there.sort_unstable();
        there.into()
    }

    // Channels with members.

    /// Those who joined a channel.
    #[must_use]
    pub fn members(&self, channel: &ChannelName) -> Vec<PlayerId> {
        let joined = self.players.values().filter(|p| p.state.joined.contains(channel));
        let mut members: Vec<PlayerId> = joined.map(|p| p.id).collect();
        members.sort_unstable();
        members
    }

    // Parties.

    /// A party by id.
    #[must_use]
    pub fn party(&self, id: PartyId) -> Option<&Party> {
        self.parties.get(&id)
    }

    /// All parties.
    pub fn parties(&self) -> impl Iterator<Item = &Party> {
        self.parties.values()
    }

    /// Makes a party of one.
    pub fn make_party(&mut self, leader: PlayerId) -> PartyId {
        self.parties_made += 1;
        let id = PartyId(self.parties_made);
        self.parties.insert(id, Party { id, leader, members: vec![leader] });
        if let Some(player) = self.players.get_mut(&leader) {
            player.party = Some(id);
        }
        id
    }

    /// Adds a player to a party and forgets their invitations.
    pub fn join_party(&mut self, id: PlayerId, party: PartyId) {
        let Some(joined) = self.parties.get_mut(&party) else { return };
        joined.members.push(id);
        if let Some(player) = self.players.get_mut(&id) {
            player.party = Some(party);
            player.invitations.clear();
        }
    }

    /// Makes a member the leader.
    pub fn lead_party(&mut self, party: PartyId, leader: PlayerId) {
        if let Some(party) = self.parties.get_mut(&party) {
            party.leader = leader;
        }
    }

    /// Takes a player out of their party. The longest-standing member leads after the leader; an empty party is gone.
    pub fn leave_party(&mut self, id: PlayerId) {
        let Some(party) = self.players.get_mut(&id).and_then(|player| player.party.take()) else {
            return;
        };
        let Some(left) = self.parties.get_mut(&party) else { return };
        left.members.retain(|member| *member != id);
        match left.members.first() {
            Some(next) if left.leader == id => left.leader = *next,
            Some(_) => {}
            None => self.forget_party(party),
        }
    }

    /// Ends a party; its members are in none then.
    pub fn disband(&mut self, party: PartyId) {
        let members = self.parties.get(&party).map(|p| p.members.clone()).unwrap_or_default();
        for member in members {
            if let Some(player) = self.players.get_mut(&member) {
                player.party = None;
            }
        }
        self.forget_party(party);
    }

    fn forget_party(&mut self, party: PartyId) {
        self.parties.remove(&party);
        for player in self.players.values_mut() {
            player.invitations.remove(&party);
        }
    }
}
