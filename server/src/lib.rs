//! Hearsay: a MUD game server whose channel system is its heart.
//!
//! Read in this order: the words, the bus, the gateway half, the world half, what they rest on.

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
