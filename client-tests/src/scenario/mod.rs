//! Scenarios: what players type and must read, as files that need no code.

mod parse;
mod run;
mod update;

pub use parse::{Act, ParseError, Player, Role, Scenario, Step, Via};
pub use run::{Mode, play, record};
pub use update::{Block, rewrite};
