//! Logins, passwords and names. Everything slow about them happens here, away from the loop, and bounded.

mod attempts;
mod desk;
mod guesses;
mod logins;
mod names;
mod passwords;
mod refused;

pub use desk::{Bars, Coming, Desk, DeskOptions, draw_token};
pub use logins::{Failure, Logins, Wish};
pub use names::{NameFilter, Names, check};
