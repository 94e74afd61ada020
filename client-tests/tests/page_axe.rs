//! axe finds nothing to complain of on the client page, whatever lies open on it: on a desk and on phones, in each theme. And
//! pictures of it on a phone.

use anyhow::{Context, Result, ensure};
use client_tests::cast::by_telnet;
use client_tests::client::Client;
use client_tests::pages::Pages;
use client_tests::server::Home;
use client_tests::staff::with_moderator;
use serde_json::json;

const THEMES: [&str; 3] = ["light", "dark", "contrast"];

/// Sees that axe finds nothing in any theme, and that nothing is wider than the window; takes a picture in the dark.
async fn is_fine(pages: &mut Pages, page: &str, what: &str) -> Result<()> {
    for theme in THEMES {
        pages.act(page, "prefer", json!({"theme": theme})).await?;
        pages.is_accessible(page, &format!("{page}, {what}, {theme}")).await?;
        if theme == "dark" {
            pages.shot(page, &format!("{page}-{what}")).await?;
        }
    }
    let overflow = pages.act(page, "overflow", json!({})).await?;
    ensure!(overflow == 0, "{page}, {what}: {overflow} pixels too wide");
    Ok(())
}

/// Opens one part of the page after the other.
async fn look_through(pages: &mut Pages, page: &str, mara: &mut Client) -> Result<()> {
    is_fine(pages, page, "hints").await?;
    pages.click(page, ".talk:has-text('lanterns') .more").await?;
    is_fine(pages, page, "menu").await?;
    pages.key(page, "Escape").await?;
    pages.click(page, "#open-search").await?;
    pages.act(page, "keys", json!({"text": "lanterns"})).await?;
    pages.wait(page, "#search-count", "1 of 1").await?;
    is_fine(pages, page, "search").await?;
    pages.key(page, "Escape").await?;
    pages.act(page, "paste", json!({"text": "say one\nsay two"})).await?;
    pages.wait(page, "#paste", "You paste 2 lines").await?;
    is_fine(pages, page, "paste").await?;
    pages.key(page, "Escape").await?;
    pages.click(page, "#open-settings").await?;
    is_fine(pages, page, "settings").await?;
    pages.key(page, "Escape").await?;
    mara.types(&format!("mute {page} 1h an example"), "is muted").await?;
    pages.wait(page, "#restricted", "an example").await?;
    is_fine(pages, page, "muted").await
}

/// What there is on a phone alone.
async fn look_through_sheets(pages: &mut Pages, page: &str) -> Result<()> {
    pages.click(page, "#open-pad").await?;
    pages.wait(page, "#pad .way", "N").await?;
    is_fine(pages, page, "pad").await?;
    pages.click(page, "#open-pad").await?;
    pages.click(page, "#open-around").await?;
    pages.wait(page, "#room-name", "The Long Pier").await?;
    is_fine(pages, page, "room").await?;
    pages.click(page, "#open-around").await
}

#[tokio::test]
async fn nothing_that_opens_is_hard_to_use() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    for (page, width, height) in [("desk", 1280, 800), ("phone", 390, 844), ("little", 320, 568)] {
        let is_phone = width < 600;
        let how = json!({"width": width, "height": height, "touch": is_phone, "bypass": true});
        pages.open(page, server.web, how).await?;
        is_fine(&mut pages, page, "login").await?;
        pages.create(page, page).await?;
        bob.send_line("global Is anybody trading lanterns?").await?;
        pages.wait(page, ".talk", "lanterns").await?;
        if is_phone {
            look_through_sheets(&mut pages, page).await?;
        }
        look_through(&mut pages, page, &mut mara).await?;
        pages.is_sound(page).await?;
    }
    Ok(())
}

/// What one types into has a name of its own, that says where the words go, whatever stands before it.
#[tokio::test]
async fn the_line_says_what_it_is_for() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    for (page, width) in [("ada", 1280), ("gil", 390)] {
        pages.open(page, server.web, json!({"width": width})).await?;
        pages.come_in(page, page).await?;
        let name = pages.act(page, "name", json!({"selector": "#line"})).await?;
        assert_eq!(name, "What do you do?");
        pages.types(page, "prompt %n at %r >").await?;
        pages.types_and_reads(page, "time", "clock").await?;
        pages.click(page, "#channels [data-channel=local]").await?;
        let name = pages.act(page, "name", json!({"selector": "#line"})).await?;
        let name = name.as_str().context("no name")?;
        assert_eq!(name, "Speak on local, or /command");
        pages.is_sound(page).await?;
    }
    pages.wait("ada", "#prompt", "ada at The Long Pier >").await
}
