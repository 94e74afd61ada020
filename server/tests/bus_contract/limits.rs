//! The outbox in front of NATS: what it keeps, what it drops, and that it says so.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Subscriber;
use futures_util::StreamExt;
use hearsay::bus::nats::{self, NatsLink, NatsOptions};
use hearsay::bus::{EventBatch, Publisher, WorldPort, local};
use hearsay::vocab::Message;

use crate::harness::{ROOMY, away, connected, message, options, said, soon, suffix, until};
use crate::nats_server::{NatsServer, binaries};

async fn mirrored(options: NatsOptions) -> (WorldPort, Publisher, NatsLink) {
    let (mut world, _, _) = local::pair(ROOMY);
    let end = nats::mirror(&mut world, ROOMY.batches_max, suffix());
    let link = nats::attach(options, end).await.unwrap();
    let publisher = world.publisher();
    (world, publisher, link)
}

fn speak(publisher: &Publisher, messages: std::ops::Range<u64>) {
    for number in messages {
        publisher.publish(EventBatch::from([Arc::new(said(number))]));
    }
}

/// Somebody else on the same NATS who hears all talk.
async fn listener(server: &NatsServer) -> Subscriber {
    let client = async_nats::connect(server.url()).await.unwrap();
    let talk = client.subscribe("chat.>").await.unwrap();
    // Nobody is there; the answer says that the server knows of the subscription by now.
    client.request("nobody.is.there", "".into()).await.unwrap_err();
    talk
}

async fn contents(talk: &mut Subscriber, count: usize) -> Vec<u64> {
    let mut contents = Vec::new();
    while contents.len() < count {
        let heard = soon("talk on NATS", talk.next()).await.unwrap();
        let message: Message = serde_json::from_slice(&heard.payload).unwrap();
        contents.push(message.content.parse().unwrap());
    }
    contents
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_outbox_drops_the_oldest_and_counts_them() {
    for binary in binaries() {
        let mut server = NatsServer::start(&binary);
        server.kill();
        let mut options = options(&server);
        options.outbox_messages_max = 10;
        // Slow to return, so that the listener is there first.
        options.reconnect_time_wait = Duration::from_millis(500);
        options.reconnect_time_wait_max = Duration::from_secs(1);
        let (_world, publisher, link) = mirrored(options).await;
        away(&link).await;
        speak(&publisher, 0..25);
        until("the drops to be counted", || link.counters().dropped_by_size == 15).await;
        assert_eq!(link.counters().outbox_messages, 10);
        server.restart();
        let mut talk = listener(&server).await;
        connected(&link).await;
        speak(&publisher, 25..26);
        assert_eq!(contents(&mut talk, 11).await, (15..26).collect::<Vec<_>>());
        link.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_too_long_or_weighs_too_much_is_dropped() {
    let binary = &binaries()[0];
    let mut server = NatsServer::start(binary);
    server.kill();
    let mut options = options(&server);
    options.outbox_age_max = Duration::from_millis(50);
    options.payload_bytes_max = 2_000;
    let (_world, publisher, link) = mirrored(options).await;
    speak(&publisher, 0..5);
    until("the old to be dropped", || link.counters().dropped_by_age == 5).await;
    assert_eq!((link.counters().outbox_messages, link.counters().outbox_bytes), (0, 0));
    let large = Message { content: "x".repeat(2_000), ..message("say", 1) };
    let to = hearsay::vocab::Audience::EVERYONE;
    publisher.publish(EventBatch::from([Arc::new(crate::harness::spoke(to, large))]));
    until("the large to be dropped", || link.counters().dropped_as_too_large == 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_before_a_stop_is_sent() {
    for binary in binaries() {
        let server = NatsServer::start(&binary);
        let mut talk = listener(&server).await;
        let (_world, publisher, link) = mirrored(options(&server)).await;
        connected(&link).await;
        speak(&publisher, 0..2_000);
        link.shutdown().await;
        assert_eq!(contents(&mut talk, 2_000).await, (0..2_000).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_without_nats_does_not_wait_for_it() {
    let mut server = NatsServer::start(&binaries()[0]);
    server.kill();
    let (_world, publisher, link) = mirrored(options(&server)).await;
    speak(&publisher, 0..10);
    tokio::time::timeout(Duration::from_secs(1), link.shutdown()).await.unwrap();
}
