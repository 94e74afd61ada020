//! A process that is taken out of service: nobody new comes in, nobody who plays is cut off, and whoever goes on elsewhere has
//! missed nothing.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, back_by_telnet, by_telnet, by_websocket, telnet};
use client_tests::client::Client;
use client_tests::http::{self, Response};
use client_tests::metrics::Metrics;
use client_tests::nats::Nats;
use client_tests::outage::Network;
use client_tests::pages::Pages;
use client_tests::rest::{Caller, got, header, problem};
use client_tests::server::{Home, Server};
use client_tests::staff::{Owner, until_logged};
use serde_json::{Value, json};
use tokio::time::sleep;

/// How long gateways may take to be known.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A server's owner, who plays and may operate it.
async fn operated(server: &Server) -> Result<(Owner, Caller)> {
    let owner = Owner::claim(server).await?;
    let caller = Caller::log_in(server.web, "warden", "the warden's own password", None).await?;
    Ok((owner, caller))
}

async fn drain(caller: &Caller, node: &str, seconds: u32) -> Result<Value> {
    let order = json!({ "node": node, "seconds": seconds, "reason": "new kernel" });
    let answer = caller.post("/operations/drain", &order).await?;
    ensure!(answer.status == 200, "{answer:?}");
    answer.json()
}

async fn undrain(caller: &Caller, node: &str) -> Result<Value> {
    let path = format!("/operations/drain?node={node}");
    let answer = caller.call("DELETE", &path, &[], None).await?;
    ensure!(answer.status == 200, "{answer:?}");
    answer.json()
}

/// What somebody gets who wants to upgrade to a WebSocket.
async fn upgrade(server: &Server) -> Result<Response> {
    let web = server.web;
    let request = format!(
        "GET /ws HTTP/1.1\r\nHost: {web}\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    http::send(web, &request).await
}

#[tokio::test]
async fn nobody_new_comes_in_and_those_who_play_stay_until_their_time_is_over() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let (mut owner, caller) = operated(&server).await?;
    let mut stranger = telnet(&server, "stranger").await?;
    stranger.expect("Name:").await?;

    let node = drain(&caller, "world", 600).await?;
    assert_eq!((&node["id"], &node["role"]), (&json!("world"), &json!("both")));
    assert_eq!(node["draining"]["reason"], "new kernel");
    assert_eq!(node["draining"]["by"], "Warden");
    owner.client().expect("out of service in 10 min (new kernel)").await?;
    stranger.expect("out of service").await?;
    stranger.expect_closed().await?;
    let mut late = telnet(&server, "late").await?;
    late.expect("takes no new connections just now").await?;
    late.expect_closed().await?;
    let refused = upgrade(&server).await?;
    ensure!(refused.status == 503 && header(&refused, "retry-after") == Some("10"), "{refused:?}");
    let session = caller.post("/sessions", &json!({})).await?;
    ensure!(session.status == 503, "{session:?}");
    let ready = http::get(server.web, "/ready").await?;
    let said = json!({ "ready": false, "draining": true, "missing": ["draining"] });
    assert_eq!((ready.status, ready.json()?), (503, said));
    assert_eq!(Metrics::of(&server).await?.alone("hearsay_draining")?, 1.0);
    assert_eq!(server.health().await?["draining"]["reason"], "new kernel");
    // Who plays goes on playing.
    owner.client().types("say still here", "You say").await?;
    until_logged(&home, |line| {
        line["act"] == "drain" && line["target"] == "world" && line["actor_name"] == "Warden"
    })
    .await?;

    let node = undrain(&caller, "world").await?;
    assert_eq!(node["draining"], Value::Null);
    owner.client().expect("stays in service after all").await?;
    let _ada = by_telnet(&server, "Ada").await?;
    assert_eq!(http::get(server.web, "/ready").await?.status, 200);
    until_logged(&home, |line| line["act"] == "undrain").await?;

    drain(&caller, "world", 0).await?;
    owner.client().expect("Connect again and go on elsewhere.").await?;
    owner.client().expect_closed().await?;
    ensure!(server.stop().await?.success(), "it stops in order");
    Ok(())
}

#[tokio::test]
async fn clients_that_come_back_by_themselves_go_first_and_are_told_by_a_number() -> Result<()> {
    let server = Home::new()?.start().await?;
    let (mut owner, caller) = operated(&server).await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    let mut gil = Client::websocket("gil", server.web).await?;
    gil.enter_as_guest("Gil").await?;
    drain(&caller, "world", 2).await?;
    ada.expect_closed().await?;
    assert_eq!(ada.close_code(), Some(1012));
    // A guest would not come back as who they are, and stays until the end.
    gil.expect("out of service in").await?;
    gil.expect_closed().await?;
    assert_eq!(gil.close_code(), Some(1012));
    owner.client().expect("out of service in 1 s").await?;
    owner.client().expect_closed().await?;
    undrain(&caller, "world").await?;
    let mut warden = telnet(&server, "warden").await?;
    warden.log_in("Warden", "the warden's own password").await
}

#[tokio::test]
async fn only_who_operates_the_server_orders_it() -> Result<()> {
    let home = Home::new()?.set("http.metrics_from", "[]");
    let server = home.start().await?;
    let (mut owner, caller) = operated(&server).await?;
    let _ada = by_telnet(&server, "Ada").await?;
    owner.appoint("ada", "moderator").await?;
    let ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let order = json!({ "node": "world", "seconds": 1, "reason": "no reason" });
    assert_eq!(ada.post("/operations/drain", &order).await?.status, 403);
    assert_eq!(ada.get("/operations/nodes").await?.status, 403);
    for (order, status) in [
        (json!({ "node": "gateway-7", "reason": "x" }), 404),
        (json!({ "node": "world", "reason": "" }), 400),
        (json!({ "node": "world", "reason": "x", "seconds": 86_401 }), 400),
        (json!({ "node": "x".repeat(41), "reason": "x" }), 400),
    ] {
        assert_eq!(caller.post("/operations/drain", &order).await?.status, status, "{order}");
    }
    until_logged(&home, |line| line["act"] == "drain" && line["target"] == "gateway-7").await?;
    assert_eq!(http::get(server.web, "/ready").await?.status, 200);

    // The same who may read all figures.
    let figures = |token: Option<String>| async move {
        let shown = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
        let request = format!(
            "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\r\n",
            shown.unwrap_or_default()
        );
        http::send(server.web, &request).await
    };
    let refused = figures(None).await?;
    problem(&refused, "forbidden")?;
    assert_eq!(figures(ada.token.clone()).await?.status, 403);
    assert_eq!(figures(Some("nonsense".to_owned())).await?.status, 401);
    let read = figures(caller.token.clone()).await?;
    ensure!(read.status == 200 && read.body.contains("hearsay_sessions"), "{read:?}");
    let service = ["token", "create", "--name", "Watch", "--scope", "operations"];
    let service = home.run(&service).await?;
    let token = service.output.trim().to_owned();
    assert_eq!(figures(Some(token.clone())).await?.status, 200);
    assert_eq!(Caller::with(server.web, token).get("/operations/nodes").await?.status, 200);
    let little =
        Caller::log_in(server.web, "warden", "the warden's own password", Some("chat:read"));
    assert_eq!(figures(little.await?.token).await?.status, 403);
    Ok(())
}

#[tokio::test]
async fn an_admin_who_is_frozen_orders_nothing() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let (mut owner, caller) = operated(&server).await?;
    let _hal = by_telnet(&server, "Hal").await?;
    owner.appoint("hal", "admin").await?;
    let by_hal = Caller::log_in(server.web, "hal", PASSWORD, None).await?;
    drain(&by_hal, "world", 60).await?;
    owner.client().types("freeze hal sleep on it", "is frozen").await?;
    let order = json!({ "node": "world", "seconds": 1, "reason": "in anger" });
    let refused = [
        by_hal.post("/operations/drain", &order).await?,
        by_hal.call("DELETE", "/operations/drain?node=world", &[], None).await?,
    ];
    for answer in refused {
        assert_eq!(answer.status, 422, "{answer:?}");
        ensure!(problem(&answer, "not-done")?.contains("sleep on it"), "{answer:?}");
    }
    let node = got(&caller, "/operations/nodes").await?["nodes"][0].clone();
    assert_eq!(node["draining"]["reason"], "new kernel", "{node}");
    undrain(&caller, "world").await?;
    Ok(())
}

/// Waits until a gateway has heard of its world.
async fn until_ready(gateway: &Server) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = http::get(gateway.web, "/ready").await?;
        if answer.status == 200 {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "{answer:?}");
        sleep(LOOK_EVERY).await;
    }
}

/// A world and two gateways, in front of which stands a network that leads to one of them.
struct Split {
    world: Server,
    one: Server,
    two: Server,
    _homes: [Home; 3],
}

impl Split {
    async fn start(nats: &Nats) -> Result<Self> {
        let home = |arguments: &[&str]| -> Result<Home> {
            Ok(Home::new()?.set("nats.url", nats.url()).with_arguments(arguments))
        };
        let homes = [
            home(&["--role", "world"])?,
            home(&["--role", "gateway", "--gateway", "1"])?,
            home(&["--role", "gateway", "--gateway", "2"])?,
        ];
        let world = homes[0].start().await?;
        let (one, two) = (homes[1].start().await?, homes[2].start().await?);
        for gateway in [&one, &two] {
            until_ready(gateway).await?;
        }
        Ok(Self { world, one, two, _homes: homes })
    }

    /// Waits until the world knows both gateways.
    async fn until_known(&self, caller: &Caller) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let nodes = caller.get("/operations/nodes").await?.json()?;
            let nodes = nodes["nodes"].as_array().context("no nodes")?.clone();
            let ids: Vec<_> = nodes.iter().filter_map(|node| node["id"].as_str()).collect();
            if ids == ["world", "gateway-1", "gateway-2"] {
                ensure!(nodes[0]["connections"].is_null(), "{nodes:?}");
                ensure!(nodes.iter().all(|node| node["bus"] == "connected"), "{nodes:?}");
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{nodes:?}");
            sleep(LOOK_EVERY).await;
        }
    }
}

#[tokio::test]
async fn a_gateway_in_another_process_is_ordered_over_the_bus() -> Result<()> {
    let Some(nats) = Nats::start().await? else { return Ok(()) };
    let split = Split::start(&nats).await?;
    let code = split.world.claim_code.clone().context("no code")?;
    let mut warden = telnet(&split.two, "warden").await?;
    warden.create("Warden", PASSWORD).await?;
    warden.types(&format!("claim {code}"), "owner").await?;
    let caller = Caller::log_in(split.world.web, "warden", PASSWORD, None).await?;
    split.until_known(&caller).await?;

    // A browser before a network that leads to the first gateway, as a balancer would.
    let network = Network::before(split.one.web).await?;
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    pages.open("ada", network.address, json!({})).await?;
    pages.create("ada", "Ada").await?;
    warden.expect("Ada").await?;
    warden.types("say before", "You say").await?;
    pages.wait("ada", ".talk", "before").await?;

    let refused = json!({ "node": "world", "reason": "new kernel" });
    problem(&caller.post("/operations/drain", &refused).await?, "not-done")?;
    // Whoever balances sees by `/ready` where to lead to, and what is open already stays.
    network.lead(split.two.web);
    let node = drain(&caller, "gateway-1", 1).await?;
    assert_eq!(node["id"], "gateway-1");
    assert_eq!(node["draining"]["by"], "Warden");
    assert_eq!(http::get(split.one.web, "/ready").await?.status, 503);
    assert_eq!(http::get(split.two.web, "/ready").await?.status, 200);
    for words in ["one", "two", "three"] {
        warden.types(&format!("say {words}"), "You say").await?;
    }
    pages.wait("ada", ".note", "You are back.").await?;
    warden.types("say after", "You say").await?;
    pages.wait("ada", ".talk", "after").await?;
    let said = pages.texts("ada", ".talk").await?;
    let words = ["before", "one", "two", "three", "after"];
    let heard: Vec<_> = said.iter().filter(|line| line.contains("Warden says")).collect();
    ensure!(heard.len() == words.len(), "{said:?}");
    ensure!(heard.iter().zip(words).all(|(line, word)| line.contains(word)), "{said:?}");
    split.two.until_health("both", |health| health["sessions"]["playing"] == 2).await?;
    let mut late = telnet(&split.one, "late").await?;
    late.expect("takes no new connections just now").await?;

    undrain(&caller, "gateway-1").await?;
    assert_eq!(http::get(split.one.web, "/ready").await?.status, 200);
    let _ada = back_by_telnet(&split.one, "Ada").await?;
    pages.is_sound("ada").await
}
