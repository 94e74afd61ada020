//! What the bus promises, checked on both of its back-ends, and what becomes of it when NATS misbehaves. The NATS half
//! runs on real servers: `scripts/install-nats` installs them, `HEARSAY_NATS_SERVERS` names others.

#![allow(clippy::unwrap_used)]

#[path = "../support/nats_server.rs"]
mod nats_server;
#[path = "../support/proxy.rs"]
mod proxy;

mod alive;
mod contract;
mod faults;
mod harness;
mod limits;
mod log;
mod permissions;
mod roles;
