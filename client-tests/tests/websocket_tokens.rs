//! Who shows a token of the REST API comes into the world by WebSocket without a password, and nobody else does.

use anyhow::{Context, Result};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::client::Client;
use client_tests::rest::Caller;
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator;
use serde_json::{Value, json};

async fn token(server: &Server, name: &str, scope: Option<&str>) -> Result<String> {
    Caller::log_in(server.web, name, PASSWORD, scope).await?.token.context("no token")
}

/// Logs in by the first message; what comes back is `welcome` or `error`.
async fn shows(server: &Server, frame: &Value) -> Result<(Client, Value)> {
    let mut client = Client::websocket("somebody", server.web).await?;
    client.send_frame(frame).await?;
    let answer = client.expect_frame_of(&["welcome", "error"]).await?;
    Ok((client, answer))
}

#[tokio::test]
async fn a_token_lets_its_account_in_and_others_hear_it() -> Result<()> {
    let server = Home::new()?.set("http.token_in_address", "true").start().await?;
    by_telnet(&server, "Ada").await?.types("characters new Cecil", "Cecil is ready").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let token = token(&server, "ada", None).await?;
    let (mut ada, welcome) = shows(&server, &json!({"type": "token", "token": token})).await?;
    assert_eq!(welcome["player"]["name"], "Ada");
    ada.types("say by a message", "by a message").await?;
    bob.expect("Ada says, \"by a message\"").await?;
    let by_name = json!({"type": "token", "token": token, "name": "cecil"});
    let (_cecil, welcome) = shows(&server, &by_name).await?;
    assert_eq!(welcome["player"]["name"], "Cecil");
    let offers = ["json.hearsay", &format!("bearer.{token}")];
    let mut ada = Client::websocket_at("Ada", server.web, "/ws", &offers).await?;
    assert_eq!(ada.expect_frame("welcome").await?["player"]["name"], "Ada");
    ada.types("say by a header", "by a header").await?;
    bob.expect("Ada says, \"by a header\"").await?;
    let path = format!("/ws?token={token}");
    let mut ada = Client::websocket_at("Ada", server.web, &path, &[]).await?;
    ada.expect_frame("welcome").await?;
    ada.types("say by the address", "by the address").await?;
    bob.expect("Ada says, \"by the address\"").await?;
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_good_for_something_else_lets_nobody_in() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    by_telnet(&server, "Ada").await?;
    let reads = token(&server, "ada", Some("chat:read")).await?;
    let whole = token(&server, "ada", None).await?;
    let (unsigned, _) = whole.rsplit_once('.').context("no token")?;
    for (frame, why) in [
        (json!({"type": "token", "token": reads}), "does not have the scope play"),
        (json!({"type": "token", "token": format!("{unsigned}.")}), "none of ours"),
        (json!({"type": "token", "token": "x".repeat(1001)}), "no token"),
        (json!({"type": "token", "token": whole, "name": "Mara"}), "no character of that name"),
    ] {
        let (_, answer) = shows(&server, &frame).await?;
        let told = answer["text"].as_str().unwrap_or_default();
        assert!(told.contains(why), "{frame}: {answer}");
    }
    let path = format!("/ws?token={whole}");
    let refused = Client::websocket_at("Ada", server.web, &path, &[]).await;
    assert!(refused.is_err(), "addresses are kept in logs");
    Caller::with(server.web, &*whole).call("POST", "/auth/logout", &[], None).await?;
    let (_, answer) = shows(&server, &json!({"type": "token", "token": whole})).await?;
    assert!(answer["text"].as_str().is_some_and(|text| text.contains("revoked")), "{answer}");
    let again = token(&server, "ada", None).await?;
    mara.types("ban ada 1h a test", "Ada").await?;
    let mut ada = Client::websocket("Ada", server.web).await?;
    ada.send_frame(&json!({"type": "token", "token": again})).await?;
    ada.expect_closed().await?;
    Ok(())
}
