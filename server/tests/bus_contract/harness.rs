//! Both back-ends behind one face, things to say, and patience with an end.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::DateTime;
use hearsay::bus::nats::{self, NatsLink, NatsOptions, SuffixOf};
use hearsay::bus::subject::SubjectSuffix;
use hearsay::bus::{BusState, Capacity, EventBatch, GatewayPort, WorldPort, local};
use hearsay::vocab::{
    Audience, Event, Fact, Input, Masks, Message, MessageId, PlayerId, Prose, Rank, Sender,
    SenderKind, SessionId, WIRE_VERSION,
};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::nats_server::NatsServer;

/// The gateway of the tests.
pub(crate) const GATEWAY: u16 = 7;

/// Roomy queues, for tests that are not about limits.
pub(crate) const ROOMY: Capacity = Capacity { inputs_max: 1_024, batches_max: 4_096 };

/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A bus with a world and a gateway on it.
pub(crate) struct Bus {
    pub(crate) world: WorldPort,
    pub(crate) gateway: GatewayPort,
    backing: Backing,
}

enum Backing {
    Local(Arc<AtomicU64>),
    Nats { world: NatsLink, gateway: NatsLink, _server: NatsServer },
}

impl Bus {
    pub(crate) fn local(capacity: Capacity) -> Self {
        let (world, gateway, dropped) = local::pair(capacity);
        Self { world, gateway, backing: Backing::Local(dropped) }
    }

    pub(crate) async fn nats(binary: &Path, capacity: Capacity) -> Self {
        let server = NatsServer::start(binary);
        let mut options = options(&server);
        options.heard_messages_max = capacity.batches_max;
        let (world, world_end) = nats::world(capacity, suffix());
        let (gateway, gateway_end) = nats::gateway(GATEWAY, capacity);
        let world_link = nats::attach(options.clone(), world_end).await.unwrap();
        let gateway_link = nats::attach(options, gateway_end).await.unwrap();
        let backing = Backing::Nats { world: world_link, gateway: gateway_link, _server: server };
        Self { world, gateway, backing }
    }

    /// How many events are known to have been lost.
    pub(crate) fn lost(&self) -> u64 {
        match &self.backing {
            Backing::Local(dropped) => dropped.load(Ordering::Relaxed),
            Backing::Nats { world, gateway, .. } => {
                world.counters().dropped_before_link + gateway.counters().gaps
            }
        }
    }
}

/// Quick to notice, quick to return.
pub(crate) fn options(server: &NatsServer) -> NatsOptions {
    let mut options = NatsOptions::at(server.url().parse().unwrap());
    options.ping_interval = Duration::from_millis(200);
    options.connect_timeout = Duration::from_millis(500);
    options.reconnect_time_wait = Duration::from_millis(20);
    options.reconnect_time_wait_max = Duration::from_millis(100);
    options
}

pub(crate) fn suffix() -> SuffixOf {
    Arc::new(SubjectSuffix::usual)
}

/// Waits, but not for ever.
pub(crate) async fn soon<T>(what: &str, doing: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, doing)
        .await
        .unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// Waits until something holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    soon(what, async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// Waits until the link is in such a state.
pub(crate) async fn state(
    link: &NatsLink,
    what: &str,
    wanted: impl Fn(&BusState) -> bool,
) -> BusState {
    soon(what, link.state().wait_for(wanted)).await.unwrap().clone()
}

pub(crate) async fn connected(link: &NatsLink) {
    state(link, "the link to be connected", |state| *state == BusState::Connected).await;
}

pub(crate) async fn away(link: &NatsLink) {
    state(link, "the link to be away", |state| matches!(state, BusState::Away { .. })).await;
}

/// The next events, one by one, until so many have come.
pub(crate) async fn receive(events: &mut mpsc::Receiver<EventBatch>, count: usize) -> Vec<Event> {
    let mut received = Vec::new();
    while received.len() < count {
        let batch = soon("events", events.recv()).await.expect("the bus to live");
        received.extend(batch.iter().map(|event| Event::clone(event)));
    }
    assert_eq!(received.len(), count, "more events than were published");
    received
}

/// A message with this number, said in a room to two who are there.
pub(crate) fn said(number: u64) -> Event {
    let there = vec![PlayerId(1), PlayerId(2)];
    let message = Message { audience: Some(there.as_slice().into()), ..message("say", number) };
    spoke(Audience::Witnesses(there.into()), message)
}

/// The same event with so many bytes more to carry.
pub(crate) fn padded(event: Event, bytes: usize) -> Event {
    let Fact::Spoke(message) = event.fact else { panic!("not a message: {event:?}") };
    let to_sender = (bytes > 0).then(|| "x".repeat(bytes));
    spoke(event.to, Message { to_sender, ..Message::clone(&message) })
}

/// A message with this number to all who may hear the channel.
pub(crate) fn announced(number: u64, hear: Rank) -> Event {
    spoke(Audience::Rank(hear), message("global", number))
}

/// A text for one session.
pub(crate) fn answered(session: SessionId, number: u64) -> Event {
    Event { to: Audience::Session(session), fact: Fact::Told(Prose::text(number.to_string())) }
}

/// A text for two who are there.
pub(crate) fn seen(number: u64) -> Event {
    let there = Audience::Witnesses([PlayerId(1), PlayerId(2)].into());
    Event { to: there, fact: Fact::ToldOf(PlayerId(1), Prose::text(number.to_string())) }
}

/// The number of whatever one of the above made.
pub(crate) fn number(event: &Event) -> u64 {
    match &event.fact {
        Fact::Spoke(message) => message.content.parse().unwrap(),
        Fact::Told(prose) | Fact::ToldOf(_, prose) => prose.to_text().parse().unwrap(),
        other => panic!("an unexpected fact: {other:?}"),
    }
}

pub(crate) fn numbers(events: &[Event]) -> Vec<u64> {
    events.iter().map(number).collect()
}

pub(crate) fn session(counter: u64) -> SessionId {
    SessionId::on(GATEWAY, counter)
}

pub(crate) fn line(session: SessionId, text: impl Into<String>) -> Input {
    Input::Line { session, text: text.into() }
}

pub(crate) fn spoke(to: Audience, message: Message) -> Event {
    Event { to, fact: Fact::Spoke(Arc::new(message)) }
}

pub(crate) fn message(channel: &str, number: u64) -> Message {
    Message {
        v: WIRE_VERSION,
        id: MessageId(Uuid::now_v7()),
        epoch: "e1".into(),
        seq: number,
        channel: channel.parse().unwrap(),
        at: DateTime::from_timestamp_millis(1_795_252_502_413).unwrap(),
        sender: Sender {
            id: PlayerId(1),
            name: "Ada".into(),
            kind: SenderKind::Player,
            account: None,
            via: None,
        },
        content: number.to_string(),
        room: Some("earth.harbour.docks.pier".parse().unwrap()),
        party: None,
        target: None,
        audience: None,
        flags: Vec::new(),
        masks: Masks::default(),
        to_sender: None,
        to_target: None,
    }
}
