//! How much one may still say, on the client page in Chromium.

use std::time::Duration;

use anyhow::{Result, ensure};
use client_tests::pages::Pages;
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator;
use serde_json::{Value, json};

async fn server(say: u32) -> Result<Server> {
    let home = Home::new()?.set("chat.rate_limiting.enabled", true);
    home.set("chat.rate_limiting.say", say).start().await
}

/// Says so many lines, each when the one before is there.
async fn says(pages: &mut Pages, lines: std::ops::Range<u32>) -> Result<()> {
    for number in lines {
        pages.types("ada", &format!("say number {number}")).await?;
        pages.wait("ada", ".talk", &format!("number {number}")).await?;
    }
    Ok(())
}

async fn shown(pages: &mut Pages, selector: &str) -> Result<Vec<String>> {
    pages.texts("ada", &format!("{selector}:not([hidden])")).await
}

async fn passes(pages: &mut Pages, seconds: u32) -> Result<()> {
    pages.act("ada", "passes", json!({"seconds": seconds})).await.map(drop)
}

#[tokio::test]
async fn what_is_left_shows_when_it_is_little_and_comes_back_by_itself() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = server(5).await?;
    pages.open("ada", server.web, json!({"clock": true})).await?;
    pages.create("ada", "Ada").await?;
    says(&mut pages, 0..2).await?;
    ensure!(shown(&mut pages, "#allowance").await?.is_empty(), "more than half is left");
    says(&mut pages, 2..3).await?;
    pages.wait("ada", "#allowance", "2 left on say").await?;
    pages.is_accessible("ada", "while little is left").await?;
    pages.shot("ada", "allowance").await?;
    says(&mut pages, 3..5).await?;
    pages.wait("ada", "#allowance.none", "You may speak again in").await?;
    let now =
        pages.act("ada", "attribute", json!({"selector": "#allowance", "name": "aria-valuenow"}));
    assert_eq!(now.await?, "0");
    // The server has its own clock, and goes on refusing; the page goes by the one that passes here.
    passes(&mut pages, 40).await?;
    pages.wait("ada", "#allowance.none", "again in 1").await?;
    passes(&mut pages, 21).await?;
    pages.gone("ada", "#allowance", "").await?;
    pages.is_sound("ada").await
}

#[tokio::test]
async fn a_line_that_is_refused_is_told_once_wherever_one_looks() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = server(2).await?;
    pages.open("ada", server.web, json!({"width": 390, "height": 844, "touch": true})).await?;
    pages.create("ada", "Ada").await?;
    says(&mut pages, 0..2).await?;
    pages.types_and_reads("ada", "say too much", "Not so fast").await?;
    pages.wait("ada", "#allowance.none", "You may speak again in").await?;
    assert_eq!(pages.act("ada", "overflow", json!({})).await?, 0);
    pages.is_accessible("ada", "on a phone when nothing is left").await?;
    pages.shot("ada", "allowance-phone").await?;
    ensure!(shown(&mut pages, "#passing").await?.is_empty(), "the text has said it");
    // So it does on the tab of a channel.
    pages.click("ada", "#channels [data-channel=say]").await?;
    pages.wait("ada", "#allowance.none", "You may speak again in").await?;
    pages.types_and_reads("ada", "and more", "Not so fast").await?;
    let told = shown(&mut pages, ".text").await?;
    let told = told.iter().filter(|line| line.contains("Not so fast")).count();
    ensure!(
        told == 1 && shown(&mut pages, "#passing").await?.is_empty(),
        "it is told {told} times"
    );
    // On another channel one may speak.
    pages.click("ada", "#channels [data-channel=global]").await?;
    pages.gone("ada", "#allowance", "").await?;
    pages.is_sound("ada").await
}

#[tokio::test]
async fn slow_mode_is_counted_down_in_all_themes() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?.set("chat.rate_limiting.enabled", true);
    let (server, mut mara) = with_moderator(&home).await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    mara.types("slowmode say 30 a test", "30 s").await?;
    says(&mut pages, 0..1).await?;
    pages.wait("ada", "#allowance.none", "You may speak again in").await?;
    for theme in ["light", "dark", "contrast"] {
        pages.act("ada", "prefer", json!({"theme": theme})).await?;
        pages.is_accessible("ada", theme).await?;
        pages.shot("ada", &format!("allowance-{theme}")).await?;
    }
    pages.types_and_reads("ada", "say too soon", "Slow mode").await?;
    mara.types("slowmode say 2 a test", "2 s").await?;
    // What counts now is told with the next line; until then the page counts on. By the server's clock these two seconds pass.
    tokio::time::sleep(Duration::from_secs(2)).await;
    pages.types("ada", "say soon enough").await?;
    pages.wait("ada", ".talk", "soon enough").await?;
    pages.wait("ada", "#allowance.none", "You may speak again in 2 s").await?;
    pages.gone("ada", "#allowance", "").await?;
    says(&mut pages, 1..2).await?;
    pages.is_sound("ada").await
}

/// It is in words, where it is looked for, and does not speak up.
#[tokio::test]
async fn a_screen_reader_finds_it_in_words() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = server(3).await?;
    pages.open("ada", server.web, json!({"preferences": {"linear": true}})).await?;
    pages.create("ada", "Ada").await?;
    says(&mut pages, 0..2).await?;
    pages.wait("ada", "#allowance", "1 left on say").await?;
    for (name, value) in [
        ("role", json!("meter")),
        ("aria-label", json!("What you may still say on say")),
        ("aria-valuetext", json!("1 left on say")),
        ("aria-valuenow", json!("1")),
        ("aria-valuemax", json!("3")),
        ("aria-live", Value::Null),
    ] {
        let asked = json!({"selector": "#allowance", "name": name});
        assert_eq!(pages.act("ada", "attribute", asked).await?, value, "{name}");
    }
    pages.is_accessible("ada", "laid out for a screen reader").await?;
    pages.is_sound("ada").await
}
