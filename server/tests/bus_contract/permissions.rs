//! The server config that `docs/nats.md` shows, on a real server: does it allow what it should, and nothing else?

use std::sync::Arc;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event};
use futures_util::StreamExt;
use hearsay::bus::EventBatch;
use hearsay::bus::nats::{self, NatsLogin, NatsOptions, StreamOptions};
use hearsay::vocab::{self, Audience, Fact, LineId, Rank, Secret};
use tokio::sync::mpsc;

use crate::harness::{
    GATEWAY, ROOMY, announced, answered, connected, line, message, numbers, options, receive, said,
    session, soon, suffix, until,
};
use crate::nats_server::{NatsServer, binaries};

const PAGE: &str = include_str!("../../../docs/nats.md");

/// The first block of the page that is marked as server config, with its data where the test wants it.
fn documented_config() -> String {
    let (_, after) = PAGE.split_once("```conf\n").expect("a config in docs/nats.md");
    let (config, _) = after.split_once("```").expect("the end of the config");
    config.replace("/var/lib/nats", "STORE")
}

fn as_user(server: &NatsServer, name: &str) -> NatsOptions {
    let password = Secret::new(format!("{name}-password"));
    NatsOptions { login: NatsLogin::User { name: name.to_owned(), password }, ..options(server) }
}

/// A plain client, and what the server complains about.
async fn plain(server: &NatsServer, user: &str) -> (Client, mpsc::UnboundedReceiver<String>) {
    let (complain, complaints) = mpsc::unbounded_channel();
    let client =
        ConnectOptions::with_user_and_password(user.to_owned(), format!("{user}-password"))
            .event_callback(move |event| {
                if let Event::ServerError(error) = event {
                    let _ = complain.send(error.to_string());
                }
                async {}
            })
            .connect(server.url())
            .await
            .unwrap();
    (client, complaints)
}

async fn is_denied(
    client: &Client,
    complaints: &mut mpsc::UnboundedReceiver<String>,
    subject: &'static str,
) {
    client.publish(subject, "{}".into()).await.unwrap();
    client.flush().await.unwrap();
    let complaint = soon(subject, complaints.recv()).await.unwrap().to_lowercase();
    assert!(complaint.contains("permissions violation for publish"), "{complaint}");
    assert!(complaint.contains(&subject.to_lowercase()), "{complaint}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_users_can_do_their_work() {
    for (binary, user) in binaries().iter().flat_map(|b| [(b, "gateway"), (b, "gateway-7")]) {
        let server = NatsServer::start_with(binary, &documented_config());
        let mut kept = as_user(&server, "world");
        kept.stream = Some(StreamOptions::default());
        let (mut world, end) = nats::world(ROOMY, suffix());
        let world_link = nats::attach(kept, end).await.unwrap();
        let (mut gateway, end) = nats::gateway(GATEWAY, ROOMY);
        let link = nats::attach(as_user(&server, user), end).await.unwrap();

        let events = [said(1), announced(2, Rank::Player), answered(session(1), 3)];
        world.publisher().publish(events.into_iter().map(Arc::new).collect());
        assert_eq!(numbers(&receive(&mut gateway.events, 3).await), [1, 2, 3]);
        gateway.inputs.send(line(session(1), "look")).await.unwrap();
        assert_eq!(soon("an input", world.inputs.recv()).await, Some(line(session(1), "look")));
        until("the stream to confirm", || world_link.counters().confirmed == 2).await;
        for link in [&world_link, &link] {
            until("an answer", || link.gauge().round_trips().count() > 0).await;
        }
        assert_eq!(world_link.counters().last_error, None);
        assert_eq!(link.counters().last_error, None);
        world_link.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_hears_talk_and_can_say_nothing() {
    for binary in binaries() {
        let server = NatsServer::start_with(&binary, &documented_config());
        let (world, end) = nats::world(ROOMY, suffix());
        let world_link = nats::attach(as_user(&server, "world"), end).await.unwrap();
        let (client, mut complaints) = plain(&server, "listener").await;
        let mut talk = client.subscribe("chat.>").await.unwrap();
        is_denied(&client, &mut complaints, "chat.global").await;
        is_denied(&client, &mut complaints, "told.all").await;
        is_denied(&client, &mut complaints, "input.7").await;
        let mut secrets = client.subscribe("input.>").await.unwrap();
        let complaint = soon("the refusal", complaints.recv()).await.unwrap().to_lowercase();
        assert!(complaint.contains("permissions violation for subscription"), "{complaint}");
        world.publisher().publish(EventBatch::from([Arc::new(said(1))]));
        assert!(soon("talk", talk.next()).await.is_some());
        let nothing = tokio::time::timeout(Duration::from_millis(50), secrets.next()).await;
        assert!(!matches!(nothing, Ok(Some(_))), "a listener heard an input");
        world_link.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_can_publish_inputs_and_nothing_else() {
    for binary in binaries() {
        let server = NatsServer::start_with(&binary, &documented_config());
        let (client, mut complaints) = plain(&server, "gateway").await;
        is_denied(&client, &mut complaints, "chat.global").await;
        is_denied(&client, &mut complaints, "told.7").await;
        is_denied(&client, &mut complaints, "$JS.API.STREAM.DELETE.HEARSAY_CHAT").await;
        client.publish("input.7", "{}".into()).await.unwrap();
        // What comes back in order after it is the next refusal, so `input.7` was none.
        is_denied(&client, &mut complaints, "told.all").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_in_without_a_login() {
    let server = NatsServer::start_with(&binaries()[0], &documented_config());
    let (_port, end) = nats::gateway(GATEWAY, ROOMY);
    let error = nats::attach(options(&server), end).await.unwrap_err();
    assert!(error.to_string().contains("login is refused"), "{error}");
    let (_world, end) = nats::world(ROOMY, suffix());
    let link = nats::attach(as_user(&server, "world"), end).await.unwrap();
    connected(&link).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_in_public_hears_only_what_everyone_hears() {
    let server = NatsServer::start_with(&binaries()[0], &documented_config());
    let (world, end) = nats::world(ROOMY, suffix());
    let _world_link = nats::attach(as_user(&server, "world"), end).await.unwrap();
    let (client, mut complaints) = plain(&server, "bot").await;
    let mut public = client.subscribe("chat.global").await.unwrap();
    for closed in ["chat.>", "chat.admin", "chat.whisper.>", "chat.party.>"] {
        client.subscribe(closed).await.unwrap();
        let complaint = soon(closed, complaints.recv()).await.unwrap().to_lowercase();
        assert!(complaint.contains(&format!("subscription to \"{closed}\"")), "{complaint}");
    }
    let events = [said(1), announced(2, Rank::Guest)];
    world.publisher().publish(events.into_iter().map(Arc::new).collect());
    let heard = soon("public talk", public.next()).await.unwrap();
    assert_eq!(heard.subject.as_str(), "chat.global");
}

/// Our gateways read of it as an event; whoever keeps talk besides learns which line is gone, and not what it said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_taken_back_is_told_to_gateways_and_listeners() {
    let server = NatsServer::start_with(&binaries()[0], &documented_config());
    let (world, end) = nats::world(ROOMY, suffix());
    let world_link = nats::attach(as_user(&server, "world"), end).await.unwrap();
    let (mut gateway, end) = nats::gateway(GATEWAY, ROOMY);
    let link = nats::attach(as_user(&server, "gateway"), end).await.unwrap();
    let (listener, mut complaints) = plain(&server, "listener").await;
    let mut told = listener.subscribe("redaction.>").await.unwrap();
    // Once the server has answered what came after it, the subscription counts.
    is_denied(&listener, &mut complaints, "redaction.global").await;
    let message = Arc::new(message("global", 7));
    let to = Audience::Rank(Rank::Guest);
    let taken = vocab::Event { to: to.clone(), fact: Fact::Redacted(LineId::of(&message)) };
    let again = vocab::Event { to: Audience::Session(session(1)), ..taken.clone() };
    let back = vocab::Event { to, fact: Fact::Restored(Arc::clone(&message)) };
    let events = [taken.clone(), again.clone(), back.clone(), announced(8, Rank::Guest)];
    world.publisher().publish(events.clone().map(Arc::new).into());
    assert_eq!(receive(&mut gateway.events, 4).await, events);
    for act in ["redacted", "restored"] {
        let heard = soon("a redaction", told.next()).await.unwrap();
        assert_eq!(heard.subject.as_str(), "redaction.global");
        let read: serde_json::Value = serde_json::from_slice(&heard.payload).unwrap();
        let (id, channel, epoch) = (message.id, &message.channel, &message.epoch);
        let meant = serde_json::json!({
            "v": 1, "act": act, "id": id, "channel": channel, "epoch": epoch, "seq": message.seq,
        });
        assert_eq!(read, meant);
    }
    assert_eq!((link.counters().gaps, world_link.counters().last_error), (0, None));
}
