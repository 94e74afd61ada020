//! Logins, passwords and names. Everything slow about them happens here, away from the loop, and bounded.

mod attempts;
mod bearers;
mod desk;
mod guesses;
mod logins;
mod names;
mod passwords;
mod refused;
mod tokens;

pub use bearers::{Bearer, Bearers, NoBearer};
pub use desk::{Bars, Coming, Desk, DeskOptions, Doors, draw_token};
pub use logins::{Failure, Logins, Wish};
pub use names::{NameFilter, Names, check};
pub use tokens::Tokens;
