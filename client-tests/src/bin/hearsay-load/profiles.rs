//! The shapes of load that `compare` measures.

use crate::session::Target;

/// One shape of load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    pub(crate) sessions: u32,
    pub(crate) rooms: u32,
    pub(crate) speakers: u32,
    /// Lines a second in the run that measures latency.
    pub(crate) rate: f64,
    /// Whether a second run measures how much the target can do.
    pub(crate) closed_too: bool,
    /// Whether the server publishes on NATS meanwhile.
    pub(crate) nats: bool,
    /// What is loaded; the relay, the yardstick, comes first.
    pub(crate) targets: &'static [Target],
}

const ALL_TARGETS: &[Target] = &[Target::Relay, Target::Telnet, Target::Websocket];

/// All profiles, in the order in which they run.
pub(crate) const PROFILES: [Profile; 4] = [
    Profile {
        name: "room-100",
        sessions: 100,
        rooms: 1,
        speakers: 50,
        rate: 100.0,
        closed_too: true,
        nats: false,
        targets: ALL_TARGETS,
    },
    Profile {
        name: "room-1000",
        sessions: 1000,
        rooms: 1,
        speakers: 10,
        rate: 20.0,
        closed_too: true,
        nats: false,
        targets: ALL_TARGETS,
    },
    Profile {
        name: "idle-5000",
        sessions: 5000,
        rooms: 50,
        speakers: 10,
        rate: 10.0,
        closed_too: false,
        nats: false,
        targets: ALL_TARGETS,
    },
    Profile {
        name: "nats-room-1000",
        sessions: 1000,
        rooms: 1,
        speakers: 10,
        rate: 200.0,
        closed_too: true,
        nats: true,
        targets: &[Target::Relay, Target::Telnet],
    },
];
