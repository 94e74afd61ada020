//! What is going on: who is where, what lies about, who is with whom. Owned by the game loop alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::crowd::Crowds;
use super::{Atlas, Ground, ItemKey, Party, Player, RoomState};
use crate::vocab::{ChannelName, PartyId, PlayerId, RoomId, SessionId, TokenHash, skeleton};

/// The living world.
#[derive(Debug)]
pub struct World {
    /// What the builders wrote.
    pub atlas: Arc<Atlas>,
    /// Each in a place of its own: a table has many that are free, and grows in no time.
    players: FxHashMap<PlayerId, Box<Player>>,
    /// By the looks of their names.
    by_name: HashMap<String, PlayerId>,
    /// By their names in lower case, in order.
    by_spelling: BTreeMap<String, PlayerId>,
    by_session: FxHashMap<SessionId, PlayerId>,
    /// By the hash of the word by which they come back.
    by_token: HashMap<TokenHash, PlayerId>,
    /// Who is on which channel by their own choice.
    members: FxHashMap<ChannelName, BTreeSet<PlayerId>>,
    /// Who walks behind whom.
    followers: FxHashMap<PlayerId, BTreeSet<PlayerId>>,
    rooms: FxHashMap<RoomId, RoomState>,
    crowds: Crowds,
    parties: BTreeMap<PartyId, Party>,
    parties_made: u64,
    /// The parties that are not as they were when they were looked at last.
    changed_parties: BTreeSet<PartyId>,
}

impl World {
    /// The world with nobody in it and every item in its place.
    #[must_use]
    pub fn new(atlas: Arc<Atlas>) -> Self {
        let Ground { atlas, rooms, .. } = Ground::of(atlas);
        Self {
            atlas,
            players: FxHashMap::default(),
            by_name: HashMap::new(),
            by_spelling: BTreeMap::new(),
            by_session: FxHashMap::default(),
            by_token: HashMap::new(),
            members: FxHashMap::default(),
            followers: FxHashMap::default(),
            rooms,
            crowds: Crowds::default(),
            parties: BTreeMap::new(),
            parties_made: 0,
            changed_parties: BTreeSet::new(),
        }
    }

    /// Puts other ground under everyone's feet. Whoever stood in a room that is gone stands at the start; items are put
    /// back in their places unless somebody holds them. Returns those who stand elsewhere now, and the ground that was, which
    /// takes as long to be dropped as it took to be laid.
    pub fn replace_ground(&mut self, mut ground: Ground) -> (Vec<PlayerId>, Ground) {
        let inventories = self.players.values().flat_map(|player| &player.state.inventory);
        inventories.for_each(|item| ground.take_up(&item.clone().into()));
        std::mem::swap(&mut self.atlas, &mut ground.atlas);
        std::mem::swap(&mut self.rooms, &mut ground.rooms);
        let mut displaced = Vec::new();
        for (id, before) in ground.rooms.iter_mut().filter(|(_, room)| !room.players.is_empty()) {
            match self.rooms.get_mut(id) {
                Some(room) => {
                    room.players = std::mem::take(&mut before.players);
                    room.witnesses = before.witnesses.take();
                }
                None => displaced.append(&mut before.players),
            }
        }
        displaced.sort_unstable();
        let start = self.atlas.start.clone();
        displaced.iter().for_each(|id| self.move_to(*id, &start));
        (displaced, ground)
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

    /// Those whose names begin with this, whatever the case, in the order of their names; with nothing, everyone.
    pub fn named_like(&self, beginning: &str) -> impl Iterator<Item = &Player> {
        let wanted = beginning.to_lowercase();
        let from = self.by_spelling.range(wanted.clone()..);
        let like = from.take_while(move |(name, _)| name.starts_with(&wanted));
        like.filter_map(|(_, id)| self.player(*id))
    }

    /// Brings a player into the world, in their room.
    pub fn enter(&mut self, player: Player) {
        let (id, room) = (player.id, player.room.clone());
        self.by_name.insert(skeleton(&player.name), id);
        self.by_spelling.insert(player.name.to_lowercase(), id);
        self.by_session.insert(player.session, id);
        for channel in &player.state.joined {
            self.members.entry(channel.clone()).or_default().insert(id);
        }
        self.players.insert(id, Box::new(player));
        self.crowds.enter(id, &room);
        self.stand(id, &room);
    }

    /// Gives a player another word to come back by, or none; the one before is void.
    pub fn give_token(&mut self, id: PlayerId, token: Option<TokenHash>) {
        let Some(player) = self.players.get_mut(&id) else { return };
        if let Some(before) = std::mem::replace(&mut player.token, token) {
            self.by_token.remove(&before);
        }
        self.by_token.extend(token.map(|token| (token, id)));
    }

    /// The player whose word has this hash.
    #[must_use]
    pub fn bearer(&self, token: &TokenHash) -> Option<&Player> {
        self.by_token.get(token).and_then(|id| self.player(*id))
    }

    /// A player walks behind another from now on, or behind nobody.
    pub fn follow(&mut self, id: PlayerId, leader: Option<PlayerId>) {
        let Some(player) = self.players.get_mut(&id) else { return };
        if let Some(before) = std::mem::replace(&mut player.following, leader)
            && let Some(followers) = self.followers.get_mut(&before)
        {
            followers.remove(&id);
            if followers.is_empty() {
                self.followers.remove(&before);
            }
        }
        if let Some(leader) = leader {
            self.followers.entry(leader).or_default().insert(id);
        }
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
        self.give_token(id, None);
        self.follow(id, None);
        let player = self.players.remove(&id)?;
        self.by_name.remove(&skeleton(&player.name));
        self.by_spelling.remove(&player.name.to_lowercase());
        self.by_session.remove(&player.session);
        self.unstand(id, &player.room);
        self.crowds.leave(id, &player.room);
        player.state.joined.iter().for_each(|channel| self.forget_member(id, channel));
        for follower in self.followers.remove(&id).unwrap_or_default() {
            if let Some(player) = self.players.get_mut(&follower) {
                player.following = None;
            }
        }
        Some(*player)
    }

    /// Puts a player in another room.
    pub fn place(&mut self, id: PlayerId, to: &RoomId) {
        let Some(from) = self.players.get(&id).map(|player| player.room.clone()) else { return };
        self.unstand(id, &from);
        self.move_to(id, to);
    }

    /// Puts a player in a room who stands in no other by now.
    fn move_to(&mut self, id: PlayerId, to: &RoomId) {
        let Some(player) = self.players.get_mut(&id) else { return };
        let from = std::mem::replace(&mut player.room, to.clone());
        self.changed_parties.extend(player.party);
        self.crowds.pass(id, &from, to);
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
        self.crowds.within(path)
    }

    /// Rooms with somebody in them, and how many those are.
    pub fn crowded(&self) -> impl Iterator<Item = (&RoomId, usize)> {
        let people = self.rooms.iter().map(|(id, room)| (id, room.players.len()));
        people.filter(|(_, people)| *people > 0)
    }

    // Channels with members.

    /// Those who joined a channel.
    #[must_use]
    pub fn members(&self, channel: &ChannelName) -> Vec<PlayerId> {
        self.members.get(channel).into_iter().flatten().copied().collect()
    }

    /// A player is on a channel from now on.
    pub fn join_channel(&mut self, id: PlayerId, channel: ChannelName) {
        let Some(player) = self.players.get_mut(&id) else { return };
        player.state.left.remove(&channel);
        player.state.joined.insert(channel.clone());
        self.members.entry(channel).or_default().insert(id);
    }

    /// A player hears a channel no more.
    pub fn leave_channel(&mut self, id: PlayerId, channel: &ChannelName) {
        let Some(player) = self.players.get_mut(&id) else { return };
        player.state.joined.remove(channel);
        player.state.left.insert(channel.clone());
        self.forget_member(id, channel);
    }

    fn forget_member(&mut self, id: PlayerId, channel: &ChannelName) {
        let Some(members) = self.members.get_mut(channel) else { return };
        members.remove(&id);
        if members.is_empty() {
            self.members.remove(channel);
        }
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
        self.changed_parties.insert(id);
        if let Some(player) = self.players.get_mut(&leader) {
            player.party = Some(id);
        }
        id
    }

    /// Adds a player to a party and forgets their invitations.
    pub fn join_party(&mut self, id: PlayerId, party: PartyId) {
        let Some(joined) = self.parties.get_mut(&party) else { return };
        joined.members.push(id);
        self.changed_parties.insert(party);
        if let Some(player) = self.players.get_mut(&id) {
            player.party = Some(party);
            player.invitations.clear();
        }
    }

    /// Makes a member the leader.
    pub fn lead_party(&mut self, party: PartyId, leader: PlayerId) {
        if let Some(party) = self.parties.get_mut(&party) {
            party.leader = leader;
            self.changed_parties.insert(party.id);
        }
    }

    /// Takes a player out of their party. The longest-standing member leads after the leader; an empty party is gone.
    pub fn leave_party(&mut self, id: PlayerId) {
        let Some(party) = self.players.get_mut(&id).and_then(|player| player.party.take()) else {
            return;
        };
        let Some(left) = self.parties.get_mut(&party) else { return };
        left.members.retain(|member| *member != id);
        self.changed_parties.insert(party);
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

    /// An invitation to a party that is gone leads nowhere: no other gets its id.
    fn forget_party(&mut self, party: PartyId) {
        self.parties.remove(&party);
        self.changed_parties.insert(party);
    }

    /// Asks a player into a party. What they were asked into that is gone by now is forgotten.
    pub fn invite(&mut self, id: PlayerId, party: PartyId) {
        if let Some(player) = self.players.get_mut(&id) {
            player.invitations.retain(|party| self.parties.contains_key(party));
            player.invitations.insert(party);
        }
    }

    /// The parties that are not as they were when this was asked last: their members, where they are, who leads.
    pub fn take_changed_parties(&mut self) -> BTreeSet<PartyId> {
        std::mem::take(&mut self.changed_parties)
    }
}
