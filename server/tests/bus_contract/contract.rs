//! The promises that both back-ends keep.

use std::sync::Arc;

use hearsay::bus::{Capacity, EventBatch};
use hearsay::vocab::{
    Audience, Event, Fact, Input, Message, PlayerId, Prose, Rank, Resume, Target,
};
use hearsay::vocab::{LoginRequest, Screen, Secret, Transport};

use crate::harness::{
    Bus, ROOMY, announced, answered, line, message, number, numbers, receive, said, seen, session,
    soon, spoke,
};

/// Few places, for the tests that fill them.
const NARROW: Capacity = Capacity { inputs_max: 4, batches_max: 4 };

macro_rules! on_both_back_ends {
    ($($behaviour:ident($capacity:ident);)*) => {
        mod local {
            use super::{NARROW, ROOMY};

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $behaviour() {
                super::$behaviour(super::Bus::local($capacity)).await;
            })*
        }

        mod nats {
            use super::{NARROW, ROOMY};

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $behaviour() {
                for binary in crate::nats_server::binaries() {
                    super::$behaviour(super::Bus::nats(&binary, $capacity).await).await;
                }
            })*
        }
    };
}

on_both_back_ends! {
    inputs_arrive_in_order_per_session(ROOMY);
    an_input_arrives_as_it_was_sent(ROOMY);
    events_of_all_kinds_arrive_in_one_order(ROOMY);
    an_event_arrives_as_it_was_published(ROOMY);
    a_gateway_that_does_not_read_costs_the_world_nothing(NARROW);
    the_world_goes_on_when_the_gateway_is_gone(NARROW);
}

async fn inputs_arrive_in_order_per_session(mut bus: Bus) {
    const LINES: usize = 500;
    for counter in 0..3 {
        let inputs = bus.gateway.inputs.clone();
        tokio::spawn(async move {
            for number in 0..LINES {
                inputs.send(line(session(counter), number.to_string())).await.unwrap();
            }
        });
    }
    let mut next = [0_usize; 3];
    for _ in 0..3 * LINES {
        let input = soon("an input", bus.world.inputs.recv()).await.unwrap();
        let Input::Line { session, text } = input else { panic!("not a line: {input:?}") };
        let next = &mut next[usize::try_from(session.0 & 0xff).unwrap()];
        assert_eq!(text, next.to_string());
        *next += 1;
    }
    assert_eq!(next, [LINES; 3]);
}

async fn an_input_arrives_as_it_was_sent(mut bus: Bus) {
    let session = session(5);
    let request = LoginRequest::Enter {
        name: "Ada".to_owned(),
        password: Secret::new("hush"),
        resume: Some(Resume([("say".parse().unwrap(), ("e1".into(), 12))].into())),
    };
    let address = "2001:db8::1".parse().unwrap();
    let screen = Screen { width: 80, height: 24, screen_reader: true, allowance: true };
    let inputs = [
        Input::LogIn { session, via: Transport::Telnet, address, request },
        line(session, "say \u{1f980} \"quoted\""),
        Input::Screen { session, screen },
        Input::HungUp { session },
    ];
    for input in &inputs {
        bus.gateway.inputs.send(input.clone()).await.unwrap();
    }
    for input in inputs {
        assert_eq!(soon("an input", bus.world.inputs.recv()).await, Some(input));
    }
}

async fn events_of_all_kinds_arrive_in_one_order(mut bus: Bus) {
    const EVENTS: u64 = 3_000;
    let publisher = bus.world.publisher();
    let event = |number| match number % 5 {
        0 => said(number),
        1 => answered(session(1), number),
        2 => announced(number, Rank::Player),
        3 => seen(number),
        _ => answered(session(2), number),
    };
    tokio::spawn(async move {
        for first in (0..EVENTS).step_by(3) {
            publisher.publish((first..first + 3).map(|number| Arc::new(event(number))).collect());
            tokio::task::yield_now().await;
        }
    });
    let events = receive(&mut bus.gateway.events, usize::try_from(EVENTS).unwrap()).await;
    assert_eq!(numbers(&events), (0..EVENTS).collect::<Vec<_>>());
    assert_eq!(bus.lost(), 0);
}

async fn an_event_arrives_as_it_was_published(mut bus: Bus) {
    let whisper = Message {
        target: Some(Target { id: PlayerId(2), name: "Bob".into() }),
        audience: Some([PlayerId(1), PlayerId(2)].into()),
        ..message("whisper", 1)
    };
    let shadowed =
        Message { audience: Some([PlayerId(1), PlayerId(2)].into()), ..message("say", 2) };
    let events = [
        spoke(Audience::Witnesses([PlayerId(1), PlayerId(2)].into()), whisper),
        // Shown to its speaker alone, whatever the message says.
        spoke(Audience::player(PlayerId(1)), shadowed),
        announced(3, Rank::Helper),
        Event { to: Audience::EVERYONE, fact: Fact::Told(Prose::text("The ground shakes.")) },
        answered(session(9), 4),
    ];
    bus.world.publisher().publish(events.iter().cloned().map(Arc::new).collect());
    assert_eq!(receive(&mut bus.gateway.events, events.len()).await, events);
}

async fn a_gateway_that_does_not_read_costs_the_world_nothing(mut bus: Bus) {
    const EVENTS: u64 = 20_000;
    let publisher = bus.world.publisher();
    let publish = |number| publisher.publish(EventBatch::from([Arc::new(said(number))]));
    // It publishes without waiting for anyone: there is no point at which it could.
    (0..EVENTS).for_each(publish);
    let mut published = EVENTS;
    let mut received = Vec::new();
    // Reading again, the gateway hears what is said from now on.
    while received.last().is_none_or(|last| *last < EVENTS) {
        publish(published);
        published += 1;
        let patience = std::time::Duration::from_millis(50);
        while let Ok(batch) = tokio::time::timeout(patience, bus.gateway.events.recv()).await {
            received.extend(batch.expect("the bus to live").iter().map(|event| number(event)));
            if received.last().is_some_and(|last| *last >= EVENTS) {
                break;
            }
        }
    }
    assert!(received.is_sorted_by(|a, b| a < b), "out of order, or twice");
    assert!(received.len() < 15_000, "a backlog of {} is not bounded", received.len());
    let lost_before_the_last = received.last().unwrap() + 1 - received.len() as u64;
    assert!(
        bus.lost() >= lost_before_the_last,
        "lost {lost_before_the_last}, counted {}",
        bus.lost()
    );
}

async fn the_world_goes_on_when_the_gateway_is_gone(bus: Bus) {
    let Bus { world, gateway, .. } = bus;
    drop(gateway);
    let publisher = world.publisher();
    for number in 0..1_000 {
        publisher.publish(EventBatch::from([Arc::new(said(number))]));
    }
}
