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
    /// What the server has to do with NATS.
    pub(crate) nats: Bus,
    /// Hostile peers of each kind, meanwhile.
    pub(crate) pests: u32,
    /// What is loaded; the relay, the yardstick, comes first.
    pub(crate) targets: &'static [Target],
}

const ALL_TARGETS: &[Target] = &[Target::Relay, Target::Telnet, Target::Websocket];

/// What a server has to do with NATS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bus {
    /// Nothing.
    Local,
    /// One process, which publishes what is said for others.
    Published,
    /// World and gateway are two processes, and every word goes through NATS.
    Between,
}

/// All profiles, in the order in which they run.
pub(crate) const PROFILES: [Profile; 7] = [
    Profile {
        name: "room-100",
        sessions: 100,
        rooms: 1,
        speakers: 50,
        rate: 100.0,
        closed_too: true,
        nats: Bus::Local,
        pests: 0,
        targets: ALL_TARGETS,
    },
    Profile {
        name: "room-1000",
        sessions: 1000,
        rooms: 1,
        speakers: 10,
        rate: 20.0,
        closed_too: true,
        nats: Bus::Local,
        pests: 0,
        targets: ALL_TARGETS,
    },
    Profile {
        name: "idle-5000",
        sessions: 5000,
        rooms: 50,
        speakers: 10,
        rate: 10.0,
        closed_too: false,
        nats: Bus::Local,
        pests: 0,
        targets: &[Target::Relay, Target::Telnet, Target::Negotiated, Target::Websocket],
    },
    Profile {
        name: "nats-room-1000",
        sessions: 1000,
        rooms: 1,
        speakers: 10,
        rate: 200.0,
        closed_too: true,
        nats: Bus::Published,
        pests: 0,
        targets: &[Target::Relay, Target::Telnet],
    },
    Profile {
        name: "split-room-1000",
        sessions: 1000,
        rooms: 1,
        speakers: 10,
        rate: 200.0,
        closed_too: true,
        nats: Bus::Between,
        pests: 0,
        targets: &[Target::Relay, Target::Telnet],
    },
    Profile {
        name: "bystanders",
        sessions: 200,
        rooms: 20,
        speakers: 20,
        rate: 100.0,
        closed_too: false,
        nats: Bus::Local,
        pests: 0,
        targets: &[Target::Telnet],
    },
    Profile {
        name: "beset",
        sessions: 200,
        rooms: 20,
        speakers: 20,
        rate: 100.0,
        closed_too: false,
        nats: Bus::Local,
        pests: 2,
        targets: &[Target::Telnet],
    },
];
