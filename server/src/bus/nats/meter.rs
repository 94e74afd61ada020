//! What the link shows of itself: its state, told to the log once per change, and its counters.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::Utc;
use tokio::sync::watch;

use super::super::{BusCounters, BusState};
use super::nodes::Nodes;
use crate::vocab::Durations;

/// The link's own hands on what it shows.
#[derive(Debug)]
pub(super) struct Meter {
    state: watch::Sender<BusState>,
    pub(super) counts: Arc<Counts>,
    url: String,
    role: &'static str,
    told_unkept: AtomicBool,
}

/// The counters behind [`BusCounters`].
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) published: AtomicU64,
    pub(super) confirmed: AtomicU64,
    pub(super) heard: AtomicU64,
    pub(super) outbox_messages: AtomicU64,
    pub(super) outbox_bytes: AtomicU64,
    pub(super) dropped_by_age: AtomicU64,
    pub(super) dropped_by_size: AtomicU64,
    pub(super) dropped_as_too_large: AtomicU64,
    pub(super) dropped_before_link: Arc<AtomicU64>,
    pub(super) gaps: AtomicU64,
    pub(super) repeats: AtomicU64,
    pub(super) strangers: AtomicU64,
    pub(super) slow_consumer: AtomicU64,
    pub(super) reconnects: AtomicU64,
    /// How long NATS took to answer.
    pub(super) round_trips: Durations,
    /// What is known of gateways in other processes, or ordered of this one.
    pub(super) nodes: Nodes,
    world_heard: Mutex<Option<Instant>>,
    last_error: Mutex<Option<String>>,
}

/// Adds to a counter that only statistics read.
pub(super) fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

impl Counts {
    /// Counters of which one is kept by the queue in front of the link.
    pub(super) fn over(dropped_before_link: Arc<AtomicU64>) -> Self {
        Self { dropped_before_link, ..Self::default() }
    }

    pub(super) fn snapshot(&self) -> BusCounters {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        BusCounters {
            published: read(&self.published),
            confirmed: read(&self.confirmed),
            heard: read(&self.heard),
            outbox_messages: read(&self.outbox_messages),
            outbox_bytes: read(&self.outbox_bytes),
            dropped_by_age: read(&self.dropped_by_age),
            dropped_by_size: read(&self.dropped_by_size),
            dropped_as_too_large: read(&self.dropped_as_too_large),
            dropped_before_link: read(&self.dropped_before_link),
            gaps: read(&self.gaps),
            repeats: read(&self.repeats),
            strangers: read(&self.strangers),
            slow_consumer: read(&self.slow_consumer),
            reconnects: read(&self.reconnects),
            last_error: self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// The world is alive.
    pub(super) fn note_world(&self) {
        *self.world_heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(super) fn world_heard(&self) -> Option<Instant> {
        *self.world_heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what went wrong last and says whether that is something else than before.
    fn note_error(&self, error: &str) -> bool {
        let mut last = self.last_error.lock().unwrap_or_else(PoisonError::into_inner);
        last.replace(error.to_owned()).is_none_or(|before| before != error)
    }
}

impl Meter {
    pub(super) fn new(
        url: String,
        role: &'static str,
        counts: Arc<Counts>,
    ) -> (Self, watch::Receiver<BusState>) {
        let (state, seen) = watch::channel(BusState::Connecting);
        (Self { state, counts, url, role, told_unkept: AtomicBool::new(false) }, seen)
    }

    /// A connection is up; `unkept` when talk should go to a stream and the server has no JetStream.
    pub(super) fn connected(&self, unkept: bool) {
        let before = self.state.send_replace(BusState::Connected);
        let (url, role) = (&self.url, self.role);
        tracing::info!(%url, role, "connected to NATS; the bus was {before}");
        if unkept && !self.told_unkept.swap(true, Ordering::Relaxed) {
            tracing::warn!(%url, role, "this NATS has no JetStream: talk is sent once and not kept");
        }
    }

    /// Something went wrong that does not end the connection. The same thing twice in a row is said once.
    pub(super) fn trouble(&self, what: &str) {
        if self.counts.note_error(what) {
            let (url, role) = (&self.url, self.role);
            tracing::warn!(%url, role, what, "trouble with NATS");
        }
    }

    /// NATS cannot be reached. A second failure in a row changes nothing and says nothing.
    pub(super) fn away(&self, why: &str) {
        self.counts.note_error(why);
        if matches!(*self.state.borrow(), BusState::Away { .. }) {
            return;
        }
        self.state.send_replace(BusState::Away { since: Utc::now() });
        let (url, role) = (&self.url, self.role);
        tracing::warn!(%url, role, why, "NATS is away; talk goes on without it and is kept for it");
    }

    /// NATS answers and refuses, or the link has given up.
    pub(super) fn failed(&self, why: &str) {
        self.counts.note_error(why);
        let failed = BusState::Failed(format!("{why} ({})", self.url));
        if *self.state.borrow() == failed {
            return;
        }
        let (url, role) = (&self.url, self.role);
        tracing::error!(%url, role, why, "NATS refuses us");
        self.state.send_replace(failed);
    }

    /// The link has ended; if it gave up, it stays known as failed.
    pub(super) fn ended(&self) {
        if !matches!(*self.state.borrow(), BusState::Failed(_)) {
            self.state.send_replace(BusState::Off);
        }
    }
}
