//! NATS dies, freezes, comes late, or was never there: play goes on, and with a stream every message is kept once.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use futures_util::StreamExt;
use hearsay::bus::nats::{self, NatsLink, NatsOptions, StreamOptions};
use hearsay::bus::{EventBatch, GatewayPort, Publisher, local};

use crate::harness::{ROOMY, away, connected, number, options, padded, said, soon, suffix, until};
use crate::nats_server::{NatsServer, binaries};
use crate::proxy::{Flow, Proxy};

/// A process with both halves that lets others listen through NATS.
struct Play {
    publisher: Publisher,
    gateway: GatewayPort,
    link: NatsLink,
    spoken: u64,
    heard: u64,
    /// Bytes to add to each message.
    padding: usize,
}

impl Play {
    async fn new(options: NatsOptions) -> Self {
        let (mut world, gateway, _) = local::pair(ROOMY);
        let end = nats::mirror(&mut world, ROOMY.batches_max, suffix());
        let link = nats::attach(options, end).await.unwrap();
        Self { publisher: world.publisher(), gateway, link, spoken: 0, heard: 0, padding: 0 }
    }

    /// Speaks, and hears every word at once in its own process, whatever NATS is doing.
    async fn talk(&mut self, messages: u64) {
        for _ in 0..messages {
            let event = padded(said(self.spoken), self.padding);
            self.publisher.publish(EventBatch::from([Arc::new(event)]));
            self.spoken += 1;
            let batch = soon("an event", self.gateway.events.recv()).await.unwrap();
            assert_eq!(number(&batch[0]), self.heard);
            self.heard += 1;
            tokio::task::yield_now().await;
        }
    }

    /// Speaks while something happens to NATS.
    async fn talk_until(&mut self, done: impl Fn() -> bool) {
        while !done() {
            self.talk(5).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn all_confirmed(&self) {
        let all = || self.link.counters().confirmed == self.spoken;
        until("the stream to confirm every message", all).await;
        assert_eq!(self.link.counters().outbox_messages, 0);
    }
}

fn kept(server: &NatsServer) -> NatsOptions {
    NatsOptions { stream: Some(StreamOptions::default()), ..options(server) }
}

/// The numbers of all that a durable consumer of the stream is given.
async fn consumed(server: &NatsServer, name: &str, count: u64) -> Vec<u64> {
    let client = async_nats::connect(server.url()).await.unwrap();
    let stream = jetstream::new(client).get_stream("HEARSAY_CHAT").await.unwrap();
    let durable = jetstream::consumer::pull::Config {
        durable_name: Some(name.to_owned()),
        ..Default::default()
    };
    let consumer = stream.get_or_create_consumer(name, durable).await.unwrap();
    let mut messages = consumer.messages().await.unwrap();
    let mut numbers = Vec::new();
    while (numbers.len() as u64) < count {
        let message = soon("a kept message", messages.next()).await.unwrap().unwrap();
        let spoken: hearsay::vocab::Message = serde_json::from_slice(&message.payload).unwrap();
        numbers.push(spoken.content.parse().unwrap());
        message.ack().await.unwrap();
    }
    let mut info = consumer;
    assert_eq!(info.info().await.unwrap().num_pending, 0, "more than was spoken");
    numbers
}

async fn every_message_is_kept_once_in_order(play: Play, server: &NatsServer) {
    play.all_confirmed().await;
    let numbers = consumed(server, "archive", play.spoken).await;
    let distinct: BTreeSet<_> = numbers.iter().collect();
    assert_eq!(
        distinct.len(),
        numbers.len(),
        "something was kept twice: {:?}",
        play.link.counters()
    );
    assert!(numbers.is_sorted(), "out of order");
    assert_eq!(numbers.len() as u64, play.spoken);
    play.link.shutdown().await;
}

async fn on_each_server<F: Future<Output = ()>>(test: impl Fn(&'static Path) -> F) {
    for binary in binaries() {
        test(Box::leak(binary.into_boxed_path())).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_of_nats_loses_no_message_of_the_stream() {
    on_each_server(async |binary| {
        let mut server = NatsServer::start(binary);
        let mut play = Play::new(kept(&server)).await;
        connected(&play.link).await;
        for round in 0..3 {
            // Killed while messages are on their way.
            play.talk(700).await;
            server.kill();
            play.talk(300).await;
            away(&play.link).await;
            play.talk(300).await;
            server.restart();
            let link = &play.link.state();
            play.talk_until(|| *link.borrow() == hearsay::bus::BusState::Connected).await;
            assert!(play.link.counters().reconnects > round);
        }
        every_message_is_kept_once_in_order(play, &server).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_nats_is_noticed_and_loses_nothing() {
    on_each_server(async |binary| {
        let server = NatsServer::start(binary);
        let mut play = Play::new(kept(&server)).await;
        connected(&play.link).await;
        play.talk(500).await;
        server.freeze();
        let state = &play.link.state();
        play.talk_until(|| matches!(*state.borrow(), hearsay::bus::BusState::Away { .. })).await;
        server.thaw();
        play.talk_until(|| *state.borrow() == hearsay::bus::BusState::Connected).await;
        play.talk(500).await;
        every_message_is_kept_once_in_order(play, &server).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_nats_that_is_then_killed_loses_nothing() {
    on_each_server(async |binary| {
        let mut server = NatsServer::start(binary);
        let mut play = Play::new(kept(&server)).await;
        connected(&play.link).await;
        play.talk(500).await;
        server.freeze();
        play.talk(2_000).await;
        server.kill();
        away(&play.link).await;
        server.restart();
        connected(&play.link).await;
        every_message_is_kept_once_in_order(play, &server).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_nats_slows_nobody_here() {
    on_each_server(async |binary| {
        let server = NatsServer::start(binary);
        let mut play = Play::new(kept(&server)).await;
        connected(&play.link).await;
        for _ in 0..10 {
            server.freeze();
            // Heard at once: `talk` waits for each word in this process while the server stands still.
            play.talk(200).await;
            server.thaw();
            play.talk(50).await;
        }
        every_message_is_kept_once_in_order(play, &server).await;
    })
    .await;
}

/// Behind a network that can be made to fail in one way and no other.
fn behind(proxy: &Proxy, server: &NatsServer) -> NatsOptions {
    let mut options = kept(server);
    options.url = proxy.url().parse().unwrap();
    options.ping_interval = Duration::from_secs(20);
    options.confirm_timeout = Duration::from_secs(20);
    options
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_absence_longer_than_nats_remembers_names_keeps_nothing_twice() {
    on_each_server(async |binary| {
        let server = NatsServer::start(binary);
        let proxy = Proxy::to(&server.url()).await;
        let mut options = behind(&proxy, &server);
        let duplicate_window = Duration::from_millis(200);
        options.stream = Some(StreamOptions { duplicate_window, ..StreamOptions::default() });
        let mut play = Play::new(options).await;
        connected(&play.link).await;
        play.talk(50).await;
        play.all_confirmed().await;
        // The stream gets these, and its confirmations are lost.
        proxy.set(Flow::OnlyToServer);
        play.talk(100).await;
        assert_eq!(consumed(&server, "probe", 150).await.len(), 150);
        assert_eq!(play.link.counters().confirmed, 50);
        proxy.set(Flow::Cut);
        away(&play.link).await;
        play.talk(10).await;
        tokio::time::sleep(3 * duplicate_window).await;
        proxy.set(Flow::Both);
        every_message_is_kept_once_in_order(play, &server).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_lost_connection_did_not_send_does_not_overtake_what_was_lost() {
    on_each_server(async |binary| {
        let server = NatsServer::start(binary);
        let proxy = Proxy::to(&server.url()).await;
        let mut options = behind(&proxy, &server);
        // Time enough for a client that would reconnect by itself to do it first.
        options.reconnect_time_wait = Duration::from_millis(500);
        options.reconnect_time_wait_max = Duration::from_secs(1);
        let mut play = Play::new(options).await;
        connected(&play.link).await;
        play.talk(10).await;
        play.all_confirmed().await;
        // More than sockets hold and no more than the client takes: the rest waits in the client's own queue.
        proxy.set(Flow::Stalled);
        play.padding = 60_000;
        play.talk(240).await;
        until("the client to take it all", || play.link.counters().published == 250).await;
        proxy.break_all();
        every_message_is_kept_once_in_order(play, &server).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nats_may_come_later() {
    on_each_server(async |binary| {
        let mut server = NatsServer::start(binary);
        server.kill();
        let mut play = Play::new(kept(&server)).await;
        away(&play.link).await;
        play.talk(200).await;
        server.restart();
        connected(&play.link).await;
        every_message_is_kept_once_in_order(play, &server).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nats_without_jetstream_still_carries_talk() {
    on_each_server(async |binary| {
        let server = NatsServer::start_with(binary, "");
        let client = async_nats::connect(server.url()).await.unwrap();
        let mut talk = client.subscribe("chat.>").await.unwrap();
        client.flush().await.unwrap();
        let mut play = Play::new(kept(&server)).await;
        connected(&play.link).await;
        play.talk(10).await;
        let heard = soon("talk on NATS", talk.next()).await.unwrap();
        assert_eq!(heard.subject.as_str(), "chat.say.earth.harbour.docks.pier");
        play.link.shutdown().await;
    })
    .await;
}
