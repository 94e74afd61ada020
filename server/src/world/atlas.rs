//! The world as its builders made it: planes, zones, subzones, rooms, NPCs and items, socials and help topics.
//!
//! It never changes while the server runs. Who and what is where at the moment is not its affair.

use std::collections::BTreeMap;
use std::fmt;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::direction::Direction;
use crate::vocab::{HeldItem, PlayerId, Prose, RoomId, Spot, Thing};

/// The immutable world. Every id that a part of it names is that of another part: the loader has seen to it.
#[derive(Debug, Clone)]
pub struct Atlas {
    /// Where new players arrive.
    pub start: RoomId,
    /// How long a day of the world lasts, in real minutes.
    pub day_minutes: u32,
    /// The planes by id.
    pub planes: BTreeMap<SmolStr, Plane>,
    /// The zones by `plane.zone`.
    pub zones: BTreeMap<SmolStr, Zone>,
    /// The subzones by `plane.zone.subzone`.
    pub subzones: BTreeMap<SmolStr, Subzone>,
    /// The rooms by their whole id.
    pub rooms: FxHashMap<RoomId, Room>,
    /// Where each room lies on the map of its zone.
    pub spots: FxHashMap<RoomId, Spot>,
    /// The NPCs; a room names those in it by their place in this list.
    pub npcs: Vec<Npc>,
    /// The items that lie about when the world is new.
    pub items: FxHashMap<ItemKey, Item>,
    /// The socials by verb.
    pub socials: BTreeMap<SmolStr, Social>,
    /// The help topics in the order of their file.
    pub topics: Vec<Topic>,
}

impl Atlas {
    /// The room of this id.
    #[must_use]
    pub fn room(&self, id: &RoomId) -> Option<&Room> {
        self.rooms.get(id)
    }

    /// The zone that a room lies in.
    #[must_use]
    pub fn zone_of(&self, room: &RoomId) -> Option<&Zone> {
        self.zones.get(room.zone())
    }

    /// The subzone that a room lies in.
    #[must_use]
    pub fn subzone_of(&self, room: &RoomId) -> Option<&Subzone> {
        self.subzones.get(room.subzone())
    }

    /// The NPCs that stand in a room.
    pub fn npcs_in(&self, room: &RoomId) -> impl Iterator<Item = &Npc> {
        let here = self.rooms.get(room).map_or(&[][..], |room| &room.npcs);
        here.iter().filter_map(|index| self.npcs.get(*index))
    }

    /// The item of this key.
    #[must_use]
    pub fn item(&self, key: &ItemKey) -> Option<&Item> {
        self.items.get(key)
    }

    /// The topic that answers to a word, or that has it for its name.
    #[must_use]
    pub fn topic(&self, word: &str) -> Option<&Topic> {
        let word = word.to_lowercase();
        let answers = |topic: &&Topic| {
            topic.name.to_lowercase() == word || topic.words.iter().any(|known| *known == word)
        };
        self.topics.iter().find(answers)
    }
}

/// A plane: a world of its own beside the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    /// Its id.
    pub id: SmolStr,
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
}

/// A zone: a town, a wood; as far as a shout carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its path, `plane.zone`.
    pub id: SmolStr,
    /// Its name.
    pub name: String,
    /// What it is, in a sentence or two.
    pub about: String,
}

/// A subzone: a quarter of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subzone {
    /// Its path, `plane.zone.subzone`.
    pub id: SmolStr,
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
}

/// A place to be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its whole id.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// What there is to see.
    pub text: Prose,
    /// What there is to see at night, where that differs.
    pub night: Option<Prose>,
    /// Whether neither daylight nor weather comes in.
    pub indoors: bool,
    /// What can be examined.
    pub details: Vec<Detail>,
    /// The ways out: directions clockwise from north, up, down, then the named ones as in the file.
    pub exits: Vec<Exit>,
    /// What lies here when the world is new.
    pub items: Vec<ItemKey>,
    /// Who stands here: places in [`Atlas::npcs`].
    pub npcs: Vec<usize>,
}

impl Room {
    /// What there is to see by day or at night.
    #[must_use]
    pub fn text_at(&self, is_night: bool) -> &Prose {
        self.night.as_ref().filter(|_| is_night).unwrap_or(&self.text)
    }

    /// The exit of this way.
    #[must_use]
    pub fn exit(&self, way: &Way) -> Option<&Exit> {
        self.exits.iter().find(|exit| exit.way == *way)
    }

    /// The exit in a direction.
    #[must_use]
    pub fn toward(&self, direction: Direction) -> Option<&Exit> {
        self.exits.iter().find(|exit| exit.way == Way::Toward(direction))
    }

    /// The detail that a word means.
    #[must_use]
    pub fn detail(&self, word: &str) -> Option<&Detail> {
        self.details.iter().find(|detail| detail.words.iter().any(|known| known == word))
    }
}

/// Something in a room that can be examined and not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The words for it.
    pub words: Vec<SmolStr>,
    /// What is seen then.
    pub text: Prose,
}

/// A way out of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// What to type.
    pub way: Way,
    /// Where it leads.
    pub to: RoomId,
    /// Whether it has to be found: it is in no list and on no map.
    pub hidden: bool,
    /// Whether no way back is meant to be.
    pub one_way: bool,
}

/// How an exit is taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// By going in a direction.
    Toward(Direction),
    /// By its own word: a hatch, a ladder.
    Named(SmolStr),
}

impl Way {
    /// The whole word to type.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Toward(direction) => direction.name(),
            Self::Named(word) => word,
        }
    }

    /// Reads an exit's key: a direction's whole word, or else a word of its own.
    #[must_use]
    pub fn read(word: &str) -> Self {
        Direction::named(word).map_or_else(|| Self::Named(word.into()), Self::Toward)
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Someone who belongs to the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Npc {
    /// Their path, `plane.zone.npc`.
    pub key: SmolStr,
    /// Who they are on the bus; the same at every start. See [`Npc::id_of`].
    pub id: PlayerId,
    /// Their name, or what they are, with its article.
    pub name: SmolStr,
    /// The words for them.
    pub words: Vec<SmolStr>,
    /// Where they stand.
    pub room: RoomId,
    /// What is seen of them.
    pub text: Prose,
    /// What they answer.
    pub replies: Vec<Reply>,
    /// What they say or do unasked by day.
    pub day: Unasked,
    /// What they say or do unasked at night.
    pub night: Unasked,
}

/// What an NPC says or does unasked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unasked {
    /// To one who arrives.
    pub greets: Option<Murmur>,
    /// To nobody in particular.
    pub murmurs: Vec<Murmur>,
}

impl Npc {
    /// They as clients list them.
    #[must_use]
    pub fn thing(&self) -> Thing {
        let word = word_for(&self.name, &self.words);
        Thing { key: self.key.clone(), name: self.name.clone(), word }
    }

    /// What they say or do unasked by day or at night.
    #[must_use]
    pub fn unasked_at(&self, is_night: bool) -> &Unasked {
        if is_night { &self.night } else { &self.day }
    }

    /// The id of the NPC of this key: a hash of it between 2^62 and 2^63, where no stored player's id ever lies.
    #[must_use]
    pub fn id_of(key: &str) -> PlayerId {
        PlayerId(fnv1a(key.as_bytes()) >> 2 | 1 << 62)
    }

    /// The first reply that one of these words calls for.
    #[must_use]
    pub fn reply_to<'a>(&self, words: impl IntoIterator<Item = &'a str> + Clone) -> Option<&Reply> {
        let called = |reply: &&Reply| {
            words.clone().into_iter().any(|word| reply.words.iter().any(|known| known == word))
        };
        self.replies.iter().find(called)
    }
}

/// The 64-bit hash of Fowler, Noll and Vo, variant 1a: the same on every machine and in every version of this program.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// What an NPC answers when it hears a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The words it listens for.
    pub words: Vec<SmolStr>,
    /// What it says.
    pub says: String,
}

/// What an NPC does unasked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Murmur {
    /// Says these words.
    Says(String),
    /// Does this: the text follows its name.
    Does(String),
}

/// Which item is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemKey {
    /// The zone that defines it, `plane.zone`.
    pub zone: SmolStr,
    /// Its id there.
    pub id: SmolStr,
}

impl ItemKey {
    /// The whole path, `plane.zone.item`.
    #[must_use]
    pub fn path(&self) -> SmolStr {
        format_smolstr!("{}.{}", self.zone, self.id)
    }
}

impl From<HeldItem> for ItemKey {
    fn from(held: HeldItem) -> Self {
        Self { zone: held.zone, id: held.id }
    }
}

impl From<ItemKey> for HeldItem {
    fn from(key: ItemKey) -> Self {
        Self { zone: key.zone, id: key.id }
    }
}

/// A thing that can be picked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which it is.
    pub key: ItemKey,
    /// Its name with its article, as in "You pick up a tin lantern."
    pub name: SmolStr,
    /// The words for it.
    pub words: Vec<SmolStr>,
    /// What is seen when it is examined.
    pub text: Prose,
}

impl Item {
    /// The item as clients list it.
    #[must_use]
    pub fn thing(&self) -> Thing {
        let word = word_for(&self.name, &self.words);
        Thing { key: self.key.path(), name: self.name.clone(), word }
    }
}

/// What of a name stands among the words for it; if nothing does, the first of these.
fn word_for(name: &str, words: &[SmolStr]) -> SmolStr {
    let is_word = |part: &&str| words.iter().any(|word| *word == part.to_lowercase());
    let own: Vec<&str> = name.split_whitespace().filter(is_word).collect();
    if own.is_empty() { words.first().cloned().unwrap_or_default() } else { own.join(" ").into() }
}

/// A gesture with its own verb. In the lines, `$n` is the actor and `$t` the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Social {
    /// What to type.
    pub verb: SmolStr,
    /// Without a target: what the actor reads, what the others read.
    pub alone: [String; 2],
    /// At a target: what the actor, the target and the others read.
    pub at: [String; 3],
}

/// A page of help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: SmolStr,
    /// Other words that find it.
    pub words: Vec<SmolStr>,
    /// What it says; `\n` separates lines.
    pub text: Prose,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_npc_keeps_its_id_out_of_the_players_range() {
        let id = Npc::id_of("earth.harbour.harbourmaster");
        assert_eq!(
            id.to_string(),
            "p_51d2552fcd2b6b71",
            "an NPC's id must not change between versions"
        );
        assert!((1 << 62..1 << 63).contains(&id.0));
    }

    #[test]
    fn a_way_is_a_direction_when_it_is_spelt_like_one() {
        assert_eq!(Way::read("northeast"), Way::Toward(Direction::Northeast));
        assert_eq!(Way::read("hatch").as_str(), "hatch");
        assert_eq!(Way::read("n"), Way::Named("n".into()));
    }
}
