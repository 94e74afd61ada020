//! Hearsay: a MUD game server whose channel system is its heart.
//!
//! Read in this order: the words, the bus, the gateway half, the world half, what they rest on.

// The stage of the tests is one for checks beside the code and for `server/tests`: it names this crate as those do.
#[cfg(test)]
extern crate self as hearsay;
#[cfg(test)]
#[path = "../tests/support/rehearsal/mod.rs"]
#[allow(unreachable_pub, dead_code, reason = "checks beside the code use a part of it")]
mod rehearsal;

pub mod config;
pub mod vocab;

pub mod bus;

pub mod gateway;

pub mod channels;
pub mod commands;
pub mod game;
pub mod moderation;
pub mod world;

pub mod accounts;
pub mod api;
pub mod journal;
pub mod store;

pub mod roles;

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
