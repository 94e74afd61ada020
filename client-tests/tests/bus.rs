//! What is said in the game and what of it is on NATS; and one game in several processes.

use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use async_nats::jetstream;
use async_nats::jetstream::consumer::{AckPolicy, pull};
use client_tests::cast::{by_telnet, by_websocket, websocket};
use client_tests::client::Client;
use client_tests::nats::{Listener, Nats};
use client_tests::server::{Home, Server};
use client_tests::staff::Owner;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;

/// How long a durable consumer waits for more before it takes what it has for all.
const NO_MORE: Duration = Duration::from_secs(15);

fn home_with(nats: &Nats) -> Result<Home> {
    Ok(Home::new()?
        .set("nats.enabled", true)
        .set("nats.url", nats.url())
        .set("nats.reconnect_time_wait", 0.1)
        .set("nats.ping_interval", 0.2)
        .set(
            "chat.channels",
            "[{name: newbie, about: Questions., scope: everyone, speak: guest, colour: green}]",
        ))
}

async fn until_bus_is(server: &Server, state: &str) -> Result<()> {
    server.until_health(state, |health| health["bus"]["nats"] == state).await
}

/// The id of a player, from the `welcome` that their client got.
async fn enter(server: &Server, name: &str) -> Result<(Client, String)> {
    let mut client = websocket(server, name).await?;
    let login = client_tests::websocket::login(name, client_tests::cast::PASSWORD, true);
    client.send_frame(&login).await?;
    let welcome = client.expect_frame("welcome").await?;
    let id = welcome["player"]["id"].as_str().context("welcome names the player")?.to_owned();
    client.sync().await?;
    Ok((client, id))
}

#[tokio::test]
async fn what_is_said_is_on_its_subject_as_the_design_says() -> Result<()> {
    let Some(nats) = Nats::start().await? else { return Ok(()) };
    let home = home_with(&nats)?;
    let server = home.start().await?;
    until_bus_is(&server, "connected").await?;
    let (mut ada, ada_id) = enter(&server, "Ada").await?;
    let (mut bob, bob_id) = enter(&server, "Bob").await?;
    let mut owner = Owner::claim(&server).await?;
    owner.appoint("Ada", "moderator").await?;
    owner.leave().await?;
    ada.types("party invite bob", "You invite Bob.").await?;
    bob.types("accept", "Bob joins the party.").await?;
    let mut listener = Listener::at(&nats).await?;

    let pier = "earth.harbour.docks.pier";
    let here = json!([ada_id, bob_id]);
    let by_place = |channel: &str| format!("chat.{channel}.{pier}");
    let expected = [
        ("say one", by_place("say"), here.clone()),
        ("local two", by_place("local"), here.clone()),
        ("shout three", by_place("shout"), here.clone()),
        ("emote four", by_place("emote"), here.clone()),
        ("global five", "chat.global".to_owned(), Value::Null),
        ("newbie six", "chat.newbie".to_owned(), Value::Null),
        ("system seven", "chat.system".to_owned(), Value::Null),
        ("admin eight", "chat.admin".to_owned(), Value::Null),
        ("whisper bob nine", format!("chat.whisper.{bob_id}"), here.clone()),
        ("party ten", "chat.party.party_".to_owned(), here),
    ];
    let mut ids = Vec::new();
    for (line, subject, audience) in expected {
        ada.send_line(line).await?;
        let (on, message) = listener.next().await?;
        assert!(on.starts_with(&subject), "{line}: {on} is not {subject}");
        let (channel, _) = line.split_once(' ').context("a verb")?;
        assert_eq!(message["content"], line.rsplit(' ').next().context("words")?);
        assert_eq!((&message["v"], &message["channel"]), (&json!(1), &json!(channel)));
        assert_eq!(message["seq"], 1, "the first on its channel: {message}");
        let sender = &message["sender"];
        assert_eq!((&sender["id"], &sender["name"]), (&json!(ada_id), &json!("Ada")), "{message}");
        assert_eq!(sender["kind"], "staff");
        assert_eq!(message["room"], pier);
        assert_eq!(sorted(&message["audience"]), sorted(&audience), "{message}");
        assert_eq!(message["target"]["id"] == *bob_id, channel == "whisper", "{message}");
        assert_eq!(message["party"].is_string(), channel == "party", "{message}");
        chrono::DateTime::parse_from_rfc3339(message["at"].as_str().context("a time")?)?;
        assert_eq!(message["flags"], json!([]));
        ids.push(message["id"].as_str().context("a name")?.parse::<uuid::Uuid>()?);
    }
    assert!(ids.is_sorted() && ids.iter().all(|id| id.get_version_num() == 7), "{ids:?}");
    Ok(())
}

fn sorted(audience: &Value) -> Vec<String> {
    let mut ids: Vec<String> =
        audience.as_array().into_iter().flatten().map(ToString::to_string).collect();
    ids.sort();
    ids
}

/// The words of the next `count` messages of a consumer; fewer, if no more come.
async fn contents(messages: &mut pull::Stream, count: usize) -> Result<Vec<String>> {
    let mut contents = Vec::new();
    while contents.len() < count {
        let Ok(next) = timeout(NO_MORE, messages.next()).await else { break };
        let message = next.context("the consumer ended")??;
        let payload: Value = serde_json::from_slice(&message.payload)?;
        contents.push(payload["content"].as_str().context("words")?.to_owned());
        message.ack().await.map_err(|error| anyhow::anyhow!("{error}"))?;
    }
    Ok(contents)
}

#[tokio::test]
async fn the_stream_has_every_line_once_and_in_order_across_a_crash_of_nats() -> Result<()> {
    const LINES: usize = 300;
    let Some(mut nats) = Nats::start().await? else { return Ok(()) };
    let home = home_with(&nats)?.set("nats.stream", true);
    let server = home.start().await?;
    until_bus_is(&server, "connected").await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    for line in 0..LINES {
        match line {
            100 => nats.kill().await?,
            200 => nats.start_again().await?,
            _ => {}
        }
        ada.send_line(&format!("say {line}")).await?;
        // Those in the game notice nothing.
        bob.expect_within(&format!("Ada says, \"{line}\""), Duration::from_secs(1)).await?;
    }
    until_bus_is(&server, "connected").await?;

    let context = jetstream::new(async_nats::connect(nats.url()).await?);
    let stream = context.get_stream("HEARSAY_CHAT").await?;
    let durable = pull::Config {
        durable_name: Some("reader".to_owned()),
        ack_policy: AckPolicy::Explicit,
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(durable).await?;
    let read = contents(&mut consumer.messages().await?, LINES).await?;
    let expected: Vec<String> = (0..LINES).map(|line| line.to_string()).collect();
    assert_eq!(read, expected);
    server
        .until_health("that all is confirmed", |health| {
            health["bus"]["counters"]["outbox_messages"] == 0
        })
        .await?;
    assert_eq!(stream.get_info().await?.state.messages, LINES as u64, "and nothing else");
    Ok(())
}

#[tokio::test]
async fn staff_and_health_see_nats_go_and_come_back() -> Result<()> {
    let Some(mut nats) = Nats::start().await? else { return Ok(()) };
    let home = home_with(&nats)?;
    let server = home.start().await?;
    until_bus_is(&server, "connected").await?;
    let mut owner = Owner::claim(&server).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    assert_eq!(server.health().await?["status"], "ok");

    nats.kill().await?;
    owner.client().expect("[bus] NATS: away since").await?;
    until_bus_is(&server, "away").await?;
    assert_eq!(server.health().await?["status"], "degraded");
    nats.start_again().await?;
    owner.client().expect("[bus] NATS: connected").await?;
    until_bus_is(&server, "connected").await?;
    assert_eq!(server.health().await?["status"], "ok");
    owner.client().types("stat", "bus:").await?;
    bob.expect_not("[bus]").await?;

    assert!(server.stop().await?.success());
    let changes = client_tests::files::log_lines(&home.path("logs/system"))?;
    let away = changes.iter().filter(|line| line.to_string().contains("away since")).count();
    assert!(away <= 1, "once per change: {changes:?}");
    Ok(())
}

#[tokio::test]
async fn a_nats_that_refuses_the_login_is_told_and_play_goes_on() -> Result<()> {
    const LOCKED: &str = "authorization { users = [ { user: world, password: rightpassword } ] }";
    let Some(nats) = Nats::start_locked(LOCKED).await? else { return Ok(()) };
    let home = home_with(&nats)?;
    let file = home.path("password");
    std::fs::write(&file, "wrongpassword\n")?;
    let home = home.set("nats.user", "world").set("nats.password_file", file.display());
    let server = home.start().await?;
    until_bus_is(&server, "failed").await?;
    let health = server.health().await?;
    let detail = health["bus"]["detail"].as_str().context("a reason")?;
    assert!(detail.contains("login is refused"), "{health}");
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("say all the same", "You say").await?;
    let printed = server.output();
    assert!(server.stop().await?.success());
    assert!(!printed.contains("wrongpassword"), "{printed}");
    let held = client_tests::files::that_hold(&home.path("logs"), "wrongpassword")?;
    assert!(held.is_empty(), "{held:?}");

    std::fs::write(&file, "rightpassword\n")?;
    until_bus_is(&home.start().await?, "connected").await
}

/// A world and two gateways, each a process of its own.
struct Cluster {
    world: Server,
    one: Server,
    two: Server,
    _homes: [Home; 3],
}

impl Cluster {
    async fn start(nats: &Nats) -> Result<Self> {
        let homes = [
            home_with(nats)?.with_arguments(&["--role", "world"]),
            home_with(nats)?.with_arguments(&["--role", "gateway", "--gateway", "1"]),
            home_with(nats)?.with_arguments(&["--role", "gateway", "--gateway", "2"]),
        ];
        let [world, one, two] = &homes;
        let (world, one, two) = (world.start().await?, one.start().await?, two.start().await?);
        ensure!(world.telnet.port() == 0, "a world has no telnet");
        Ok(Self { world, one, two, _homes: homes })
    }
}

#[tokio::test]
async fn players_of_two_gateways_talk_on_every_channel() -> Result<()> {
    let Some(nats) = Nats::start().await? else { return Ok(()) };
    let cluster = Cluster::start(&nats).await?;
    let code = cluster.world.claim_code.clone().context("the world has the code")?;
    let mut ada = by_telnet(&cluster.one, "Ada").await?;
    let mut bob = by_websocket(&cluster.two, "Bob").await?;
    ada.expect("Bob comes into the world.").await?;
    ada.types(&format!("claim {code}"), "You are owner now.").await?;
    ada.types("rank bob helper", "Bob is helper now.").await?;
    bob.expect("You are helper now.").await?;
    ada.types("party invite bob", "You invite Bob.").await?;
    bob.types("accept", "Bob joins the party.").await?;
    let lines = [
        ("say one", "Ada says, \"one\""),
        ("local two", "Ada calls out, \"two\""),
        ("shout three", "Ada shouts, \"three\""),
        ("global four", "[global] Ada: four"),
        ("party five", "[party] Ada: five"),
        ("whisper bob six", "Ada whispers to you, \"six\""),
        ("emote counts to seven", "Ada counts to seven"),
        ("system eight", "[system] eight"),
        ("admin nine", "[admin] Ada: nine"),
        ("newbie ten", "[newbie] Ada: ten"),
    ];
    for (line, heard) in lines {
        ada.send_line(line).await?;
        bob.expect(heard).await?;
    }
    bob.types("reply and back", "You whisper to Ada").await?;
    ada.expect("Bob whispers to you, \"and back\"").await?;

    bob.types("north", "The Quay").await?;
    ada.expect("Bob leaves north.").await?;
    ada.types("say not for bob", "You say").await?;
    bob.expect_not("not for bob").await?;
    ada.types("who", "Bob").await?;

    // A second login at the other gateway takes over; a lost connection is noticed everywhere.
    let mut again = client_tests::cast::back_by_telnet(&cluster.two, "Ada").await?;
    ada.expect("Somebody has logged in as you from elsewhere").await?;
    ada.expect_closed().await?;
    again.types("party here now", "[party] Ada: here now").await?;
    bob.expect("[party] Ada: here now").await?;
    again.types("north", "The Quay").await?;
    drop(bob);
    again.expect("Bob stares into nothing: the connection is lost.").await?;

    assert_eq!(cluster.one.health().await?["role"], "gateway");
    assert_eq!(cluster.world.health().await?["role"], "world");
    for server in [cluster.one, cluster.two, cluster.world] {
        assert!(server.stop().await?.success());
    }
    Ok(())
}

/// That somebody writes goes from one gateway to the other, and is no talk that anybody else on NATS hears.
#[tokio::test]
async fn players_of_two_gateways_see_each_other_write() -> Result<()> {
    let Some(nats) = Nats::start().await? else { return Ok(()) };
    let cluster = Cluster::start(&nats).await?;
    let mut ada = by_websocket(&cluster.one, "Ada").await?;
    let mut bob = by_websocket(&cluster.two, "Bob").await?;
    ada.send_frame(&json!({"type": "wants", "typing": true})).await?;
    ada.types("whisper bob psst", "You whisper to Bob").await?;
    bob.expect("psst").await?;
    let mut listener = Listener::at(&nats).await?;
    bob.send_frame(&json!({"type": "typing", "channel": "whisper"})).await?;
    assert_eq!(ada.expect_frame("typing").await?["player"]["name"], "Bob");
    bob.types("reply what is it?", "You whisper to Ada").await?;
    assert_eq!(listener.next().await?.1["content"], "what is it?");
    Ok(())
}

#[tokio::test]
async fn half_a_server_needs_nats_and_says_so() -> Result<()> {
    // A port that was free a moment ago and where nobody listens.
    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    for role in ["world", "gateway"] {
        let home = Home::new()?
            .set("nats.url", format!("nats://{nobody}"))
            .with_arguments(&["--role", role]);
        let ended = home.fail_to_start().await?;
        assert_eq!(ended.status.code(), Some(1), "{}", ended.output);
        let port = nobody.port().to_string();
        for word in ["NATS", role, &port] {
            assert!(ended.output.contains(word), "no {word:?} in: {}", ended.output);
        }
        assert!(!ended.output.contains("panicked"), "{}", ended.output);
    }
    Ok(())
}
