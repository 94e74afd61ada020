//! The bus inside one process: two bounded queues.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::mpsc;

use super::ports::Outlet;
use super::{GatewayPort, WorldPort};

/// How many inputs and how many batches of events may be under way.
#[derive(Debug, Clone, Copy)]
pub struct Capacity {
    /// Inputs; a session that finds the queue full waits.
    pub inputs_max: usize,
    /// Batches of events; a batch that finds the queue full is dropped and counted.
    pub batches_max: usize,
}

/// Makes the two ends of a bus within this process. The counter tells how many events were dropped.
#[must_use]
pub fn pair(capacity: Capacity) -> (WorldPort, GatewayPort, Arc<AtomicU64>) {
    let (inputs, from_gateway) = mpsc::channel(capacity.inputs_max);
    let (batches, events) = mpsc::channel(capacity.batches_max);
    let dropped = Arc::new(AtomicU64::new(0));
    let outlet = Outlet { queue: batches, dropped: Arc::clone(&dropped) };
    (WorldPort::new(from_gateway, vec![outlet]), GatewayPort { inputs, events }, dropped)
}
