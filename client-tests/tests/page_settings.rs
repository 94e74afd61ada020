//! What a player chooses on the client page, in Chromium: with whom it stays, and where.

use anyhow::{Result, ensure};
use client_tests::cast::PASSWORD;
use client_tests::outage::Network;
use client_tests::pages::Pages;
use client_tests::server::Home;
use serde_json::json;

#[tokio::test]
async fn settings_are_there_in_another_browser() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    pages.click("ada", "#open-settings").await?;
    pages.click("ada", "label:has(#theme-contrast)").await?;
    pages.wait("ada", "html[data-theme=contrast]", "").await?;
    pages.click("ada", "#settings-close").await?;
    // As somebody does who drags a slide: what it comes to is sent, not each step of it.
    for size in 14..24 {
        pages.act("ada", "prefer", json!({"size": size})).await?;
    }
    let what = json!({"type": "keep", "text": "\"size\":23"});
    let sent = pages.act("ada", "sent", what).await?;
    ensure!(sent.as_u64() < Some(5), "sent {sent} times");
    // What was kept came before this.
    pages.types_and_reads("ada", "time", "clock").await?;
    pages.open("elsewhere", server.web, json!({})).await?;
    pages.click("elsewhere", ".kinds label:has(#kind-login)").await?;
    pages.fill("elsewhere", "#password", PASSWORD).await?;
    pages.come_in("elsewhere", "Ada").await?;
    pages.wait("elsewhere", "html[data-theme=contrast]", "").await?;
    pages.is_sound("elsewhere").await
}

#[tokio::test]
async fn settings_stay_with_the_character_whose_they_are() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    let network = Network::before(server.web).await?;
    pages.open("ada", network.address, json!({})).await?;
    // What a stranger chooses is theirs when they have a character.
    pages.act("ada", "prefer", json!({"theme": "contrast"})).await?;
    pages.create("ada", "Ada").await?;
    pages.act("ada", "sent", json!({"type": "keep", "text": "contrast"})).await?;
    // What is changed in an outage holds after it.
    network.cut();
    pages.wait("ada", "#lost", "The connection is lost").await?;
    pages.act("ada", "prefer", json!({"aliases": {"gg": "say Mine!"}})).await?;
    network.mend(server.web);
    pages.act("ada", "event", json!({"name": "online"})).await?;
    pages.wait("ada", ".note", "You are back").await?;
    pages.act("ada", "sent", json!({"type": "keep", "text": "Mine!"})).await?;
    pages.types_and_reads("ada", "gg", "Mine!").await?;
    pages.types("ada", "quit").await?;
    pages.wait("ada", "#login-form", "").await?;
    // The next one begins as usual, in the same browser.
    pages.create("ada", "Bob").await?;
    pages.gone("ada", "html[data-theme=contrast]", "").await?;
    pages.types("ada", "gg").await?;
    pages.act("ada", "sent", json!({"type": "command", "text": "\"gg\""})).await?;
    pages.is_sound("ada").await
}

/// Neither does a guest get what a character before them has chosen, nor the next character what the guest has.
#[tokio::test]
async fn a_guest_in_the_same_browser_begins_as_usual() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    let chosen = json!({"theme": "contrast", "aliases": {"gg": "say Mine!"}});
    pages.act("ada", "prefer", chosen).await?;
    pages.act("ada", "sent", json!({"type": "keep", "text": "Mine!"})).await?;
    pages.types("ada", "quit").await?;
    pages.wait("ada", "#login-form", "").await?;
    pages.click("ada", ".kinds label:has(#kind-guest)").await?;
    pages.come_in("ada", "Gil").await?;
    pages.gone("ada", "html[data-theme=contrast]", "").await?;
    pages.types("ada", "gg").await?;
    pages.act("ada", "sent", json!({"type": "command", "text": "\"gg\""})).await?;
    pages.act("ada", "prefer", json!({"size": 22, "aliases": {"hh": "say Ours!"}})).await?;
    pages.types_and_reads("ada", "hh", "Ours!").await?;
    pages.types("ada", "quit").await?;
    pages.wait("ada", "#login-form", "").await?;
    // Back comes the character, with what is theirs and nothing else.
    pages.click("ada", ".kinds label:has(#kind-login)").await?;
    pages.fill("ada", "#password", PASSWORD).await?;
    pages.come_in("ada", "Ada").await?;
    pages.wait("ada", "html[data-theme=contrast]", "").await?;
    pages.types_and_reads("ada", "gg", "Mine!").await?;
    pages.types("ada", "hh").await?;
    pages.act("ada", "sent", json!({"type": "command", "text": "\"hh\""})).await?;
    pages.is_sound("ada").await
}

#[tokio::test]
async fn what_is_changed_last_is_kept_when_the_page_is_left() -> Result<()> {
    let Some(mut pages) = Pages::start()? else { return Ok(()) };
    let server = Home::new()?.start().await?;
    pages.open("ada", server.web, json!({})).await?;
    pages.create("ada", "Ada").await?;
    for size in 18..22 {
        // One closes the tab, another leaves it open and goes elsewhere: such a page may never hear of its end.
        let leaves = if size % 2 == 0 { "prefer_and_leave" } else { "prefer_and_sleep" };
        pages.act("ada", leaves, json!({"size": size})).await?;
        pages.open("ada", server.web, json!({})).await?;
        pages.click("ada", ".kinds label:has(#kind-login)").await?;
        pages.fill("ada", "#password", PASSWORD).await?;
        pages.come_in("ada", "Ada").await?;
        pages.act("ada", "prefers", json!({"size": size})).await?;
    }
    pages.is_sound("ada").await
}
