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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::wire::Writer;
    use super::*;
    use crate::vocab::{Audience, Event, Fact, Prose};

    /// What may happen to an outbox and to the NATS behind it.
    #[derive(Debug, Clone, Copy)]
    enum Step {
        Push,
        Send,
        /// The stream takes the next from the socket.
        Arrive,
        /// The next confirmation comes back.
        Confirm,
        /// What is in the socket, in either direction, is lost.
        Cut,
        /// The same, but the stream names its last message at the next connection.
        CutAndAsk,
    }

    #[derive(Default)]
    struct Stream {
        socket: VecDeque<(u64, String)>,
        stored: Vec<String>,
        confirmations: VecDeque<u64>,
    }

    impl Stream {
        fn arrive(&mut self) {
            let Some((order, id)) = self.socket.pop_front() else { return };
            if !self.stored.contains(&id) {
                self.stored.push(id);
            }
            self.confirmations.push_back(order);
        }

        fn cut(&mut self) {
            self.socket.clear();
            self.confirmations.clear();
        }
    }

    fn limits(messages_max: usize) -> OutboxLimits {
        let age_max = Duration::from_secs(10);
        OutboxLimits { messages_max, bytes_max: 1_000_000, age_max, unconfirmed_max: 4 }
    }

    fn publication(writer: &mut Writer, id: Option<u64>) -> Publication {
        let event = Event { to: Audience::EVERYONE, fact: Fact::Told(Prose::text("x")) };
        let mut publication = writer.told(&event);
        publication.id = id.map(|id| id.to_string());
        publication
    }

    fn send(outbox: &mut Outbox, stream: &mut Stream) {
        let Some(next) = outbox.next() else { return };
        let (order, id) = (next.order(), next.id.clone());
        outbox.sent(id.is_some());
        stream.socket.extend(id.map(|id| (order, id)));
    }

    fn take(step: Step, outbox: &mut Outbox, stream: &mut Stream) {
        match step {
            Step::Push => {}
            Step::Send => send(outbox, stream),
            Step::Arrive => stream.arrive(),
            Step::Confirm => {
                stream.confirmations.pop_front().map(|order| outbox.confirmed(order));
            }
            Step::Cut | Step::CutAndAsk => {
                stream.cut();
                outbox.rewind();
                if let (Step::CutAndAsk, Some(last)) = (step, stream.stored.last()) {
                    outbox.stored_up_to(last);
                }
            }
        }
    }

    proptest! {
        /// Wherever the connection breaks, and however often, the stream ends up with each message once and in order,
        /// and nothing is left waiting.
        #[test]
        fn every_message_is_stored_once_in_order(
            steps in prop::collection::vec(prop_oneof![
                3 => Just(Step::Push), 4 => Just(Step::Send), 3 => Just(Step::Arrive), 2 => Just(Step::Confirm),
                1 => Just(Step::Cut), 1 => Just(Step::CutAndAsk),
            ], 0..200),
        ) {
            let (mut outbox, mut stream, mut writer) = (Outbox::new(limits(1_000)), Stream::default(), Writer::new());
            let mut pushed: u64 = 0;
            for step in steps {
                if let Step::Push = step {
                    // Every third is an event, which no stream keeps.
                    let id = (!pushed.is_multiple_of(3)).then_some(pushed);
                    outbox.push(publication(&mut writer, id), Instant::now());
                    pushed += 1;
                }
                take(step, &mut outbox, &mut stream);
                prop_assert!(stream.socket.len() <= 4, "more on the way than may be");
            }
            while !outbox.is_empty() {
                for step in [Step::Send, Step::Arrive, Step::Confirm] {
                    take(step, &mut outbox, &mut stream);
                }
            }
            let expected: Vec<_> = (0..pushed).filter(|id| !id.is_multiple_of(3)).map(|id| id.to_string()).collect();
            prop_assert_eq!(stream.stored, expected);
            prop_assert_eq!(outbox.bytes(), 0);
        }

        /// An outbox is never fuller than it may be, and everything pushed is sent, waiting, or counted as dropped.
        #[test]
        fn it_is_never_fuller_than_it_may_be(
            steps in prop::collection::vec(prop_oneof![
                4 => Just(Step::Push), 2 => Just(Step::Send), 1 => Just(Step::Arrive), 1 => Just(Step::Confirm),
                1 => Just(Step::Cut),
            ], 0..200),
        ) {
            let (mut outbox, mut stream, mut writer) = (Outbox::new(limits(5)), Stream::default(), Writer::new());
            let (mut pushed, mut dropped, mut confirmed) = (0, 0, 0);
            for step in steps {
                match step {
                    Step::Push => {
                        dropped += outbox.push(publication(&mut writer, Some(pushed)), Instant::now());
                        pushed += 1;
                    }
                    Step::Confirm => {
                        let order = stream.confirmations.pop_front();
                        confirmed += u64::from(order.is_some_and(|order| outbox.confirmed(order)));
                    }
                    other => take(other, &mut outbox, &mut stream),
                }
                prop_assert!(outbox.len() <= 5);
                let waiting = outbox.entries.iter().filter(|entry| !entry.done).count() as u64;
                prop_assert_eq!(pushed, dropped + confirmed + waiting);
            }
        }
    }

    #[test]
    fn only_what_is_too_old_expires() {
        let (mut outbox, mut writer) = (Outbox::new(limits(100)), Writer::new());
        let start = Instant::now();
        for second in [0, 5, 20] {
            outbox.push(publication(&mut writer, None), start + Duration::from_secs(second));
        }
        assert_eq!(outbox.expire(start + Duration::from_secs(10)), 0);
        assert_eq!(outbox.expire(start + Duration::from_secs(21)), 2);
        assert_eq!(outbox.len(), 1);
    }
}
