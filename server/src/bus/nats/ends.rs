//! The ends a link can serve: made together with the ports of the halves that live in this process.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::mpsc;

use super::super::ports::Outlet;
use super::super::subject::{ALL_CHAT, ALL_INPUT, Subject};
use super::super::{Capacity, GatewayPort, WorldPort};
use super::connect::Hails;
use super::ear::Ear;
use super::post::{Source, Told};
use super::wire::{SuffixOf, Track};

/// This process's side of a link to NATS.
pub struct LinkEnd {
    pub(super) role: &'static str,
    /// Whether this process is of any use without NATS.
    pub(super) needs_nats: bool,
    pub(super) source: Source,
    pub(super) ear: Ear,
    pub(super) hails: Hails,
    pub(super) dropped: Arc<AtomicU64>,
}

impl LinkEnd {
    /// The same for a process to whose world players come by other processes: without NATS it is of no use.
    #[must_use]
    pub fn of_world_alone(self) -> Self {
        Self { role: "world", needs_nats: true, ..self }
    }
}

/// For a process with both halves that only lets others listen: all talk is published, nothing is heard.
#[must_use]
pub fn mirror(world: &mut WorldPort, batches_max: usize, suffix: SuffixOf) -> LinkEnd {
    let (events, dropped) = tap(world, batches_max);
    world_end("mirror", Source::World { events, told: Told::Nothing, suffix }, Ear::Deaf, dropped)
}

/// For a process with both halves that also serves other processes' gateways. `own` is its own gateway's number.
#[must_use]
pub fn lead(
    world: &mut WorldPort,
    gateway: &GatewayPort,
    own: u16,
    batches_max: usize,
    suffix: SuffixOf,
) -> LinkEnd {
    let (events, dropped) = tap(world, batches_max);
    let told = Told::Others { own: Some(own) };
    let ear = Ear::World { inputs: gateway.inputs.clone(), tracks: HashMap::new() };
    world_end("lead", Source::World { events, told, suffix }, ear, dropped)
}

/// For a process with the world alone.
#[must_use]
pub fn world(capacity: Capacity, suffix: SuffixOf) -> (WorldPort, LinkEnd) {
    let (inputs, from_gateways) = mpsc::channel(capacity.inputs_max);
    let mut port = WorldPort::new(from_gateways, Vec::new());
    let (events, dropped) = tap(&mut port, capacity.batches_max);
    let source = Source::World { events, told: Told::Others { own: None }, suffix };
    let ear = Ear::World { inputs, tracks: HashMap::new() };
    (port, world_end("world", source, ear, dropped).of_world_alone())
}

/// For a process with a gateway alone. `number` must differ from that of every other gateway.
#[must_use]
pub fn gateway(number: u16, capacity: Capacity) -> (GatewayPort, LinkEnd) {
    let (inputs, to_world) = mpsc::channel(capacity.inputs_max);
    let (to_gateway, events) = mpsc::channel(capacity.batches_max);
    let end = LinkEnd {
        role: "gateway",
        needs_nats: true,
        source: Source::Gateway { gateway: number, inputs: to_world },
        ear: Ear::Gateway { events: to_gateway, track: Track::default() },
        hails: Hails {
            subjects: vec![
                ALL_CHAT.to_owned(),
                Subject::ToldAll.to_string(),
                Subject::Told(number).to_string(),
            ],
            nobody: Subject::Input(number).nobody(),
            inbox: format!("_INBOX.gateway.{number}"),
        },
        dropped: Arc::default(),
    };
    (GatewayPort { inputs, events }, end)
}

fn tap(
    world: &mut WorldPort,
    batches_max: usize,
) -> (mpsc::Receiver<super::super::EventBatch>, Arc<AtomicU64>) {
    let (outlet, events, dropped) = Outlet::new(batches_max);
    world.add_outlet(outlet);
    (events, dropped)
}

fn world_end(role: &'static str, source: Source, ear: Ear, dropped: Arc<AtomicU64>) -> LinkEnd {
    let subjects = if matches!(ear, Ear::Deaf) { vec![] } else { vec![ALL_INPUT.to_owned()] };
    let hails =
        Hails { subjects, nobody: Subject::ToldAll.nobody(), inbox: "_INBOX.world".to_owned() };
    LinkEnd { role, needs_nats: false, source, ear, hails, dropped }
}
