//! Starts the gateway, the world, or both, and stops them in order. The only place that knows both halves.

mod audit;
mod bench;
mod certificates;
mod check;
mod clerk;
mod docket;
pub mod filter;
mod footprint;
mod halves;
mod health;
mod listing;
mod metrics;
mod news;
mod nodes;
mod ports;
mod ready;
pub mod records;
mod registrar;
mod serve;
mod status;
pub mod tokens;
mod wiring;

pub use check::{Findings, check, impossible};
pub use serve::{Reachable, Role, Signals, StartError, serve};
pub use wiring::logs;
