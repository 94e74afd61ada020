//! A browser as people use it: its own WebSocket, opened from a page of the server.

use anyhow::{Result, ensure};
use client_tests::browser::Browser;
use client_tests::cast::PASSWORD;
use client_tests::client::Client;
use client_tests::server::Home;
use client_tests::telnet::Profile;
use client_tests::websocket;
use serde_json::json;

#[tokio::test]
async fn a_browser_and_a_telnet_client_hear_one_another() -> Result<()> {
    let server = Home::new()?.start().await?;
    let Some(mut ada) = Browser::open(server.web, &["json.hearsay"])? else { return Ok(()) };
    let mut bob = Client::telnet("bob", server.telnet, Profile::Mudlet).await?;
    bob.create("Bob", PASSWORD).await?;
    let opened = ada.event().await?;
    assert_eq!(opened["open"], json!({"protocol": "json.hearsay", "extensions": ""}));
    ada.send(&websocket::login("Ada", PASSWORD, true).to_string()).await?;
    ada.expect("The Long Pier").await?;
    ada.send(&websocket::command("say Grüße ✓").to_string()).await?;
    bob.expect("Ada says, \"Grüße ✓\"").await?;
    bob.send_line("say hello, browser").await?;
    ada.expect("hello, browser").await?;
    ada.send(&websocket::command("quit").to_string()).await?;
    let closed = loop {
        let event = ada.event().await?;
        if !event["closed"].is_null() {
            break event;
        }
    };
    assert_eq!(closed["closed"], json!({"code": 1000, "clean": true}));
    bob.expect("Ada leaves the world.").await?;
    ensure!(server.stop().await?.success(), "the server stops in order");
    Ok(())
}

#[tokio::test]
async fn a_page_of_a_stranger_gets_no_socket() -> Result<()> {
    let (home, strange) = (Home::new()?.start().await?, Home::new()?.start().await?);
    // The page comes from the other server, the socket is ours.
    let opened = Browser::open_from(strange.web, home.web, &["json.hearsay"])?;
    let Some(mut browser) = opened else { return Ok(()) };
    let event = browser.event().await?;
    assert_eq!(event, json!({"closed": {"code": 1006, "clean": false}}));
    Ok(())
}
