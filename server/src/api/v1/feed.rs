//! What the world says, for programs that listen: each line and each line taken back goes to those who may read it. Who does
//! not keep up is cut off, never waited for.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::bus::{EventBatch, Tap, Valve};
use crate::store::Reader;
use crate::vocab::{Audience, Event, Fact, GrantId, LineId, Message};

/// Lines that may wait for one listener.
const WAITING_MAX: usize = 1_024;
/// Listeners at once.
const LISTENERS_MAX: usize = 200;
/// Listeners at once with tokens of one grant.
const LISTENERS_OF_GRANT_MAX: usize = 5;

/// One thing that a listener is told.
#[derive(Debug, Clone)]
pub(super) enum Told {
    /// Somebody said something.
    Said(Arc<Message>),
    /// A line was taken back.
    TakenBack(LineId),
}

/// Those who listen.
#[derive(Clone)]
pub(super) struct Feed {
    listeners: Arc<Mutex<Vec<Listener>>>,
    valve: Valve,
}

struct Listener {
    grant: GrantId,
    reader: Reader,
    queue: mpsc::Sender<Told>,
}

impl Feed {
    /// Feeds listeners from a tap, until the world is gone.
    pub(super) fn from(tap: Tap) -> Self {
        let feed = Self { listeners: Arc::default(), valve: tap.valve() };
        let fed = feed.clone();
        let mut events = tap.events;
        tokio::spawn(async move {
            while let Some(batch) = events.recv().await {
                fed.hand_on(&batch);
            }
            fed.with(Vec::clear);
        });
        feed
    }

    /// A queue of what this reader may read from now on; none when too many listen.
    pub(super) fn listen(&self, grant: GrantId, reader: Reader) -> Option<mpsc::Receiver<Told>> {
        let (queue, told) = mpsc::channel(WAITING_MAX);
        self.with(|listeners| {
            listeners.retain(|listener| !listener.queue.is_closed());
            let own = listeners.iter().filter(|listener| listener.grant == grant).count();
            if listeners.len() >= LISTENERS_MAX || own >= LISTENERS_OF_GRANT_MAX {
                return None;
            }
            listeners.push(Listener { grant, reader, queue });
            self.valve.set(true);
            Some(told)
        })
    }

    fn hand_on(&self, batch: &EventBatch) {
        self.with(|listeners| {
            for event in batch {
                listeners.retain(|listener| listener.takes(event));
            }
            self.valve.set(!listeners.is_empty());
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Listener>) -> T) -> T {
        // A listener that a panic left half told is cut off at its next line.
        work(&mut self.listeners.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Listener {
    /// Tells them what is for them. False when they are gone, or too slow.
    fn takes(&self, event: &Event) -> bool {
        let told = match &event.fact {
            Fact::Spoke(message) if self.reader.takes(message) => Told::Said(Arc::clone(message)),
            Fact::Restored(message) if self.reader.takes(message) => {
                Told::Said(Arc::clone(message))
            }
            Fact::Redacted(line) if self.perceives(event, line) => Told::TakenBack(line.clone()),
            _ => return !self.queue.is_closed(),
        };
        self.queue.try_send(told).is_ok()
    }

    /// Whether they could have read a line that was taken back.
    fn perceives(&self, event: &Event, line: &LineId) -> bool {
        match &event.to {
            Audience::Witnesses(there) => {
                self.reader.characters.iter().any(|reader| there.contains(reader))
            }
            Audience::Rank(_) => self.reader.hears.contains(&line.channel),
            Audience::Session(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bus::{Capacity, local};

    fn said(number: usize) -> Arc<Event> {
        let message: Message = serde_json::from_value(json!({
            "v": 1, "id": "01a2008c-17f3-7645-9bb1-13034b06253a", "epoch": "e", "seq": number,
            "channel": "global", "at": "2026-11-21T09:15:02.413Z", "content": "hello",
            "sender": { "id": "p_7f3a", "name": "Ada", "kind": "player" },
        }))
        .unwrap();
        Arc::new(Event { to: Audience::EVERYONE, fact: Fact::Spoke(Arc::new(message)) })
    }

    fn reader() -> Reader {
        Reader { hears: ["global".parse().unwrap()].into(), ..Reader::default() }
    }

    #[tokio::test]
    async fn who_does_not_keep_up_is_cut_off_and_the_others_hear_everything() {
        let (mut world, _gateway, _) = local::pair(Capacity { inputs_max: 1, batches_max: 1 });
        let feed = Feed::from(Tap::on(&mut world, 16));
        let publisher = world.publisher();
        let mut slow = feed.listen(GrantId::nil(), reader()).unwrap();
        let mut quick = feed.listen(GrantId::nil(), reader()).unwrap();
        for number in 0..2 * WAITING_MAX {
            publisher.publish(vec![said(number)]);
            assert!(
                matches!(quick.recv().await, Some(Told::Said(line)) if line.seq == number as u64)
            );
        }
        let mut count = 0;
        while slow.recv().await.is_some() {
            count += 1;
        }
        assert_eq!(count, WAITING_MAX);
        drop(quick);
    }

    #[tokio::test]
    async fn listeners_are_bounded() {
        let (mut world, _gateway, _) = local::pair(Capacity { inputs_max: 1, batches_max: 1 });
        let feed = Feed::from(Tap::on(&mut world, 16));
        let own: Vec<_> =
            (0..=LISTENERS_OF_GRANT_MAX).map(|_| feed.listen(GrantId::nil(), reader())).collect();
        assert!(own[..LISTENERS_OF_GRANT_MAX].iter().all(Option::is_some));
        assert!(own[LISTENERS_OF_GRANT_MAX].is_none());
        drop(own);
        assert!(feed.listen(GrantId::nil(), reader()).is_some(), "places are free again");
    }
}
