//! What the world says, for programs that listen: each line and each line taken back goes to those who may read it, what staff
//! do to those who may know, and who comes and goes to those who want to. Who does not keep up is cut off, never waited for.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::bus::{ActNews, Bulletin, EventBatch, PresenceNews, Tap, Valve};
use crate::store::Reader;
use crate::vocab::{self, AccountId, Audience, Event, Fact, Holder, LineId, Message, Person, Rank};

/// Lines that may wait for one listener.
const WAITING_MAX: usize = 1_024;
/// Listeners at once.
const LISTENERS_MAX: usize = 200;
/// Those of them that only staff may be: whoever sees to peace is not kept from it by players.
const LISTENERS_OF_STAFF: usize = 50;
/// Listeners at once of one account or service.
const LISTENERS_OF_ONE_MAX: usize = 5;

/// One thing that a listener is told.
#[derive(Debug, Clone)]
pub(super) enum Told {
    /// Somebody said something.
    Said(Arc<Message>),
    /// A line was taken back.
    TakenBack(LineId),
    /// It is where it was again.
    Restored(Arc<Message>),
    /// Staff or a rule did something.
    Acted(Arc<ActNews>),
    /// Somebody came or went.
    Presence(Arc<PresenceNews>),
}

/// What a listener wants to be told, of what they may.
#[derive(Debug, Clone)]
pub(super) struct Interest {
    /// As whom they read.
    pub(super) reader: Reader,
    /// Whether they want what is said.
    pub(super) messages: bool,
    /// Whose view of what staff and rules do they want.
    pub(super) acts: Option<Acts>,
    /// Whether they want to know who comes and goes.
    pub(super) presence: bool,
    /// Whether all that is said comes to them, for whoever it is. Within the server alone.
    pub(super) is_inside: bool,
}

/// Whose view of what staff and rules do.
#[derive(Debug, Clone, Copy)]
pub(super) enum Acts {
    /// That of a member of staff, with the rank of the reader.
    Of(AccountId),
    /// The operator's: all of it.
    All,
}

impl Acts {
    fn include(self, news: &ActNews, rank: Rank) -> bool {
        match self {
            Self::Of(account) => news.is_for(account, rank),
            Self::All => true,
        }
    }
}

/// Those who listen.
#[derive(Clone)]
pub(super) struct Feed {
    shared: Arc<Mutex<Listeners>>,
    valve: Valve,
}

#[derive(Default)]
struct Listeners {
    all: Vec<Listener>,
    last_number: u64,
    figures: FeedFigures,
}

/// What is counted of those who listen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedFigures {
    /// Streams that are open now.
    pub open: u64,
    /// Streams that were cut off, for being slow or because something was missed.
    pub cut_off: u64,
    /// Events that found the queue to all of them full.
    pub dropped: u64,
}

struct Listener {
    number: u64,
    /// None is the server itself, which takes nobody's place.
    who: Option<Holder>,
    interest: Interest,
    /// Whether what they may hear, or how they hear, may be something else than their interest says.
    changed: Arc<AtomicBool>,
    /// None once they were cut off. Their place is theirs until they are gone.
    queue: Option<mpsc::Sender<Told>>,
}

/// A listener's place, and what they are told. Dropping it gives the place back.
pub(super) struct Listening {
    number: u64,
    feed: Feed,
    told: mpsc::Receiver<Told>,
    changed: Arc<AtomicBool>,
}

impl Feed {
    /// Feeds listeners from a tap, until the world is gone.
    pub(super) fn from(mut tap: Tap) -> Self {
        let feed = Self { shared: Arc::default(), valve: tap.valve() };
        let fed = feed.clone();
        tokio::spawn(async move {
            let mut dropped = 0;
            loop {
                tokio::select! {
                    batch = tap.events.recv() => match batch {
                        Some(batch) => fed.hand_on(&batch),
                        None => break,
                    },
                    // The board is gone only with the world.
                    Some(bulletin) = tap.bulletins.recv() => fed.post(&bulletin),
                }
                if tap.dropped() != dropped {
                    // They ask for what they missed when they come back.
                    dropped = tap.dropped();
                    fed.with(|listeners| listeners.figures.dropped = dropped);
                    fed.cut_off();
                }
            }
            fed.cut_off();
        });
        feed
    }

    /// A place to hear what is of interest from now on; none when too many listen.
    pub(super) fn listen(&self, who: &Holder, interest: Interest) -> Option<Listening> {
        self.with(|listeners| {
            let others = listeners.all.iter().filter_map(|listener| listener.who.as_ref());
            let own = others.clone().filter(|other| *other == who).count();
            let is_staff = interest.reader.rank >= Rank::Moderator;
            let most = LISTENERS_MAX - if is_staff { 0 } else { LISTENERS_OF_STAFF };
            if others.count() >= most || own >= LISTENERS_OF_ONE_MAX {
                return None;
            }
            Some(listeners.add(Some(who.clone()), interest, self))
        })
    }

    /// A place for the server itself, however many listen.
    pub(super) fn listen_within(&self, interest: Interest) -> Listening {
        self.with(|listeners| listeners.add(None, interest, self))
    }

    fn hand_on(&self, batch: &EventBatch) {
        self.with(|listeners| {
            for event in batch {
                listeners.each(|listener| listener.take(event));
            }
        });
    }

    fn post(&self, bulletin: &Bulletin) {
        self.with(|listeners| {
            listeners.each(|listener| listener.take_bulletin(bulletin));
        });
    }

    fn cut_off(&self) {
        self.with(|listeners| {
            listeners.each(|listener| listener.queue = None);
        });
    }

    /// What is counted.
    pub(super) fn figures(&self) -> FeedFigures {
        self.with(|listeners| {
            let open = listeners.all.iter().filter(|listener| listener.is_streamed()).count();
            FeedFigures { open: open as u64, ..listeners.figures }
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Listeners) -> T) -> T {
        // What a panic left half told is told no further.
        let mut listeners = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let done = work(&mut listeners);
        self.valve.set(!listeners.all.is_empty());
        done
    }
}

impl Listeners {
    fn add(&mut self, who: Option<Holder>, interest: Interest, feed: &Feed) -> Listening {
        let (queue, told) = mpsc::channel(WAITING_MAX);
        let changed = Arc::new(AtomicBool::new(false));
        self.last_number += 1;
        let (number, queue) = (self.last_number, Some(queue));
        self.all.push(Listener { number, who, interest, changed: Arc::clone(&changed), queue });
        Listening { number, feed: feed.clone(), told, changed }
    }

    /// Does something with each, and counts those who are cut off by it.
    fn each(&mut self, mut work: impl FnMut(&mut Listener)) {
        for listener in &mut self.all {
            let was_streamed = listener.is_streamed();
            work(listener);
            self.figures.cut_off += u64::from(was_streamed && !listener.is_streamed());
        }
    }
}

impl Listening {
    /// The next thing; none when they were cut off, or the world is gone.
    pub(super) async fn next(&mut self) -> Option<Told> {
        self.told.recv().await
    }

    /// What there is by now, at least one thing and at most so many; nothing when they were cut off, or the world is gone.
    pub(super) async fn next_many(&mut self, most: usize) -> Vec<Told> {
        let mut told = Vec::new();
        self.told.recv_many(&mut told, most).await;
        told
    }

    /// Whether, since this was asked last, something was done to them or how they hear was changed, so that their interest is
    /// to be settled anew before they are told any more.
    pub(super) fn has_changed(&self) -> bool {
        self.changed.swap(false, Ordering::AcqRel)
    }

    /// From now on something else may be read.
    pub(super) fn hear_as(&self, interest: &Interest) {
        self.feed.with(|listeners| {
            let own = listeners.all.iter_mut().find(|listener| listener.number == self.number);
            own.into_iter().for_each(|own| own.interest = interest.clone());
        });
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.feed.with(|listeners| {
            listeners.all.retain(|listener| listener.number != self.number);
        });
    }
}

impl Listener {
    /// Whether somebody outside is told what there is.
    fn is_streamed(&self) -> bool {
        self.who.is_some() && self.queue.is_some()
    }

    /// Tells them what of an event is for them.
    fn take(&mut self, event: &Event) {
        if let Fact::Tuned(now) = &event.fact {
            self.tune(now);
        }
        let Interest { reader, messages: true, is_inside, .. } = &self.interest else { return };
        let told = match &event.fact {
            Fact::Spoke(message) if *is_inside || reader.takes(message) => {
                Told::Said(Arc::clone(message))
            }
            Fact::Restored(message) if reader.takes(message) => Told::Restored(Arc::clone(message)),
            Fact::Redacted(line) if perceives(reader, event, line) => Told::TakenBack(line.clone()),
            _ => return,
        };
        self.tell(told);
    }

    /// Tells them of a bulletin if it is for them.
    fn take_bulletin(&mut self, bulletin: &Bulletin) {
        let rank = self.interest.reader.rank;
        if self.is_concerned(bulletin) {
            self.changed.store(true, Ordering::Release);
        }
        let told = match (bulletin, self.interest.acts) {
            (Bulletin::Act(news), Some(acts)) if acts.include(news, rank) => {
                Told::Acted(Arc::clone(news))
            }
            (Bulletin::Presence(news), _) if self.interest.presence => {
                Told::Presence(Arc::clone(news))
            }
            _ => return,
        };
        self.tell(told);
    }

    /// One of their characters hears otherwise from now on.
    fn tune(&mut self, now: &vocab::Listener) {
        let ear = self.interest.reader.ears.iter_mut().find(|ear| ear.id == now.player);
        if let Some(ear) = ear {
            ear.ignores.clone_from(&now.ignores);
            self.changed.store(true, Ordering::Release);
        }
    }

    /// Whether something was done to whoever listens.
    fn is_concerned(&self, bulletin: &Bulletin) -> bool {
        let (Bulletin::Act(news), Some(Holder::Account(own))) = (bulletin, &self.who) else {
            return false;
        };
        news.subject == Some(Person::Account(*own))
    }

    /// Who has too much waiting is cut off.
    fn tell(&mut self, told: Told) {
        if self.queue.as_ref().is_some_and(|queue| queue.try_send(told).is_err()) {
            self.queue = None;
        }
    }
}

/// Whether somebody could have read a line that was taken back.
fn perceives(reader: &Reader, event: &Event, line: &LineId) -> bool {
    let heard = match &event.to {
        Audience::Witnesses(there) => reader.is_among(there),
        Audience::Rank(_) => reader.hears.contains(&line.channel),
        Audience::Session(_) => false,
    };
    (heard || reader.watches.contains(&line.channel)) && reader.wants(&line.channel)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bus::{Capacity, local};
    use crate::vocab::MaskLevel;

    fn said(number: usize) -> Arc<Event> {
        let message: Message = serde_json::from_value(json!({
            "v": 1, "id": "01a2008c-17f3-7645-9bb1-13034b06253a", "epoch": "e", "seq": number,
            "channel": "global", "at": "2026-11-21T09:15:02.413Z", "content": "hello",
            "sender": { "id": "p_7f3a", "name": "Ada", "kind": "player" },
        }))
        .unwrap();
        Arc::new(Event { to: Audience::EVERYONE, fact: Fact::Spoke(Arc::new(message)) })
    }

    fn reader() -> Interest {
        let reader = Reader {
            ears: Vec::new(),
            rank: Rank::Player,
            hears: ["global".parse().unwrap()].into(),
            tell_place: [].into(),
            watches: [].into(),
            only: None,
            mask: MaskLevel::Off,
        };
        Interest { reader, messages: true, acts: None, presence: false, is_inside: false }
    }

    #[tokio::test]
    async fn who_does_not_keep_up_is_cut_off_and_the_others_hear_everything() {
        let (mut world, _gateway, _) = local::pair(Capacity { inputs_max: 1, batches_max: 1 });
        let feed = Feed::from(Tap::on(&mut world, 16));
        let publisher = world.publisher();
        let mut slow = feed.listen(&Holder::Service("bridge".into()), reader()).unwrap();
        let mut quick = feed.listen(&Holder::Service("bridge".into()), reader()).unwrap();
        for number in 0..2 * WAITING_MAX {
            publisher.publish(vec![said(number)]);
            assert!(
                matches!(quick.next().await, Some(Told::Said(line)) if line.seq == number as u64)
            );
        }
        let mut count = 0;
        while slow.next().await.is_some() {
            count += 1;
        }
        assert_eq!(count, WAITING_MAX);
        assert_eq!(feed.figures(), FeedFigures { open: 1, cut_off: 1, dropped: 0 });
        drop(quick);
        assert_eq!(feed.figures().open, 0);
    }

    #[tokio::test]
    async fn listeners_are_bounded() {
        let (mut world, _gateway, _) = local::pair(Capacity { inputs_max: 1, batches_max: 1 });
        let feed = Feed::from(Tap::on(&mut world, 16));
        let own: Vec<_> = (0..=LISTENERS_OF_ONE_MAX)
            .map(|_| feed.listen(&Holder::Service("bridge".into()), reader()))
            .collect();
        assert!(own[..LISTENERS_OF_ONE_MAX].iter().all(Option::is_some));
        assert!(own[LISTENERS_OF_ONE_MAX].is_none());
        let within: Vec<_> = (0..LISTENERS_MAX).map(|_| feed.listen_within(reader())).collect();
        assert!(
            feed.listen(&Holder::Service("other".into()), reader()).is_some(),
            "the server takes nobody's place"
        );
        drop(within);
        drop(own);
        assert!(
            feed.listen(&Holder::Service("bridge".into()), reader()).is_some(),
            "places are free again"
        );
    }
}
