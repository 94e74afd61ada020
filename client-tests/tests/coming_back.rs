//! A connection is lost in the midst of talk. Its player comes back by a token, by telnet or by WebSocket, and reads exactly
//! what they missed, once and in order. Others see all of it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use client_tests::cast::{PASSWORD, back_by_telnet, by_telnet, by_websocket, telnet, websocket};
use client_tests::client::Client;
use client_tests::files;
use client_tests::raw::Raw;
use client_tests::server::{Home, Server};
use client_tests::transcript::Place;
use serde_json::{Value, json};

/// What the server says of a token that is wrong, used, or too old.
const LEADS_NOWHERE: &str = "That word leads nowhere";

async fn says(client: &mut Client, lines: &[&str]) -> Result<()> {
    for line in lines {
        client.send_line(line).await?;
    }
    client.sync().await
}

/// Asks for a token as one types, and reads it.
async fn token_on_screen(client: &mut Client) -> Result<String> {
    client.send_line("resume").await?;
    token_shown(client).await
}

async fn token_shown(client: &mut Client) -> Result<String> {
    let line = client.expect("resume ").await?;
    let token = line.split("resume ").nth(1).context("no token")?.trim().to_owned();
    assert_eq!(token.len(), 43, "{line}");
    Ok(token)
}

/// Types a token where the name is asked for.
async fn back_by_token(server: &Server, who: &str, token: &str) -> Result<Client> {
    let mut client = telnet(server, who).await?;
    client.answer("Name: ", &format!("resume {token}")).await?;
    Ok(client)
}

/// The lines of talk that a client has read.
fn talk(client: &Client) -> Vec<String> {
    let lines = client.transcript().read_since(Place::default());
    lines.filter_map(|line| line.split_once(" says, ")).map(|(_, words)| words.to_owned()).collect()
}

#[tokio::test]
async fn by_telnet_what_was_missed_comes_once_and_in_order() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    says(&mut ada, &["say heard"]).await?;
    bob.expect("heard").await?;
    let mut token = token_on_screen(&mut bob).await?;
    for round in 0..3 {
        bob.sync().await?;
        drop(bob);
        ada.expect("Bob stares into nothing").await?;
        let words: Vec<String> = (0..5).map(|line| format!("{round}-{line}")).collect();
        let lines: Vec<String> = words.iter().map(|words| format!("say {words}")).collect();
        says(&mut ada, &lines.iter().map(String::as_str).collect::<Vec<_>>()).await?;

        bob = back_by_token(&server, "Bob", &token).await?;
        bob.expect("While you were gone:").await?;
        bob.expect("That is all you missed.").await?;
        token = token_shown(&mut bob).await?;
        ada.expect("Bob has a connection again").await?;
        says(&mut ada, &["say afterwards"]).await?;
        bob.expect("afterwards").await?;
        let expected = words.into_iter().chain(["afterwards".to_owned()]);
        let expected: Vec<String> = expected.map(|words| format!("\"{words}\"")).collect();
        assert_eq!(talk(&bob), expected);
    }
    Ok(())
}

#[tokio::test]
async fn a_token_is_good_once_and_for_its_time() -> Result<()> {
    let home = Home::new()?.set("limits.linkdead_seconds", 3);
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let first = token_on_screen(&mut bob).await?;
    let wrong = "A".repeat(43);
    for token in [wrong.as_str(), "short", &format!("{first}A")] {
        let mut stranger = back_by_token(&server, "stranger", token).await?;
        stranger.expect("word").await?;
        stranger.expect("Name: ").await?;
    }
    drop(bob);
    ada.expect("Bob stares into nothing").await?;
    let mut bob = back_by_token(&server, "Bob", &first).await?;
    let second = token_shown(&mut bob).await?;
    assert_ne!(first, second);
    back_by_token(&server, "again", &first).await?.expect(LEADS_NOWHERE).await?;
    drop(bob);
    ada.expect("Bob stares into nothing").await?;
    ada.expect_within("Bob leaves the world", Duration::from_secs(30)).await?;
    back_by_token(&server, "late", &second).await?.expect(LEADS_NOWHERE).await?;
    // The password opens the door still, and the one that was handed out leads nowhere after it.
    let mut bob = back_by_telnet(&server, "Bob").await?;
    back_by_token(&server, "late", &second).await?.expect(LEADS_NOWHERE).await?;
    bob.sync().await
}

/// The keys of the last messages, by channel, as a client keeps them.
fn seen(heads: &Value, messages: &[Value]) -> Value {
    let mut seen = heads.clone();
    for message in messages {
        let channel = message["channel"].as_str().unwrap_or_default();
        seen[channel] = json!([message["epoch"], message["seq"]]);
    }
    seen
}

fn contents(frames: &[Value]) -> Vec<&str> {
    let messages = frames.iter().filter(|frame| frame["type"] == "message");
    messages.filter_map(|frame| frame["content"].as_str()).collect()
}

async fn shows(server: &Server, frame: &Value) -> Result<Client> {
    let mut client = websocket(server, "Bob").await?;
    client.send_frame(frame).await?;
    Ok(client)
}

#[tokio::test]
async fn by_websocket_what_was_missed_comes_once_and_in_order() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = websocket(&server, "Bob").await?;
    bob.send_frame(&client_tests::websocket::login("Bob", PASSWORD, true)).await?;
    let welcome = bob.expect_frame("welcome").await?;
    assert_eq!(welcome["linkdead_seconds"], 60);
    says(&mut ada, &["say heard"]).await?;
    let heard = bob.expect_frame("message").await?;
    let seen = seen(&welcome["heads"], &[heard]);
    // Lines that come before the server notices that nobody reads them are missed, too.
    drop(bob);
    says(&mut ada, &["say one", "say two"]).await?;
    ada.expect("Bob stares into nothing").await?;
    says(&mut ada, &["say three"]).await?;

    let by = |token: &Value| json!({"type": "resume", "token": token, "seen": seen});
    let mut bob = shows(&server, &by(&welcome["token"])).await?;
    let frames = bob.frames_up_to("resumed").await?;
    assert_eq!(contents(&frames), ["one", "two", "three"]);
    assert_eq!(frames.last().map(|end| end["gap"].clone()), Some(json!(false)));
    says(&mut ada, &["say four"]).await?;
    assert_eq!(bob.expect_frame("message").await?["content"], "four");

    let mut again = shows(&server, &by(&welcome["token"])).await?;
    let refused = again.expect_frame("error").await?["text"].clone();
    assert!(refused.as_str().is_some_and(|why| why.starts_with(LEADS_NOWHERE)), "{refused}");
    let mut wrong = shows(&server, &by(&json!("B".repeat(43)))).await?;
    wrong.expect_frame("error").await?;
    let mut nonsense = shows(&server, &by(&json!("B"))).await?;
    assert_eq!(nonsense.expect_frame("error").await?["text"], "That is no token.");
    Ok(())
}

#[tokio::test]
async fn without_positions_the_server_goes_by_what_it_kept() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = websocket(&server, "Bob").await?;
    bob.send_frame(&client_tests::websocket::login("Bob", PASSWORD, true)).await?;
    bob.expect_frame("welcome").await?;
    bob.send_line("resume").await?;
    let handed = bob.expect_frame("token").await?;
    drop(bob);
    ada.expect("Bob stares into nothing").await?;
    says(&mut ada, &["say one", "whisper bob two"]).await?;
    let mut bob = shows(&server, &json!({"type": "resume", "token": handed["token"]})).await?;
    let frames = bob.frames_up_to("room").await?;
    assert_eq!(contents(&frames), ["one", "two"]);
    Ok(())
}

/// The server has not noticed yet that the connection is lost.
#[tokio::test]
async fn a_token_takes_over_a_connection_that_only_seems_to_live() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let token = token_on_screen(&mut bob).await?;
    let mut second = back_by_token(&server, "Bob", &token).await?;
    second.expect("You go on here").await?;
    ada.expect("Bob goes on by another connection").await?;
    bob.expect("Somebody has logged in as you").await?;
    bob.expect_closed().await
}

/// A client that answers timing marks, whose network is gone without a word: what the server has written since, it has not.
#[tokio::test]
async fn what_was_sent_into_nothing_was_missed() -> Result<()> {
    const MARK: [u8; 3] = [255, 253, 6];
    const REACHED: [u8; 3] = [255, 252, 6];
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = Raw::open(server.telnet).await?;
    // It speaks telnet: that is all it says.
    bob.send([255, 241]).await?;
    for (question, answer) in
        [("Name: ", "Bob"), ("(yes/no) ", "yes"), ("password: ", PASSWORD), ("more: ", PASSWORD)]
    {
        bob.until(question).await?;
        bob.send(format!("{answer}\r\n")).await?;
    }
    bob.until(MARK).await?;
    bob.send(REACHED).await?;
    bob.until(MARK).await?;
    bob.send(REACHED).await?;
    bob.send("resume\r\n").await?;
    bob.until("resume ").await?;
    let line = String::from_utf8(bob.until("\r\n").await?)?;
    let token = line.get(..43).context("no token")?;
    says(&mut ada, &["say heard"]).await?;
    bob.until("heard").await?;
    bob.until(MARK).await?;
    bob.send(REACHED).await?;
    bob.send([255, 246]).await?;
    bob.until("[Yes]").await?;
    // From here on it reads nothing more, and the server writes into its buffers.
    says(&mut ada, &["say one", "say two", "say three"]).await?;
    let mut second = back_by_token(&server, "Bob", token).await?;
    second.expect("That is all you missed.").await?;
    says(&mut ada, &["say four"]).await?;
    second.expect("four").await?;
    assert_eq!(talk(&second), ["\"one\"", "\"two\"", "\"three\"", "\"four\""]);
    Ok(())
}

#[tokio::test]
async fn others_see_who_is_gone() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut gil = by_websocket(&server, "Gil").await?;
    let bob = by_telnet(&server, "Bob").await?;
    drop(bob);
    ada.expect("Bob stares into nothing").await?;
    ada.types("look", "Bob (link-dead)").await?;
    ada.types("who", "Bob (link-dead)").await?;
    gil.send_line("look").await?;
    while gil.expect_frame("room").await?["absent"]["Bob"] != "link-dead" {}
    let mut bob = back_by_telnet(&server, "Bob").await?;
    bob.sync().await?;
    ada.expect("Bob has a connection again").await?;
    ada.send_line("look").await?;
    ada.expect_not("link-dead").await
}

#[tokio::test]
async fn no_token_is_in_any_log() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let first = token_on_screen(&mut ada).await?;
    drop(ada);
    let mut ada = back_by_token(&server, "Ada", &first).await?;
    let second = token_shown(&mut ada).await?;
    ada.send_line(&format!("resume {second}")).await?;
    ada.expect("You are in the world already").await?;
    let printed = server.output();
    assert!(server.stop().await?.success());
    for token in [first, second] {
        assert!(!printed.contains(&token));
        assert_eq!(files::that_hold(&home.path(""), &token)?, Vec::<PathBuf>::new());
    }
    Ok(())
}
