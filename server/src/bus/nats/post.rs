//! What this side says: taken from its queue, written as publications, put into the outbox. Never waits for NATS.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use tokio::sync::mpsc;

use super::super::EventBatch;
use super::NatsOptions;
use super::meter::{Counts, add};
use super::outbox::{Outbox, OutboxLimits};
use super::wire::{Publication, SuffixOf, Writer, talk_in};
use crate::vocab::{Audience, Event, Input};

/// Where what is said comes from.
pub(super) enum Source {
    /// A world's events.
    World {
        /// The events.
        events: mpsc::Receiver<EventBatch>,
        /// Which of them, besides talk.
        told: Told,
        /// What follows a channel in a subject.
        suffix: SuffixOf,
    },
    /// A gateway's inputs.
    Gateway {
        /// The gateway.
        gateway: u16,
        /// The inputs.
        inputs: mpsc::Receiver<Input>,
    },
}

/// Which events other than talk are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// None: nobody beyond this process needs them.
    Nothing,
    /// All, but for those that are for a session of this process's own gateway.
    Others {
        /// This process's gateway, if it has one.
        own: Option<u16>,
    },
}

/// The source, the pen and the outbox.
pub(super) struct Post {
    source: Source,
    writer: Writer,
    pub(super) outbox: Outbox,
    payload_bytes_max: usize,
    counts: Arc<Counts>,
}

impl Post {
    pub(super) fn new(source: Source, options: &NatsOptions, counts: Arc<Counts>) -> Self {
        let limits = OutboxLimits {
            messages_max: options.outbox_messages_max,
            bytes_max: options.outbox_bytes_max,
            age_max: options.outbox_age_max,
            unconfirmed_max: options.unconfirmed_max,
        };
        let payload_bytes_max = options.payload_bytes_max;
        Self {
            source,
            writer: Writer::new(),
            outbox: Outbox::new(limits),
            payload_bytes_max,
            counts,
        }
    }

    /// Waits for this side to say something and takes it in; for ever once it has nothing more to say.
    pub(super) async fn take_in(&mut self) {
        match &mut self.source {
            Source::World { events, .. } => match events.recv().await {
                Some(batch) => self.take_events(&batch),
                None => std::future::pending().await,
            },
            Source::Gateway { gateway, inputs } => match inputs.recv().await {
                Some(input) => {
                    let publication = self.writer.input(*gateway, &input);
                    self.keep(publication);
                }
                None => std::future::pending().await,
            },
        }
        self.show_depth();
    }

    /// Throws away what has waited too long.
    pub(super) fn expire(&mut self) {
        add(&self.counts.dropped_by_age, self.outbox.expire(Instant::now()));
        self.show_depth();
    }

    /// Whether all that was said has left.
    pub(super) fn is_drained(&self) -> bool {
        let source_is_empty = match &self.source {
            Source::World { events, .. } => events.is_empty(),
            Source::Gateway { inputs, .. } => inputs.is_empty(),
        };
        source_is_empty && self.outbox.is_empty()
    }

    pub(super) fn show_depth(&self) {
        self.counts.outbox_messages.store(self.outbox.len() as u64, Ordering::Relaxed);
        self.counts.outbox_bytes.store(self.outbox.bytes() as u64, Ordering::Relaxed);
    }

    fn take_events(&mut self, batch: &EventBatch) {
        for event in batch {
            let redaction = self.writer.redaction(event);
            for publication in redaction.into_iter().chain(self.write(event)) {
                self.keep(publication);
            }
        }
    }

    fn write(&mut self, event: &Event) -> Option<Publication> {
        let Source::World { told, suffix, .. } = &self.source else { return None };
        if let Some(message) = talk_in(event) {
            return Some(self.writer.talk(event, message, suffix));
        }
        let Told::Others { own } = told else { return None };
        match event.to {
            Audience::Session(session) if Some(session.gateway()) == *own => None,
            _ => Some(self.writer.told(event)),
        }
    }

    fn keep(&mut self, publication: Publication) {
        if publication.payload.len() > self.payload_bytes_max {
            add(&self.counts.dropped_as_too_large, 1);
            return;
        }
        let dropped = self.outbox.push(publication, Instant::now());
        add(&self.counts.dropped_by_size, dropped);
    }
}
