//! A gateway without sockets: the far end of a real bus, and a real broadcaster.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hearsay::bus::{Capacity, EventBatch, InputQueue, Publisher, WorldPort, local};
use hearsay::gateway::telnet::PromptMark;
use hearsay::gateway::{Broadcaster, BroadcasterCommand, BroadcasterLimits, Counters, Dialect};
use hearsay::vocab::{Capability, ColourDepth, Delivered, Event, Input, SessionId};
use tokio::sync::mpsc;

use super::Client;

/// Reports of what was delivered are for the journal, which is not on this stage.
type NoReport = fn(Delivered);

/// Inputs that the bus holds; more than a test leaves there.
const INPUTS_MAX: usize = 1_000;

/// The gateway.
pub struct Gateway {
    number: usize,
    world: WorldPort,
    publisher: Publisher,
    inputs: InputQueue,
    batches: mpsc::Receiver<EventBatch>,
    dropped: Arc<AtomicU64>,
    broadcaster: Broadcaster<NoReport>,
    pub counters: Arc<Counters>,
}

impl Gateway {
    /// A gateway whose bus holds so many batches and drops what comes then.
    pub fn new(number: usize, batches_max: usize) -> Self {
        let (world, port, dropped) = local::pair(Capacity { inputs_max: INPUTS_MAX, batches_max });
        let limits = BroadcasterLimits {
            outbox_bytes_max: 1 << 20,
            outbox_stalled: Duration::from_secs(30),
            missed_lines_max: 10_000,
        };
        let counters = Arc::new(Counters::default());
        let (inputs, batches, publisher) = (port.inputs, port.events, world.publisher());
        let broadcaster = Broadcaster::new(limits, Arc::clone(&counters), drop as NoReport);
        Self { number, world, publisher, inputs, batches, dropped, broadcaster, counters }
    }

    /// A connection opens. Telnet clients show no colours and ask for "go ahead" after prompts.
    pub fn connect(&mut self, client: &Client) {
        let (session, dialect) = (client.session, client.dialect);
        let (wire, shared) = (client.wire(), client.shared());
        self.broadcaster.obey(BroadcasterCommand::Open { session, wire, dialect, shared });
        let plain = Capability { colour: ColourDepth::None, ..Capability::default() };
        if dialect == Dialect::Telnet {
            self.broadcaster.obey(BroadcasterCommand::Shows(session, plain, PromptMark::Ga));
        }
    }

    /// A client says what it shows.
    pub fn shows(&mut self, session: SessionId, capability: Capability) {
        self.broadcaster.obey(BroadcasterCommand::Shows(session, capability, PromptMark::Ga));
    }

    /// A connection is gone.
    pub fn disconnect(&mut self, session: SessionId) {
        self.broadcaster.obey(BroadcasterCommand::Gone(session));
    }

    /// A session says something to the world.
    pub fn input(&self, input: Input) {
        self.inputs.try_send(input).expect("tests take inputs as they come");
    }

    /// The oldest thing that a session has said and the world has not taken.
    pub fn next_input(&mut self) -> Option<Input> {
        self.world.inputs.try_recv().ok()
    }

    /// The world says something; what finds the bus full is dropped.
    pub fn publish(&mut self, events: &[Arc<Event>]) {
        self.publisher.publish(events.to_vec());
    }

    /// How many events were dropped so far.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// How many batches are under way.
    pub fn under_way(&self) -> usize {
        self.batches.len()
    }

    /// The oldest batch under way reaches the broadcaster; says whether there was one. A gateway other than the first hears
    /// the world from afar: what it hears went through JSON.
    pub fn deliver_one(&mut self) -> bool {
        let Ok(batch) = self.batches.try_recv() else { return false };
        let batch = if self.number == 0 { batch } else { through_json(&batch) };
        self.broadcaster.take(batch);
        self.broadcaster.flush();
        true
    }

    /// All that is under way reaches the broadcaster.
    pub fn deliver_all(&mut self) {
        while self.deliver_one() {}
    }
}

fn through_json(batch: &EventBatch) -> EventBatch {
    let there = serde_json::to_vec(batch).expect("events are plain data");
    serde_json::from_slice(&there).expect("what was written as JSON is read again")
}
