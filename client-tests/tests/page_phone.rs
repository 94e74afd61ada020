//! The client page in small windows: nothing is squeezed until it is of no use, and what one types is answered where one is.

use anyhow::{Context, Result, ensure};
use client_tests::cast::by_telnet;
use client_tests::pages::Pages;
use client_tests::server::Home;
use serde_json::json;

/// How wide and how high something is. Pixels.
async fn size(pages: &mut Pages, page: &str, selector: &str) -> Result<(f64, f64)> {
    let found = pages.act(page, "size", json!({"selector": selector})).await?;
    let side = |name: &str| found[name].as_f64().context("a number");
    Ok((side("width")?, side("height")?))
}

/// A guest is not heard on global: they read so where they spoke.
#[tokio::test]
async fn what_is_typed_on_a_tab_is_answered_there() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    pages.open("gil", server.web, json!({"width": 390, "height": 844, "touch": true})).await?;
    pages.come_in("gil", "Gil").await?;
    pages.click("gil", "#channels [data-channel=global]").await?;
    pages.wait("gil", ".note", "Here begins what you may read on global.").await?;
    pages.types_and_reads("gil", "hello?", "Guests are not heard on global").await?;
    pages.types("gil", "/look").await?;
    pages.wait("gil", ".line.room", "The Long Pier").await?;
    // What comes by itself is not for this tab.
    bob.send_line("quit").await?;
    bob.expect_closed().await?;
    pages.types_and_reads("gil", "/who", "Gil").await?;
    pages.gone("gil", ".presence", "Bob").await?;
    pages.click("gil", "#channels [data-channel='']").await?;
    pages.wait("gil", ".presence", "Bob").await?;
    pages.wait("gil", ".text", "Guests are not heard on global").await?;
    pages.gone("gil", ".note", "Here begins").await?;
    pages.is_sound("gil").await
}

/// On its side, or with its keyboard open: the text comes first.
#[tokio::test]
async fn a_low_window_has_room_for_the_text_and_a_narrow_one_for_words() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    for (name, width, height) in [("Gil", 740, 360), ("Lars", 390, 430), ("Ina", 320, 568)] {
        let how = json!({"width": width, "height": height, "touch": true, "bypass": true});
        pages.open(name, server.web, how).await?;
        pages.is_accessible(name, &format!("login, {width} by {height}")).await?;
        pages.come_in(name, name).await?;
        pages.wait(name, "#hints", "Look around.").await?;
        let (_, text) = size(&mut pages, name, "#log").await?;
        ensure!(text > 0.3 * f64::from(height), "{text} pixels of {height} are for the text");
        pages.click(name, "#open-search").await?;
        pages.act(name, "keys", json!({"text": "pier"})).await?;
        pages.wait(name, "#search-count", "of").await?;
        pages.wait(name, ".hit-now", "Pier").await?;
        let (words, _) = size(&mut pages, name, "#search-words").await?;
        ensure!(words > 0.5 * f64::from(width), "{words} pixels of {width} are for words");
        let out = pages.act(name, "outside", json!({"selector": "#search button, #say *"})).await?;
        ensure!(out == json!([]), "outside of {width} by {height}: {out}");
        pages.is_accessible(name, &format!("search, {width} by {height}")).await?;
        pages.shot(name, &format!("small-{width}-{height}")).await?;
        pages.click(name, "#search-close").await?;
        pages.types_and_reads(name, "time", "clock").await?;
        pages.is_sound(name).await?;
    }
    Ok(())
}
