//! The game loop: the one task that owns the world. It takes turns one at a time and answers with events and requests.
//!
//! [`Game::step`] is pure: no clock, no dice, no input or output of its own. [`run`] feeds it.

mod apply;
mod arrive;
mod beat;
mod dossier;
mod npc;
mod outcome;
mod party;
mod restrict;
pub mod run;
mod show;
mod staff;
mod step;
mod talk;
mod turn;
mod view;

pub use outcome::{BlockedLine, Missing, Outcome, Request, StaffAct};
pub use step::{Game, Rules};
pub use turn::{Answer, Ordered, Turn};
