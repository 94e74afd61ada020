//! Things and people as clients list them beside the text.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{ChannelName, PlayerId, RoomId};

/// Something that is in a room or in somebody's hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// Which it is: its path in the world's files.
    pub key: SmolStr,
    /// Its name with its article.
    pub name: SmolStr,
    /// What to type for it.
    pub word: SmolStr,
}

/// Where things are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// With the player who is told.
    Inventory,
    /// In a room.
    Room(RoomId),
}

/// Somebody in the world, and which channels they hear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearer {
    /// Their name.
    pub name: SmolStr,
    /// The channels, of those that the one who asks may hear.
    pub channels: Vec<ChannelName>,
}

/// A party, as its members see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Who leads it.
    pub leader: SmolStr,
    /// All of them, in the order they joined.
    pub members: Vec<Member>,
}

/// Somebody in a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub player: PlayerId,
    /// Their name.
    pub name: SmolStr,
    /// Where they are.
    pub room: RoomId,
}
