//! The shapes of load that `compare` measures, and who is measured under each.

use crate::contender::{Contender, Kind};
use crate::session::Target;
use crate::speech::Speech;

/// One shape of load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    /// What tables call it.
    pub(crate) title: &'static str,
    pub(crate) sessions: u32,
    /// Those who hear one another.
    pub(crate) rooms: u32,
    /// The rooms of the world in which they stand.
    pub(crate) places: u32,
    pub(crate) speakers: u32,
    pub(crate) speech: Speech,
    /// Lines a second of all speakers together; none for as fast as all hear.
    pub(crate) rate: Option<f64>,
    /// Hostile peers of each kind, meanwhile.
    pub(crate) pests: u32,
    /// What the server is to reach of the yardstick, or to stay below at a fixed rate: with everything on, and bare.
    pub(crate) goals: Option<(f64, f64)>,
    /// Who is measured. The first is the yardstick if it is a relay.
    pub(crate) contenders: &'static [Contender],
}

const RELAY: Contender = Contender { name: "relay", kind: Kind::Relay };
const RELAY_WEBSOCKET: Contender =
    Contender { name: "WebSocket relay", kind: Kind::WebsocketRelay };
const RELAY_NATS: Contender = Contender { name: "relay with a NATS hop", kind: Kind::NatsRelay };
const TELNET: Contender = Contender { name: "telnet", kind: Kind::Server(Target::Telnet) };
const NEGOTIATED: Contender =
    Contender { name: "telnet, negotiated", kind: Kind::Server(Target::Negotiated) };
const WEBSOCKET: Contender = Contender { name: "WebSocket", kind: Kind::Server(Target::Websocket) };
const BARE: Contender = Contender { name: "telnet, bare", kind: Kind::Bare(Target::Telnet) };
const WEBSOCKET_BARE: Contender =
    Contender { name: "WebSocket, bare", kind: Kind::Bare(Target::Websocket) };
const PUBLISHED: Contender = Contender { name: "telnet, published", kind: Kind::Published };
const SPLIT: Contender = Contender { name: "telnet, split", kind: Kind::Split };

const RELAY_AND_SERVER: &[Contender] = &[RELAY, TELNET, BARE];

const ROOM_100: Profile = Profile {
    name: "room-100",
    title: "one room of 100, all speak",
    sessions: 100,
    rooms: 1,
    places: 1,
    speakers: 100,
    speech: Speech::Say,
    rate: None,
    pests: 0,
    goals: Some((0.70, 0.80)),
    contenders: RELAY_AND_SERVER,
};
const ROOM_1000: Profile = Profile {
    name: "room-1000",
    title: "one room of 1,000, 10 speak",
    sessions: 1000,
    speakers: 10,
    goals: Some((0.85, 0.90)),
    ..ROOM_100
};
const ROOMS_OF_5: Profile = Profile {
    name: "rooms-of-5",
    title: "200 rooms of 5, all speak",
    sessions: 1000,
    rooms: 200,
    places: 200,
    speakers: 1000,
    goals: Some((0.45, 0.70)),
    ..ROOM_100
};
const WHISPERS: Profile = Profile {
    name: "whispers",
    title: "500 pairs whispering",
    sessions: 1000,
    rooms: 500,
    places: 100,
    speakers: 1000,
    speech: Speech::Whisper,
    goals: Some((0.50, 0.75)),
    ..ROOM_100
};
const LOOK: Profile = Profile {
    name: "look",
    title: "`look`, 100 players in 20 rooms",
    rooms: 20,
    places: 20,
    speech: Speech::Look,
    goals: Some((0.50, 0.50)),
    ..ROOM_100
};
const WEBSOCKET_ROOM_100: Profile = Profile {
    name: "websocket-room-100",
    title: "WebSocket, one room of 100, all speak",
    contenders: &[RELAY_WEBSOCKET, WEBSOCKET, WEBSOCKET_BARE],
    goals: Some((0.60, 0.60)),
    ..ROOM_100
};
const SPLIT_ROOM_1000: Profile = Profile {
    name: "split-room-1000",
    title: "through NATS, one room of 1,000, 10 speak",
    contenders: &[RELAY_NATS, SPLIT],
    goals: Some((0.60, 0.60)),
    ..ROOM_1000
};
const NATS_ROOM_1000: Profile = Profile {
    name: "nats-room-1000",
    title: "one room of 1,000, each line published on NATS besides",
    contenders: &[RELAY, PUBLISHED],
    goals: None,
    ..ROOM_1000
};
const STEADY_ROOM_1000: Profile = Profile {
    name: "steady-room-1000",
    title: "one room of 1,000, 10 lines/s",
    rate: Some(10.0),
    goals: Some((1.50, 1.50)),
    ..ROOM_1000
};
const STEADY_ROOMS_OF_5: Profile = Profile {
    name: "steady-rooms-of-5",
    title: "200 rooms of 5, 5 lines/s in each",
    rate: Some(1000.0),
    goals: Some((1.50, 1.50)),
    ..ROOMS_OF_5
};
const STEADY_WHISPERS: Profile = Profile {
    name: "steady-whispers",
    title: "500 pairs, 500 whispers/s",
    rate: Some(500.0),
    goals: Some((1.50, 1.50)),
    ..WHISPERS
};
const CHANNEL_5000: Profile = Profile {
    name: "channel-5000",
    title: "a global channel, 5,000 listeners, 5 speakers, 20 lines/s",
    sessions: 5000,
    places: 50,
    speakers: 5,
    speech: Speech::Channel,
    rate: Some(20.0),
    goals: Some((1.50, 1.50)),
    ..ROOM_100
};
const IDLE_5000: Profile = Profile {
    name: "idle-5000",
    title: "5,000 in 50 rooms, hardly anyone speaks",
    sessions: 5000,
    rooms: 50,
    places: 50,
    speakers: 10,
    rate: Some(10.0),
    contenders: &[RELAY, TELNET, NEGOTIATED, WEBSOCKET],
    goals: None,
    ..ROOM_100
};
const BYSTANDERS: Profile = Profile {
    name: "bystanders",
    title: "200 in 20 rooms, alone",
    sessions: 200,
    rooms: 20,
    places: 20,
    speakers: 20,
    rate: Some(100.0),
    contenders: &[TELNET],
    goals: None,
    ..ROOM_100
};
const BESET: Profile =
    Profile { name: "beset", title: "the same beside 18 hostile peers", pests: 2, ..BYSTANDERS };

/// All profiles, in the order in which they run.
pub(crate) const PROFILES: [Profile; 15] = [
    ROOM_100,
    ROOM_1000,
    ROOMS_OF_5,
    WHISPERS,
    LOOK,
    WEBSOCKET_ROOM_100,
    SPLIT_ROOM_1000,
    NATS_ROOM_1000,
    STEADY_ROOM_1000,
    STEADY_ROOMS_OF_5,
    STEADY_WHISPERS,
    CHANNEL_5000,
    IDLE_5000,
    BYSTANDERS,
    BESET,
];
