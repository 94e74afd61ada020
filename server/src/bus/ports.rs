//! The two ends of the bus. Each has only the rights of its half: a gateway cannot publish an event.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use super::tap::Valve;
use crate::vocab::{Event, Input};

/// What one turn of the loop had to say, in order. Empty batches are never sent.
pub type EventBatch = Vec<Arc<Event>>;

/// How many inputs and how many batches of events may be under way.
#[derive(Debug, Clone, Copy)]
pub struct Capacity {
    /// Inputs; a session that finds the queue full waits.
    pub inputs_max: usize,
    /// Batches of events; a batch that finds the queue full is dropped and counted.
    pub batches_max: usize,
}

/// The world's end: hears inputs, publishes events.
#[derive(Debug)]
pub struct WorldPort {
    /// What the gateways say, in order per session.
    pub inputs: mpsc::Receiver<Input>,
    outlets: Vec<Outlet>,
}

/// Where events go: this process's gateway, the link to NATS.
#[derive(Debug, Clone)]
pub(super) struct Outlet {
    queue: mpsc::Sender<EventBatch>,
    dropped: Arc<AtomicU64>,
    /// Whether the world shall not get far ahead of it.
    sets_the_pace: bool,
    /// What closes it, if something does.
    valve: Option<Valve>,
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

    pub(super) fn add_outlet(&mut self, outlet: Outlet) {
        self.outlets.push(outlet);
    }

    /// Adds an outlet that is mostly closed: the last one takes events without a copy.
    pub(super) fn add_first(&mut self, outlet: Outlet) {
        self.outlets.insert(0, outlet);
    }
}

/// The publishing half of a [`WorldPort`].
#[derive(Debug, Clone)]
pub struct Publisher {
    outlets: Vec<Outlet>,
}

impl Publisher {
    /// How many batches this process's gateway has not taken yet.
    #[must_use]
    pub fn ahead(&self) -> usize {
        let pacing = self.outlets.iter().filter(|outlet| outlet.sets_the_pace);
        pacing.map(|outlet| outlet.queue.max_capacity() - outlet.queue.capacity()).sum()
    }

    /// Publishes the events of one turn, in order. Never waits: what finds an outlet full is dropped there and counted.
    pub fn publish(&self, events: EventBatch) {
        if events.is_empty() {
            return;
        }
        let Some((last, others)) = self.outlets.split_last() else { return };
        for outlet in others.iter().filter(|outlet| outlet.is_open()) {
            outlet.offer(events.clone());
        }
        last.offer(events);
    }
}

impl Outlet {
    /// An outlet, the far end of its queue, and the number of events that found it full.
    pub(super) fn new(batches_max: usize) -> (Self, mpsc::Receiver<EventBatch>, Arc<AtomicU64>) {
        let (queue, batches) = mpsc::channel(batches_max);
        let dropped = Arc::new(AtomicU64::new(0));
        let outlet =
            Self { queue, dropped: Arc::clone(&dropped), sets_the_pace: false, valve: None };
        (outlet, batches, dropped)
    }

    /// An outlet that takes events while a valve is open.
    pub(super) fn with_valve(
        batches_max: usize,
        valve: Valve,
    ) -> (Self, mpsc::Receiver<EventBatch>, Arc<AtomicU64>) {
        let (outlet, batches, dropped) = Self::new(batches_max);
        (Self { valve: Some(valve), ..outlet }, batches, dropped)
    }

    fn is_open(&self) -> bool {
        self.valve.as_ref().is_none_or(Valve::is_open)
    }

    /// An outlet that the world shall not get far ahead of.
    pub(super) fn setting_the_pace(self) -> Self {
        Self { sets_the_pace: true, ..self }
    }

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
///
/// It has nothing that takes an event:
///
/// ```compile_fail,E0599
/// fn forge(gateway: hearsay::bus::GatewayPort, events: hearsay::bus::EventBatch) {
///     gateway.publisher().publish(events);
/// }
/// ```
#[derive(Debug)]
pub struct GatewayPort {
    /// Takes inputs. Bounded: a session whose world is busy waits and stops reading its socket.
    pub inputs: InputQueue,
    /// What the world says, in order.
    pub events: mpsc::Receiver<EventBatch>,
}
