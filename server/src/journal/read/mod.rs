//! The other end of the journal: verifies, opens, selects and follows what was written. Changes nothing, and holds a line or
//! two of a file at a time, however long the file is.

mod follow;
mod lines;
mod newest;
mod opened;
mod select;
mod verify;

pub use crate::vocab::acts_on_its_reader;
pub use follow::{Follower, last_lines};
pub(super) use lines::Lines;
pub use newest::{Newest, Place, newest};
pub use opened::Record;
pub use select::{Select, search};
pub use verify::{Findings, verify};
