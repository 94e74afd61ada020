//! The game loop: the one task that owns the world. It takes turns one at a time and answers with events and requests.
//!
//! [`Game::step`] is pure: no clock, no dice, no input or output of its own. [`run`] feeds it.

mod actor;
mod agenda;
mod alarms;
mod allowed;
mod apply;
mod arrive;
mod away;
mod beat;
mod call;
mod call_service;
mod call_staff;
mod cases;
mod census;
mod cited;
mod come_back;
mod deeds;
mod docket;
mod dossier;
mod everyone;
mod filter;
mod groups;
mod held;
mod hindered;
mod ladder;
mod lag;
mod limits;
mod npc;
mod outcome;
mod party;
mod presence;
mod redact;
mod reports;
mod restrict;
pub mod run;
mod show;
mod snoop;
mod staff;
mod step;
mod talk;
mod tidings;
mod turn;
mod typing;
mod view;
mod wait;
mod watch;

pub use away::Away;
pub use census::Census;
pub use held::{Offered, Settled};
pub use lag::{Lag, Waiting};
pub use limits::Allowances;
pub use outcome::{
    BlockedLine, Discarded, Flagged, Missing, Outcome, Reading, Request, RuleAct, StaffAct,
};
pub use reports::Filing;
pub use step::{Game, Rules};
pub use turn::{Answer, Ordered, RecordRead, Turn, Withdrawn};
