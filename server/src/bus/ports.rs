//! The two ends of the bus. Each has only the rights of its half: a gateway cannot publish an event.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use crate::vocab::{Event, Input};

/// What one turn of the loop had to say, in order. Empty batches are never sent.
pub type EventBatch = Vec<Arc<Event>>;

/// The world's end: hears inputs, publishes events.
pub struct WorldPort {
    /// What the gateways say, in order per session.
    pub inputs: mpsc::Receiver<Input>,
    outlets: Vec<Outlet>,
}

/// Where events go: this process's gateway, the link to NATS.
#[derive(Clone)]
pub(super) struct Outlet {
    pub(super) queue: mpsc::Sender<EventBatch>,
    pub(super) dropped: Arc<AtomicU64>,
}

impl WorldPort {
    pub(super) fn new(inputs: mpsc::Receiver<Input>, outlets: Vec<Outlet>) -> Self {
        Self { inputs, outlets }
    }

    /// A publisher of this port's rights that outlives the port's split.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher { outlets: self.outlets.clone() }
    }
}

/// The publishing half of a [`WorldPort`].
#[derive(Clone)]
pub struct Publisher {
    outlets: Vec<Outlet>,
}

impl Publisher {
    /// Publishes the events of one turn, in order. Never waits: what finds an outlet full is dropped there and counted.
    pub fn publish(&self, events: EventBatch) {
        if events.is_empty() {
            return;
        }
        let Some((last, others)) = self.outlets.split_last() else { return };
        for outlet in others {
            outlet.offer(events.clone());
        }
        last.offer(events);
    }
}

impl Outlet {
    fn offer(&self, events: EventBatch) {
        let count = events.len() as u64;
        if self.queue.try_send(events).is_err() {
            self.dropped.fetch_add(count, Ordering::Relaxed);
        }
    }
}

/// The sending half of a [`GatewayPort`]; one for each session.
pub type InputQueue = mpsc::Sender<Input>;

/// A gateway's end: publishes inputs, hears events.
pub struct GatewayPort {
    /// Takes inputs. Bounded: a session whose world is busy waits and stops reading its socket.
    pub inputs: InputQueue,
    /// What the world says, in order.
    pub events: mpsc::Receiver<EventBatch>,
}
