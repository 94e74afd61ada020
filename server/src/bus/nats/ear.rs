//! What the other side says: read, checked, handed on in order. Takes no more from NATS than its reader has room for.

use std::collections::HashMap;
use std::sync::Arc;

use async_nats::Message;
use futures_util::{FutureExt, Stream, StreamExt};
use tokio::sync::mpsc;

use super::super::EventBatch;
use super::merge::Merge;
use super::meter::{Counts, add};
use super::wire::{Admission, Stamp, Track, read_event, read_input};
use crate::vocab::{Event, Fact, Input};

/// How many events are handed on at once.
const BATCH_EVENTS_MAX: usize = 256;

/// Who listens, and what is known of those who speak.
pub(super) enum Ear {
    /// Nobody.
    Deaf,
    /// A world, to the gateways.
    World {
        /// Takes their inputs.
        inputs: mpsc::Sender<Input>,
        /// What was heard of each.
        tracks: HashMap<u16, Track>,
    },
    /// A gateway, to the world.
    Gateway {
        /// Takes its events.
        events: mpsc::Sender<EventBatch>,
        /// What was heard of it.
        track: Track,
    },
}

impl Ear {
    /// Hears and hands on what comes next, once there is room for it. Says whether there can be more. Loses nothing when
    /// it is not awaited to its end.
    pub(super) async fn hear<S>(&mut self, heard: &mut Merge<S>, counts: &Counts) -> bool
    where
        S: Stream<Item = Message> + Unpin,
    {
        match self {
            Self::Deaf => std::future::pending().await,
            Self::World { inputs, tracks } => {
                let Ok(room) = inputs.reserve().await else { return std::future::pending().await };
                let Some(next) = heard.next().await else { return false };
                if let Some(input) = admit_input(next, tracks, counts) {
                    room.send(input);
                }
            }
            Self::Gateway { events, track } => {
                let Ok(room) = events.reserve().await else { return std::future::pending().await };
                let Some(next) = heard.next().await else { return false };
                let mut batch = EventBatch::new();
                batch.extend(admit_event(next, track, counts));
                while batch.len() < BATCH_EVENTS_MAX
                    && let Some(Some(next)) = heard.next().now_or_never()
                {
                    batch.extend(admit_event(next, track, counts));
                }
                if !batch.is_empty() {
                    room.send(batch);
                }
            }
        }
        true
    }
}

fn admit_input(
    (stamp, message): (Option<Stamp>, Message),
    tracks: &mut HashMap<u16, Track>,
    counts: &Counts,
) -> Option<Input> {
    let Some((stamp, input)) = stamp.zip(read_input(&message)) else {
        add(&counts.strangers, 1);
        return None;
    };
    let gateway = input.session().gateway();
    let is_new = count(tracks.entry(gateway).or_default().admit(&stamp, false), counts);
    match input {
        Input::Reports { node, .. } if is_new => {
            counts.nodes.hear(gateway, *node);
            None
        }
        input => is_new.then_some(input),
    }
}

fn admit_event(
    (stamp, message): (Option<Stamp>, Message),
    track: &mut Track,
    counts: &Counts,
) -> Option<Arc<Event>> {
    let to_one = message.subject.strip_prefix("told.").is_some_and(|rest| rest != "all");
    let Some((stamp, event)) = stamp.zip(read_event(&message)) else {
        add(&counts.strangers, 1);
        return None;
    };
    let is_new = count(track.admit(&stamp, !to_one), counts);
    match event.fact {
        Fact::Beat => counts.note_world(),
        Fact::Serves(order) if is_new => counts.nodes.order(order),
        _ => return is_new.then(|| Arc::new(event)),
    }
    None
}

fn count(admission: Admission, counts: &Counts) -> bool {
    match admission {
        Admission::New { missing } => {
            add(&counts.gaps, missing);
            add(&counts.heard, 1);
            true
        }
        Admission::Old => {
            add(&counts.repeats, 1);
            false
        }
    }
}
