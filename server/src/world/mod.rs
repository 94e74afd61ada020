//! The world: planes, zones, rooms, exits, players, NPCs, items and parties. Plain data and functions over it.
//!
//! [`Atlas`] is what the builders wrote and never changes; [`World`] is what is going on in it.

pub mod atlas;
pub mod clock;
mod crowd;
pub mod direction;
mod ground;
mod live;
pub mod load;
pub mod map;
mod party;
mod player;

pub use atlas::{Atlas, Exit, Item, ItemKey, Murmur, Npc, Room, Social, Topic, Way};
pub use clock::GameTime;
pub use direction::Direction;
pub use ground::{Ground, RoomState};
pub use live::World;
pub use party::Party;
pub use player::{Link, Player};
