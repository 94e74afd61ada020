//! Whether a server says that it can take players when it can, and what is missing when it cannot.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use client_tests::cast::by_telnet;
use client_tests::disk::SmallDisk;
use client_tests::http;
use client_tests::metrics::Metrics;
use client_tests::nats::Nats;
use client_tests::server::{Home, Server};
use serde_json::{Value, json};
use tokio::time::sleep;

/// How long it may take until a server knows what it lacks: a gateway misses the world after 15 seconds.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Waits until a server is ready, or lacks exactly this.
async fn until_missing(server: &Server, missing: &[&str]) -> Result<()> {
    let wanted = match missing {
        [] => (200, json!({ "ready": true })),
        missing => (503, json!({ "ready": false, "missing": missing })),
    };
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = http::get(server.web, "/ready").await?;
        let said: (u16, Value) = (answer.status, answer.json()?);
        if said == wanted {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "{said:?} and not {wanted:?}");
        sleep(LOOK_EVERY).await;
    }
}

#[tokio::test]
async fn a_server_is_ready_once_it_says_so() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    until_missing(&server, &[]).await?;
    assert_eq!(Metrics::of(&server).await?.alone("hearsay_ready")?, 1.0);
    Ok(())
}

#[tokio::test]
async fn a_server_whose_database_takes_nothing_is_not_ready() -> Result<()> {
    let Some(disk) = SmallDisk::mount(512)? else { return Ok(()) };
    let home = Home::new()?.set("store.path", disk.path("hearsay.db").display());
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    disk.fill()?;
    ada.types("say does it fit?", "You say").await?;
    for line in 0..200 {
        ada.types(&format!("say {line} {}", "x".repeat(300)), "You say").await?;
    }
    until_missing(&server, &["store"]).await?;
    let now = Metrics::of(&server).await?;
    assert_eq!((now.alone("hearsay_ready")?, now.alone("hearsay_store_failing")?), (0.0, 1.0));
    assert!(now.alone("hearsay_store_errors_total")? > 0.0, "{}", now.text);
    disk.make_room()?;
    until_missing(&server, &[]).await
}

#[tokio::test]
async fn gateways_are_ready_while_there_is_a_world() -> Result<()> {
    let Some(mut nats) = Nats::start().await? else { return Ok(()) };
    let home = |arguments: &[&str]| -> Result<Home> {
        Ok(Home::new()?
            .set("nats.url", nats.url())
            .set("nats.reconnect_time_wait", 0.1)
            .set("nats.ping_interval", 0.2)
            .with_arguments(arguments))
    };
    let (for_world, for_gateway) =
        (home(&["--role", "world"])?, home(&["--role", "gateway", "--gateway", "1"])?);
    let gateway = for_gateway.start().await?;
    until_missing(&gateway, &["world"]).await?;
    let world = for_world.start().await?;
    until_missing(&world, &[]).await?;
    until_missing(&gateway, &[]).await?;

    // Each has the series of its half.
    let (of_world, of_gateway) = (Metrics::of(&world).await?, Metrics::of(&gateway).await?);
    assert!(of_gateway.alone("hearsay_bus_world_silent_seconds")? < 15.0);
    let of_sockets = ["hearsay_connections", "hearsay_sessions", "hearsay_delivery_seconds"];
    let of_game = ["hearsay_store_failing", "hearsay_loop_busy_ratio", "hearsay_restrictions"];
    for (names, here, not_here) in
        [(of_sockets, &of_gateway, &of_world), (of_game, &of_world, &of_gateway)]
    {
        for name in names {
            assert!(here.described().contains(name), "{name}: {}", here.text);
            assert!(!not_here.described().contains(name), "{name}: {}", not_here.text);
        }
    }

    nats.kill().await?;
    until_missing(&world, &["nats"]).await?;
    until_missing(&gateway, &["nats"]).await?;
    nats.start_again().await?;
    until_missing(&world, &[]).await?;
    until_missing(&gateway, &[]).await?;
    drop(world);
    until_missing(&gateway, &["world"]).await
}
