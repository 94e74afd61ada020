//! The bus inside one process: two bounded queues.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::mpsc;

use super::ports::Outlet;
use super::{Capacity, GatewayPort, WorldPort};

/// Makes the two ends of a bus within this process. The counter tells how many events were dropped.
#[must_use]
pub fn pair(capacity: Capacity) -> (WorldPort, GatewayPort, Arc<AtomicU64>) {
    let (inputs, from_gateway) = mpsc::channel(capacity.inputs_max);
    let (outlet, events, dropped) = Outlet::new(capacity.batches_max);
    (
        WorldPort::new(from_gateway, vec![outlet.setting_the_pace()]),
        GatewayPort { inputs, events },
        dropped,
    )
}
