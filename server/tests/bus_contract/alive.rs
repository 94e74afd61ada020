//! What a link knows of the other side being alive: that the world beats, what gateways tell of themselves,
//! and how long NATS takes to answer.

use std::sync::Arc;

use chrono::DateTime;
use futures_util::StreamExt;
use hearsay::bus::nats::{self, NatsLogin, NatsOptions};
use hearsay::bus::{EventBatch, local};
use hearsay::vocab::{Audience, DrainOrder, Event, Fact, Input, NodeReport, Secret, SessionId};

use crate::harness::{
    GATEWAY, ROOMY, connected, numbers, options, receive, said, soon, suffix, until,
};
use crate::nats_server::{NatsServer, binaries};

/// A user who may say talk and nothing else, and so may not ask.
const TALK_ALONE: &str = "authorization { users = [
    { user: ada, password: right, permissions: { publish: [\"chat.>\"], subscribe: [\"_INBOX.>\"] } }
    { user: bob, password: right } ] }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_world_that_beats_is_heard_and_nobody_reads_it() {
    for binary in binaries() {
        let server = NatsServer::start(&binary);
        let (world, end) = nats::world(ROOMY, suffix());
        let world_link = nats::attach(options(&server), end).await.unwrap();
        let (mut gateway, end) = nats::gateway(GATEWAY, ROOMY);
        let link = nats::attach(options(&server), end).await.unwrap();
        assert_eq!(link.gauge().world_heard(), None);
        let beat = Event { to: Audience::EVERYONE, fact: Fact::Beat };
        let events = [said(1), beat.clone(), beat, said(2)];
        world.publisher().publish(events.into_iter().map(Arc::new).collect());
        assert_eq!(numbers(&receive(&mut gateway.events, 2).await), [1, 2]);
        assert!(link.gauge().world_heard().is_some());
        assert_eq!(world_link.gauge().world_heard(), None);
        assert_eq!((link.counters().gaps, link.counters().heard), (0, 4));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_tells_how_it_is_and_is_ordered_past_those_who_play() {
    for binary in binaries() {
        let server = NatsServer::start(&binary);
        let (mut world, end) = nats::world(ROOMY, suffix());
        let world_link = nats::attach(options(&server), end).await.unwrap();
        let (mut gateway, end) = nats::gateway(GATEWAY, ROOMY);
        let link = nats::attach(options(&server), end).await.unwrap();
        let session = SessionId::of_none(GATEWAY);
        let node = Box::new(report());
        gateway.inputs.send(Input::Reports { session, node }).await.unwrap();
        gateway.inputs.send(Input::Awake { session }).await.unwrap();
        // What comes after it is heard, and it is not.
        assert_eq!(soon("an input", world.inputs.recv()).await, Some(Input::Awake { session }));
        assert_eq!(world_link.gauge().nodes()[&GATEWAY].report, report());

        let mut ordered = link.gauge().ordered();
        let order = DrainOrder { seconds: 60, reason: "new kernel".to_owned(), by: "Ada".into() };
        let of = |to, order| Arc::new(Event { to, fact: Fact::Serves(order) });
        let [own, other] = [GATEWAY, GATEWAY + 1].map(SessionId::of_none);
        world.publisher().publish(vec![
            of(Audience::Session(other), None),
            of(Audience::Session(own), Some(order.clone())),
            Arc::new(said(1)),
        ]);
        assert_eq!(numbers(&receive(&mut gateway.events, 1).await), [1]);
        soon("an order", ordered.changed()).await.unwrap();
        assert_eq!(*ordered.borrow_and_update(), Some(order));
        assert!(!ordered.has_changed().unwrap(), "what is for another gateway is none of ours");
    }
}

/// What a gateway tells.
fn report() -> NodeReport {
    NodeReport {
        gateway: Some(GATEWAY),
        name: "hearsay-1".into(),
        role: "gateway".into(),
        version: "1".into(),
        started: DateTime::UNIX_EPOCH,
        sessions: 2,
        connections: Some([("telnet".into(), 3)].into()),
        bus: "connected".into(),
        draining: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_long_nats_takes_to_answer_is_counted_on_every_link() {
    for binary in binaries() {
        let server = NatsServer::start(&binary);
        let (mut world, ..) = local::pair(ROOMY);
        let end = nats::mirror(&mut world, ROOMY.batches_max, suffix());
        let mirror = nats::attach(options(&server), end).await.unwrap();
        let (_gateway, end) = nats::gateway(GATEWAY, ROOMY);
        let gateway = nats::attach(options(&server), end).await.unwrap();
        for link in [&mirror, &gateway] {
            until("some answers", || link.gauge().round_trips().count() >= 3).await;
            assert!(link.gauge().round_trips().total_seconds() > 0.0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_may_not_ask_publishes_all_the_same() {
    for binary in binaries() {
        let server = NatsServer::start_with(&binary, TALK_ALONE);
        let login = NatsLogin::User { name: "ada".to_owned(), password: Secret::new("right") };
        let (mut world, ..) = local::pair(ROOMY);
        let end = nats::mirror(&mut world, ROOMY.batches_max, suffix());
        let link = nats::attach(NatsOptions { login, ..options(&server) }, end).await.unwrap();
        connected(&link).await;
        until("the refusal", || link.counters().last_error.is_some()).await;
        let bob = async_nats::ConnectOptions::with_user_and_password("bob".into(), "right".into());
        let bob = bob.connect(server.url()).await.unwrap();
        let mut heard = bob.subscribe("chat.>").await.unwrap();
        // Answered by "nobody there", but only after the subscription has been seen.
        let _ = bob.request("nobody", "".into()).await;
        world.publisher().publish(EventBatch::from([Arc::new(said(1))]));
        soon("the talk", heard.next()).await.unwrap();
        assert_eq!((link.gauge().round_trips().count(), link.counters().reconnects), (0, 0));
    }
}
