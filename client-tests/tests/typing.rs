//! That somebody writes, over real sockets: who is told, who is not, and how often.

use anyhow::{Context, Result};
use client_tests::cast::{back_by_websocket, by_telnet, by_websocket};
use client_tests::client::Client;
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator;
use serde_json::{Value, json};

fn typing_to(target: &str) -> Value {
    json!({"type": "typing", "channel": "whisper", "target": target})
}

/// Somebody new who wants to be told who writes.
async fn reader(server: &Server, name: &str) -> Result<Client> {
    let mut client = by_websocket(server, name).await?;
    client.send_frame(&json!({"type": "wants", "typing": true})).await?;
    Ok(client)
}

/// Who is told to write, in all that a client gets up to the answer to a question of its own.
async fn writers(client: &mut Client) -> Result<Vec<Value>> {
    client.send_frame(&json!({"type": "ping", "n": 1})).await?;
    let frames = client.frames_up_to("pong").await?;
    Ok(frames.into_iter().filter(|frame| frame["type"] == "typing").collect())
}

/// Whether Ada is told that Bob writes to her. He comes in anew for it: how often he may tell of it does not come into it.
async fn ada_sees_bob_write(server: &Server, ada: &mut Client) -> Result<bool> {
    let mut bob = back_by_websocket(server, "Bob").await?;
    writers(ada).await?;
    bob.send_frame(&typing_to("ada")).await?;
    bob.sync().await?;
    Ok(!writers(ada).await?.is_empty())
}

/// Ada and Bob, who have whispered to each other.
async fn in_conversation(server: &Server) -> Result<(Client, Client)> {
    let (mut ada, mut bob) = (reader(server, "Ada").await?, reader(server, "Bob").await?);
    ada.types("whisper bob psst", "You whisper to Bob").await?;
    bob.types("reply what is it?", "You whisper to Ada").await?;
    ada.expect("what is it?").await?;
    Ok((ada, bob))
}

#[tokio::test]
async fn those_who_whisper_to_each_other_are_told_and_text_clients_read_nothing() -> Result<()> {
    let server = Home::new()?.start().await?;
    let (mut ada, mut bob) = in_conversation(&server).await?;
    let mut gil = by_telnet(&server, "Gil").await?;
    gil.types("whisper ada and me?", "You whisper to Ada").await?;
    bob.send_frame(&json!({"type": "typing", "channel": "whisper"})).await?;
    let told = ada.expect_frame("typing").await?;
    assert_eq!((&told["channel"], &told["player"]["name"]), (&json!("whisper"), &json!("Bob")));
    assert!(told["player"]["id"].is_string() && told.as_object().context("an object")?.len() == 3);
    ada.send_frame(&typing_to("gil")).await?;
    ada.sync().await?;
    gil.expect_not("Ada").await?;
    assert!(writers(&mut bob).await?.is_empty());
    // Who says nothing of wanting it, as those clients that came before it, gets none.
    bob.send_frame(&json!({"type": "wants"})).await?;
    bob.sync().await?;
    let mut ada = back_by_websocket(&server, "Ada").await?;
    ada.send_frame(&typing_to("bob")).await?;
    ada.sync().await?;
    assert!(writers(&mut bob).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn who_tells_it_without_a_pause_is_shown_once() -> Result<()> {
    let server = Home::new()?.start().await?;
    let (mut ada, mut bob) = in_conversation(&server).await?;
    writers(&mut ada).await?;
    for _ in 0..100 {
        bob.send_frame(&typing_to("ada")).await?;
    }
    bob.send_line("whisper ada done").await?;
    let frames = ada.frames_up_to("message").await?;
    let told = frames.iter().filter(|frame| frame["type"] == "typing").count();
    assert_eq!(told, 1, "{frames:?}");
    Ok(())
}

#[tokio::test]
async fn who_is_not_heard_is_not_seen_to_write() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let (mut ada, bob) = in_conversation(&server).await?;
    drop(bob);
    assert!(ada_sees_bob_write(&server, &mut ada).await?);
    for (order, lifted) in [
        ("mute bob whisper 1h a test", "unmute bob"),
        ("hold bob all 1h a test", "unhold bob"),
        ("shadow bob all 1h a test", "unshadow bob"),
    ] {
        mara.types(order, "Bob").await?;
        assert!(!ada_sees_bob_write(&server, &mut ada).await?, "{order}");
        mara.types(lifted, "Bob").await?;
        assert!(ada_sees_bob_write(&server, &mut ada).await?, "{lifted}");
    }
    ada.types("ignore bob", "no longer hear Bob").await?;
    assert!(!ada_sees_bob_write(&server, &mut ada).await?);
    Ok(())
}

#[tokio::test]
async fn it_leaves_no_trace() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let (mut ada, mut bob) = in_conversation(&server).await?;
    bob.send_frame(&typing_to("ada")).await?;
    ada.expect_frame("typing").await?;
    // Nothing of it waits for a client that asks what was said, and the next line has the next number.
    bob.send_line("whisper ada done").await?;
    assert_eq!(ada.expect_frame("message").await?["seq"], 3);
    ada.send_frame(&json!({"type": "history", "channel": "whisper"})).await?;
    assert_eq!(ada.expect_frame("history").await?["lines"], 3);
    assert!(server.stop().await?.success());
    let held = client_tests::files::that_hold(&home.path("logs"), "typing")?;
    assert!(held.is_empty(), "{held:?}");
    Ok(())
}
