//! A wall clock that is put forward and back under a running server: nobody is free early and nobody is held late.
//!
//! The clock of the server alone is moved, by libfaketime; the one that nobody can set goes on as it does on a real machine.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use client_tests::cast::{by_telnet, by_websocket};
use client_tests::client::Client;
use client_tests::server::Home;
use client_tests::staff::with_moderator;
use client_tests::tools::require_library;

/// How long somebody is muted, by the clock on the wall of this test.
const MUTE: Duration = Duration::from_secs(4);
/// How much later than that the first words may be heard: the way there and back, on a machine that has other things to do.
const LATE: Duration = Duration::from_secs(2);
/// How long to wait before asking again whether one may speak.
const ASK_EVERY: Duration = Duration::from_millis(20);

/// A home whose servers read the clock as a file puts it: `+1h` is an hour ahead.
fn home_with_a_clock() -> Result<Option<Home>> {
    let Some(library) = require_library("faketime/libfaketime.so.1") else { return Ok(None) };
    let home = Home::new()?;
    put_clock(&home, "+0")?;
    let clock = home.path("clock");
    Ok(Some(
        home.with_variable("LD_PRELOAD", library.display())
            .with_variable("FAKETIME_TIMESTAMP_FILE", clock.display())
            .with_variable("FAKETIME_NO_CACHE", 1)
            .with_variable("FAKETIME_DONT_FAKE_MONOTONIC", 1),
    ))
}

/// Puts the clock; in one step, so that it is never read half written.
fn put_clock(home: &Home, offset: &str) -> Result<()> {
    fs::write(home.path("clock.new"), offset)?;
    Ok(fs::rename(home.path("clock.new"), home.path("clock"))?)
}

/// Makes sure that the server's clock is off by so many hours.
async fn assert_clock(client: &mut Client, hours: i64) -> Result<()> {
    client.send_line("time").await?;
    let told = client.expect("The server's clock says").await?;
    let (_, at) = told.split_once("says ").context("it says when")?;
    let at: DateTime<Utc> = format!("{}Z", at.trim_end_matches(" UTC.")).parse()?;
    let off = at - Utc::now() - TimeDelta::hours(hours);
    ensure!(off.abs() < TimeDelta::minutes(1), "{told}");
    Ok(())
}

/// Mutes Bob, moves the clock, and makes sure that he may speak again after just the time for which he was muted.
async fn muted_while(home: &Home, mara: &mut Client, bob: &mut Client, to: &str) -> Result<()> {
    let before = Instant::now();
    mara.types(&format!("mute bob {}s hush", MUTE.as_secs()), "Bob is muted").await?;
    bob.expect("you are muted").await?;
    let after = Instant::now();
    put_clock(home, to)?;
    loop {
        bob.send_line("say am I free?").await?;
        let answer = bob.expect("ou ").await?;
        let heard = answer.contains("You say");
        ensure!(heard || answer.contains("You are muted"), "{answer}");
        let (most, least) = (before.elapsed(), after.elapsed());
        ensure!(!heard || most >= MUTE, "free after {most:?}, with the clock at {to}");
        ensure!(heard || least < MUTE + LATE, "muted after {least:?}, with the clock at {to}");
        if heard {
            return Ok(());
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}

#[tokio::test]
async fn a_clock_that_is_moved_frees_nobody_early_and_holds_nobody_late() -> Result<()> {
    let Some(home) = home_with_a_clock()? else { return Ok(()) };
    let (server, mut mara) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut eve = by_websocket(&server, "Eve").await?;
    mara.types("timeout eve 30m hush", "Eve is in a timeout").await?;
    mara.types("lock global 30m hush", "global is locked").await?;
    assert_clock(&mut bob, 0).await?;
    for (offset, hours) in [("+1h", 1), ("-1h", -1), ("+0", 0)] {
        muted_while(&home, &mut mara, &mut bob, offset).await?;
        assert_clock(&mut bob, hours).await?;
        eve.types("say now?", "You are in a timeout for another 2").await?;
        bob.types("global now?", "Staff have locked global for another 2").await?;
    }
    ensure!(server.stop().await?.success());
    Ok(())
}
