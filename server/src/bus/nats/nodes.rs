//! What gateways in other processes told of themselves, and what the world ordered of this one. Level, not edge: whoever
//! looks sees how things are now.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::vocab::{DrainOrder, NodeReport};

/// After what silence a process is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);

/// A process that was heard of.
#[derive(Debug, Clone)]
pub struct Known {
    /// What it told last.
    pub report: NodeReport,
    /// When that came.
    pub heard: Instant,
}

/// The processes that were heard of, and the order that counts here.
#[derive(Debug)]
pub(super) struct Nodes {
    known: Mutex<BTreeMap<u16, Known>>,
    told: watch::Sender<u64>,
    ordered: watch::Sender<Option<DrainOrder>>,
}

impl Default for Nodes {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            told: watch::Sender::new(0),
            ordered: watch::Sender::new(None),
        }
    }
}

impl Nodes {
    /// A gateway tells how it is.
    pub(super) fn hear(&self, gateway: u16, report: NodeReport) {
        let heard = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, of| heard.duration_since(of.heard) < FORGOTTEN_AFTER);
        known.insert(gateway, Known { report, heard });
        drop(known);
        self.told.send_modify(|count| *count += 1);
    }

    /// All that are known, by their numbers.
    pub(super) fn known(&self) -> BTreeMap<u16, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A notice whenever one tells how it is.
    pub(super) fn told(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }

    /// The world orders something of this gateway.
    pub(super) fn order(&self, order: Option<DrainOrder>) {
        self.ordered.send_replace(order);
    }

    /// What the world ordered last, and a notice whenever it orders.
    pub(super) fn ordered(&self) -> watch::Receiver<Option<DrainOrder>> {
        self.ordered.subscribe()
    }
}
