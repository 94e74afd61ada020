//! world

pub mod atlas;
pub mod clock;
pub mod direction;
pub mod load;
pub mod map;
