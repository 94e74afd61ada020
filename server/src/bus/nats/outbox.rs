//! What waits for NATS, in order and bounded: by number, bytes and age. Has no clock and touches no network.
//!
//! A publication leaves when it is handed to NATS or, if the stream keeps it, when the stream has confirmed it. After a
//! lost connection everything that is still here is sent again from the oldest on: that, and NATS knowing messages by
//! their names, gives the stream each message once and in order.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::wire::Publication;

/// How much may wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct OutboxLimits {
    pub(super) messages_max: usize,
    pub(super) bytes_max: usize,
    pub(super) age_max: Duration,
    pub(super) unconfirmed_max: usize,
}

/// Publications in order: first those sent and not confirmed, then those not sent.
#[derive(Debug)]
pub(super) struct Outbox {
    limits: OutboxLimits,
    entries: VecDeque<Entry>,
    /// How many entries at the front have been sent on this connection.
    sent: usize,
    /// How many of those are still unconfirmed.
    unconfirmed: usize,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    publication: Publication,
    queued: Instant,
    done: bool,
}

impl Outbox {
    pub(super) fn new(limits: OutboxLimits) -> Self {
        Self { limits, entries: VecDeque::new(), sent: 0, unconfirmed: 0, bytes: 0 }
    }

    /// Appends a publication and returns how many of the oldest had to go for it.
    pub(super) fn push(&mut self, publication: Publication, now: Instant) -> u64 {
        self.bytes += publication.payload.len();
        self.entries.push_back(Entry { publication, queued: now, done: false });
        let mut dropped = 0;
        while self.entries.len() > self.limits.messages_max || self.bytes > self.limits.bytes_max {
            dropped += u64::from(self.drop_oldest());
        }
        dropped
    }

    /// Drops what has waited too long and returns how many those were.
    pub(super) fn expire(&mut self, now: Instant) -> u64 {
        let mut dropped = 0;
        while let Some(oldest) = self.entries.front()
            && now.saturating_duration_since(oldest.queued) > self.limits.age_max
        {
            dropped += u64::from(self.drop_oldest());
        }
        dropped
    }

    /// The next to send, if any may be sent now.
    pub(super) fn next(&self) -> Option<&Publication> {
        if self.unconfirmed >= self.limits.unconfirmed_max {
            return None;
        }
        self.entries.get(self.sent).map(|entry| &entry.publication)
    }

    /// The next has been handed to NATS; it stays if a confirmation of it is to come.
    pub(super) fn sent(&mut self, to_be_confirmed: bool) {
        let Some(entry) = self.entries.get_mut(self.sent) else { return };
        self.sent += 1;
        if to_be_confirmed {
            self.unconfirmed += 1;
        } else {
            entry.done = true;
            self.bytes -= entry.publication.payload.len();
            self.trim();
        }
    }

    /// The stream has the publication with this number. Says whether that was still awaited.
    pub(super) fn confirmed(&mut self, order: u64) -> bool {
        let found = self.entries.binary_search_by_key(&order, |entry| entry.publication.order());
        let Some(entry) = found.ok().and_then(|at| self.entries.get_mut(at)) else { return false };
        if entry.done {
            return false;
        }
        entry.done = true;
        self.unconfirmed -= 1;
        self.bytes -= entry.publication.payload.len();
        self.trim();
        true
    }

    /// The connection is gone: all that is not known to have arrived will be sent again.
    pub(super) fn rewind(&mut self) {
        self.entries.retain(|entry| !entry.done);
        self.sent = 0;
        self.unconfirmed = 0;
    }

    /// The stream has this message and so all before it, sent on an earlier connection: none of those is sent again.
    pub(super) fn stored_up_to(&mut self, id: &str) -> u64 {
        let is_it = |entry: &Entry| entry.publication.id.as_deref() == Some(id);
        let Some(last) = self.entries.iter().position(is_it) else { return 0 };
        let mut stored = 0;
        for entry in self.entries.drain(..=last) {
            stored += u64::from(!entry.done && entry.publication.id.is_some());
        }
        self.rewind();
        self.bytes = self.entries.iter().map(|entry| entry.publication.payload.len()).sum();
        stored
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether nothing waits, not even for a confirmation.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn drop_oldest(&mut self) -> bool {
        let Some(oldest) = self.entries.pop_front() else { return false };
        if self.sent > 0 {
            self.sent -= 1;
            self.unconfirmed -= usize::from(!oldest.done);
        }
        if !oldest.done {
            self.bytes -= oldest.publication.payload.len();
        }
        !oldest.done
    }

    fn trim(&mut self) {
        while self.entries.front().is_some_and(|entry| entry.done) {
            self.entries.pop_front();
            self.sent -= 1;
        }
    }
}
