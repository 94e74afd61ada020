//! What carries inputs to the world and events to the gateways.
//!
//! In one process that is a pair of queues ([`local`]); between processes it is NATS ([`nats`]). The ports are the same.

mod bulletin;
mod calls;
pub mod local;
pub mod nats;
mod ports;
mod staff;
mod state;
pub mod subject;
mod tap;

pub use bulletin::{ActNews, Board, Bulletin, PresenceNews, PresenceState};
pub use calls::{
    AllowanceRow, Announcement, Call, CallQueue, ChannelRow, IgnoreList, Ignoring, PlayerRow,
    Reply, ReplyTo, RestrictionRow, RoomRow, Spoken, Watching, Words,
};
pub use ports::{Capacity, EventBatch, GatewayPort, InputQueue, Publisher, WorldPort};
pub use staff::{
    DefconRow, FilterTest, FilterTrial, Looked, Staff, StaffAnswer, StaffDone, StaffQuestion,
    StaffRecord, StaffWish, TrialHit,
};
pub use state::{BusCounters, BusState};
pub use tap::{Tap, Valve};
