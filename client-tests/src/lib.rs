//! Real clients against a real Hearsay: what the scenarios, the other tests and `hearsay-load` share.
//!
//! Owns processes, sockets and transcripts. Meets the server only as a binary and never sees its code.

pub mod receiver;
pub mod rest;
pub mod scenario;

pub mod client;
pub mod transcript;

pub mod telnet;
pub mod websocket;

pub mod browser;
pub mod cast;
pub mod disk;
pub mod files;
pub mod hostile;
pub mod http;
pub mod metrics;
pub mod nats;
pub mod neighbours;
pub mod outage;
pub mod pages;
pub mod process;
pub mod prometheus;
pub mod raw;
pub mod server;
pub mod staff;
pub mod subprotocol;
pub mod tap;
pub mod terminal;
pub mod tools;
