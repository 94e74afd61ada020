//! The other end of the journal: verifies, opens, selects and follows what was written. Changes nothing, and holds a line or
//! two of a file at a time, however long the file is.

mod lines;
mod verify;

pub use verify::{Findings, verify};
