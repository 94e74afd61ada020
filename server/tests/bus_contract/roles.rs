//! Several processes on one NATS, and who may be what.

use std::sync::Arc;
use std::time::Duration;

use hearsay::bus::nats::{self, NatsLogin};
use hearsay::bus::{BusState, EventBatch, local};
use hearsay::vocab::{Rank, Secret, SessionId};

use crate::harness::{
    GATEWAY, ROOMY, announced, answered, connected, line, numbers, options, receive, said, session,
    soon, state, suffix, until,
};
use crate::nats_server::{NatsServer, binaries};

const LOCKED: &str = "authorization { users = [ { user: ada, password: right } ] }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_serves_its_own_gateway_and_others() {
    for binary in binaries() {
        let server = NatsServer::start(&binary);
        let (mut world, mut own, _) = local::pair(ROOMY);
        let end = nats::lead(&mut world, &own, GATEWAY, ROOMY.batches_max, suffix());
        let lead = nats::attach(options(&server), end).await.unwrap();
        connected(&lead).await;
        let (mut other, end) = nats::gateway(8, ROOMY);
        let link = nats::attach(options(&server), end).await.unwrap();

        let far = SessionId::on(8, 1);
        let events =
            [said(1), answered(session(1), 2), answered(far, 3), announced(4, Rank::Player)];
        world.publisher().publish(events.into_iter().map(Arc::new).collect());
        assert_eq!(numbers(&receive(&mut own.events, 4).await), [1, 2, 3, 4]);
        assert_eq!(numbers(&receive(&mut other.events, 3).await), [1, 3, 4]);

        other.inputs.send(line(far, "look")).await.unwrap();
        assert_eq!(soon("an input", world.inputs.recv()).await, Some(line(far, "look")));
        own.inputs.send(line(session(1), "look")).await.unwrap();
        assert_eq!(soon("an input", world.inputs.recv()).await, Some(line(session(1), "look")));
        link.shutdown().await;
        lead.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_speaks_only_for_its_own_sessions() {
    let server = NatsServer::start(&binaries()[0]);
    let (mut world, end) = nats::world(ROOMY, suffix());
    let world_link = nats::attach(options(&server), end).await.unwrap();
    let (gateway, end) = nats::gateway(GATEWAY, ROOMY);
    let _link = nats::attach(options(&server), end).await.unwrap();
    gateway.inputs.send(line(SessionId::on(9, 1), "give all to me")).await.unwrap();
    gateway.inputs.send(line(session(1), "look")).await.unwrap();
    assert_eq!(soon("an input", world.inputs.recv()).await, Some(line(session(1), "look")));
    assert_eq!(world_link.counters().strangers, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_world_of_ours_sent_reaches_no_player() {
    let server = NatsServer::start(&binaries()[0]);
    let (world, end) = nats::world(ROOMY, suffix());
    let _world_link = nats::attach(options(&server), end).await.unwrap();
    let (mut gateway, end) = nats::gateway(GATEWAY, ROOMY);
    let link = nats::attach(options(&server), end).await.unwrap();
    let stranger = async_nats::connect(server.url()).await.unwrap();
    for (subject, payload) in [("chat.global", "{}"), ("chat.x", "not JSON"), ("told.all", "[]")] {
        stranger.publish(subject, payload.into()).await.unwrap();
    }
    until("the strangers to be counted", || link.counters().strangers == 3).await;
    world.publisher().publish(EventBatch::from([Arc::new(said(1))]));
    assert_eq!(numbers(&receive(&mut gateway.events, 1).await), [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_world_that_comes_back_is_heard_again() {
    for binary in binaries() {
        let mut server = NatsServer::start(&binary);
        let (world, end) = nats::world(ROOMY, suffix());
        let world_link = nats::attach(options(&server), end).await.unwrap();
        let (mut gateway, end) = nats::gateway(GATEWAY, ROOMY);
        let link = nats::attach(options(&server), end).await.unwrap();
        world.publisher().publish(EventBatch::from([Arc::new(said(1))]));
        assert_eq!(numbers(&receive(&mut gateway.events, 1).await), [1]);
        // NATS restarts: both come back, in whichever order.
        server.restart();
        until("both to be back", || {
            world_link.counters().reconnects == 1 && link.counters().reconnects == 1
        })
        .await;
        connected(&world_link).await;
        connected(&link).await;
        world.publisher().publish(EventBatch::from([Arc::new(said(2))]));
        assert_eq!(numbers(&receive(&mut gateway.events, 1).await), [2]);
        // Another world takes over: it counts anew and is heard too.
        world_link.shutdown().await;
        let (world, end) = nats::world(ROOMY, suffix());
        let world_link = nats::attach(options(&server), end).await.unwrap();
        world.publisher().publish(EventBatch::from([Arc::new(said(3))]));
        assert_eq!(numbers(&receive(&mut gateway.events, 1).await), [3]);
        assert_eq!(link.counters().gaps, 0);
        world_link.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_process_that_is_nothing_without_nats_refuses_to_start() {
    let mut server = NatsServer::start(&binaries()[0]);
    server.kill();
    let (_port, end) = nats::world(ROOMY, suffix());
    let error = nats::attach(options(&server), end).await.unwrap_err().to_string();
    assert!(error.contains(&server.url()), "{error}");
    let (_port, end) = nats::gateway(GATEWAY, ROOMY);
    nats::attach(options(&server), end).await.unwrap_err();
    let (mut world, ..) = local::pair(ROOMY);
    let end = nats::mirror(&mut world, ROOMY.batches_max, suffix());
    nats::attach(options(&server), end).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_said_and_tried_again() {
    for binary in binaries() {
        let mut server = NatsServer::start_with(&binary, LOCKED);
        let mut options = options(&server);
        let name = "ada".to_owned();
        options.login = NatsLogin::User { name, password: Secret::new("new-password") };
        let (mut world, ..) = local::pair(ROOMY);
        let end = nats::mirror(&mut world, ROOMY.batches_max, suffix());
        let link = nats::attach(options, end).await.unwrap();
        let refused = |state: &BusState| matches!(state, BusState::Failed(_));
        let said = state(&link, "the refusal", refused).await.to_string();
        assert!(said.contains("login is refused") && said.contains(&server.url()), "{said}");
        assert!(!said.contains("new-password"), "{said}");
        server.configure(&LOCKED.replace("right", "new-password"));
        server.restart();
        connected(&link).await;
        link.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_in_the_url_counts_and_attempts_may_be_limited() {
    let server = NatsServer::start_with(&binaries()[0], LOCKED);
    let (mut world, ..) = local::pair(ROOMY);
    let mut with_login = options(&server);
    with_login.url = server.url().replace("nats://", "nats://ada:right@").parse().unwrap();
    let end = nats::mirror(&mut world, ROOMY.batches_max, suffix());
    connected(&nats::attach(with_login, end).await.unwrap()).await;

    let mut limited = options(&server);
    limited.max_reconnect_attempts = 2;
    limited.reconnect_time_wait = Duration::from_millis(1);
    let end = nats::mirror(&mut world, ROOMY.batches_max, suffix());
    let link = nats::attach(limited, end).await.unwrap();
    let given_up = |state: &BusState| state.to_string().contains("given up after 2 attempts");
    state(&link, "the end of the attempts", given_up).await;
    link.shutdown().await;
}
