//! The ends of the bus that each role has, joined within the process or by NATS.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::serve::Role;
use super::wiring;
use crate::bus::nats::{self, LinkEnd};
use crate::bus::{GatewayPort, WorldPort, local};
use crate::channels::Table;
use crate::config::Config;

/// The number of the gateway in the world's own process; those of other processes begin at 1.
pub(super) const OWN: u16 = 0;

/// The ends of the bus that a role has.
#[derive(Default)]
pub(super) struct Ports {
    pub(super) world: Option<WorldPort>,
    pub(super) gateway: Option<GatewayPort>,
    /// For those who play by the API, where all other gateways are other processes.
    pub(super) within: Option<GatewayPort>,
    pub(super) link: Option<LinkEnd>,
    /// How many events the gateway in this process missed.
    pub(super) dropped: Arc<AtomicU64>,
}

impl Ports {
    pub(super) fn of(role: Role, config: &Config, table: Option<&Table>) -> Self {
        let capacity = wiring::capacity(config);
        match (role, table.map(wiring::suffixes)) {
            (Role::Both, Some(suffixes)) => {
                let (mut world, gateway, dropped) = local::pair(capacity);
                let mirror = || nats::mirror(&mut world, capacity.batches_max, suffixes);
                let link = config.nats.enabled.then(mirror);
                Self { world: Some(world), gateway: Some(gateway), link, dropped, within: None }
            }
            (Role::World, Some(suffixes)) if config.api.enabled => {
                let (mut world, own, dropped) = local::pair(capacity);
                let link = nats::lead(&mut world, &own, OWN, capacity.batches_max, suffixes);
                let link = Some(link.of_world_alone());
                Self { world: Some(world), gateway: None, within: Some(own), link, dropped }
            }
            (Role::World, Some(suffixes)) => {
                let (world, link) = nats::world(capacity, suffixes);
                Self { world: Some(world), link: Some(link), ..Self::default() }
            }
            (Role::Gateway(number), _) => {
                let (gateway, link) = nats::gateway(number, capacity);
                Self { gateway: Some(gateway), link: Some(link), ..Self::default() }
            }
            (Role::Both | Role::World, None) => Self::default(),
        }
    }
}
