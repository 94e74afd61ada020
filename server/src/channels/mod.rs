//! Channels: a table of rows, the scopes that say who hears, the one funnel for speech, and what was said.
//!
//! Code knows scopes, not channels: a channel is a row of [`table`].

pub mod funnel;
mod history;
mod received;
mod scope;
mod seq;
mod table;

pub use history::{History, Readable};
pub use received::{Receiver, TurnedAway, Unwanted, is_meant};
pub use scope::{ALL as SCOPES, Scope, Speaker};
pub use seq::Sequences;
pub use table::{Channel, Table, TableProblem};
