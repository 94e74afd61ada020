//! What the files declare, gathered until all are read and it can be seen whether it fits together.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::plan;
use super::problem::Place;
use super::reader::Reader;
use super::yaml::Node;
use crate::vocab::RoomId;
use crate::world::atlas::{
    Atlas, Item, ItemKey, Npc, Plane, Room, Social, Subzone, Topic, Way, Zone,
};

/// The world so far, and where each part of it was declared.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) start: Option<(RoomId, Place)>,
    pub(super) day_minutes: u32,
    pub(super) planes: BTreeMap<SmolStr, Plane>,
    pub(super) zones: BTreeMap<SmolStr, Zone>,
    pub(super) subzones: BTreeMap<SmolStr, Subzone>,
    pub(super) rooms: FxHashMap<RoomId, Room>,
    pub(super) npcs: Vec<Npc>,
    pub(super) items: FxHashMap<ItemKey, Item>,
    pub(super) socials: BTreeMap<SmolStr, Social>,
    pub(super) topics: Vec<Topic>,
    /// The rooms in the order of the files, each with its place.
    pub(super) room_order: Vec<(RoomId, Place)>,
    /// The exits in the order of the files.
    pub(super) links: Vec<Link>,
    /// Where each NPC's room is named, in the order of `npcs`.
    pub(super) posts: Vec<Place>,
    /// Where each path was declared first.
    pub(super) claims: Claims,
    /// Zones of which nobody knows what they hold: their file cannot be read. Nothing is said about ways there.
    pub(super) unread: BTreeSet<SmolStr>,
    /// Rooms in which something was wrong: what their exits were meant to be nobody knows.
    pub(super) unsure: FxHashSet<RoomId>,
    /// Whether the list of planes could not be read.
    pub(super) planes_unread: bool,
}

/// An exit, and where it is written.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) from: RoomId,
    pub(super) way: Way,
    pub(super) to: RoomId,
    pub(super) one_way: bool,
    /// The target as it is written.
    pub(super) written: SmolStr,
    pub(super) place: Place,
}

/// Which names are taken, by kind: rooms, items and NPCs may share a name.
#[derive(Debug, Default)]
pub(super) struct Claims(FxHashMap<(&'static str, SmolStr), Place>);

impl Claims {
    /// Takes a name; if it is taken already, says so and returns false.
    pub(super) fn take(
        &mut self,
        reader: &mut Reader<'_>,
        kind: &'static str,
        path: &str,
        node: &Node,
    ) -> bool {
        let place = reader.place(node);
        let first = match self.0.entry((kind, path.into())) {
            Entry::Vacant(free) => {
                free.insert(place);
                return true;
            }
            Entry::Occupied(taken) => *taken.get(),
        };
        let name = path.rsplit('.').next().unwrap_or(path);
        let told = reader.told(first);
        reader.error(node, format!("{kind} \"{name}\" is declared twice, first in {told}"));
        false
    }
}

impl Survey {
    /// The finished world, once nothing is wrong with it; none without a start.
    pub(super) fn into_atlas(mut self) -> Option<Atlas> {
        for (index, npc) in self.npcs.iter().enumerate() {
            self.rooms.get_mut(&npc.room)?.npcs.push(index);
        }
        let (start, _) = self.start?;
        let order = self.room_order.iter().map(|(room, _)| room);
        let spots = plan::lay_out(&self.rooms, order);
        Some(Atlas {
            start,
            day_minutes: self.day_minutes,
            planes: self.planes,
            zones: self.zones,
            subzones: self.subzones,
            rooms: self.rooms,
            spots,
            npcs: self.npcs,
            items: self.items,
            socials: self.socials,
            topics: self.topics,
        })
    }
}
