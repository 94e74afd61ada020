//! The staff page in Chromium, beside players on telnet.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::pages::Pages;
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator;
use serde_json::{Value, json};

/// Opens the page of staff; `how` as for [`Pages::open`].
async fn open(pages: &mut Pages, page: &str, server: &Server, how: Value) -> Result<()> {
    let mut how = how;
    how["path"] = "staff".into();
    pages.open(page, server.web, how).await
}

async fn log_in(pages: &mut Pages, page: &str, name: &str) -> Result<()> {
    pages.fill(page, "#name", name).await?;
    pages.fill(page, "#password", PASSWORD).await?;
    pages.key(page, "Enter").await
}

/// Opens the page and comes in as the moderator.
async fn mara(pages: &mut Pages, server: &Server, how: Value) -> Result<()> {
    open(pages, "mara", server, how).await?;
    log_in(pages, "mara", "Mara").await?;
    pages.wait("mara", "#status", "Live").await
}

#[tokio::test]
async fn only_staff_get_in() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let _bob = by_telnet(&server, "Bob").await?;
    open(&mut pages, "bob", &server, json!({})).await?;
    log_in(&mut pages, "bob", "Bob").await?;
    pages.wait("bob", "#login-why", "for staff, from moderator on. Bob is player.").await?;
    pages.fill("bob", "#password", "not the password").await?;
    pages.key("bob", "Enter").await?;
    pages.wait("bob", "#login-why", "do not belong together").await?;
    ensure!(pages.texts("bob", "#who").await?.concat().is_empty(), "nobody is in");
    log_in(&mut pages, "bob", "Mara").await?;
    pages.wait("bob", "#who", "Mara, moderator").await?;
    pages.wait("bob", "#status", "Live").await?;
    pages.click("bob", "#log-out").await?;
    pages.wait("bob", "#login-why", "You are logged out.").await?;
    pages.is_sound("bob").await
}

#[tokio::test]
async fn what_is_said_is_there_at_once_and_can_be_sifted_and_stopped() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    mara(&mut pages, &server, json!({})).await?;
    bob.send_line("global trading lanterns").await?;
    pages.wait("mara", ".said", "trading lanterns").await?;
    ada.send_line("say not here").await?;
    pages.wait("mara", ".said", "not here").await?;
    pages.fill("mara", "#live-player", "ada").await?;
    pages.gone("mara", ".said", "lanterns").await?;
    pages.wait("mara", ".said", "not here").await?;
    pages.fill("mara", "#live-player", "").await?;
    pages.choose("mara", "#live-channel", "global").await?;
    pages.gone("mara", ".said", "not here").await?;
    pages.choose("mara", "#live-channel", "").await?;
    pages.click("mara", "#live-pause").await?;
    bob.send_line("global and ropes").await?;
    pages.wait("mara", "#live-shown", "1 new").await?;
    pages.gone("mara", ".said", "and ropes").await?;
    pages.click("mara", "#live-pause").await?;
    pages.wait("mara", ".said", "and ropes").await?;
    pages.is_sound("mara").await
}

#[tokio::test]
async fn the_time_that_is_left_runs_out_before_ones_eyes() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, mut typed) = with_moderator(&home).await?;
    let _bob = by_telnet(&server, "Bob").await?;
    mara(&mut pages, &server, json!({})).await?;
    let muted = Instant::now();
    typed.send_line("mute bob 8s too loud").await?;
    typed.expect("Bob is muted").await?;
    pages.key("mara", "3").await?;
    pages.wait("mara", "#restrictions tr", "too loud").await?;
    pages.wait("mara", "#restrictions .number", "2 s").await?;
    pages.gone("mara", "#restrictions tr", "too loud").await?;
    let gone = muted.elapsed();
    ensure!(gone >= Duration::from_secs(7), "it went after {gone:?}");
    pages.wait("mara", "#restrictions-none", "Nobody").await?;
    pages.is_sound("mara").await
}
