//! How much one may still say, over real sockets: who is told, what, and that it is true.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use client_tests::cast::{PASSWORD, back_by_websocket, by_telnet, by_websocket};
use client_tests::client::Client;
use client_tests::rest::{Caller, got};
use client_tests::server::Home;
use client_tests::staff::with_moderator;
use serde_json::{Value, json};

fn home(say: u32) -> Result<Home> {
    let home = Home::new()?.set("chat.rate_limiting.enabled", true);
    Ok(home.set("chat.rate_limiting.say", say))
}

async fn wants(client: &mut Client) -> Result<()> {
    client.send_frame(&json!({"type": "wants", "allowance": true})).await
}

/// What a client is told is left, in all that it gets for one line.
async fn told(client: &mut Client, line: &str) -> Result<Vec<Value>> {
    client.send_line(line).await?;
    // The world answers this after the line.
    client.send_frame(&json!({"type": "history", "channel": "party"})).await?;
    let frames = client.frames_up_to("history").await?;
    Ok(frames.into_iter().filter(|frame| frame["type"] == "allowance").collect())
}

#[tokio::test]
async fn a_client_is_told_what_rest_tells() -> Result<()> {
    let server = home(3)?.start().await?;
    let (mut ada, mut bob) =
        (by_websocket(&server, "Ada").await?, by_telnet(&server, "Bob").await?);
    assert_eq!(told(&mut ada, "say zero").await?, Vec::<Value>::new(), "it has not asked");
    wants(&mut ada).await?;
    let one = told(&mut ada, "say one").await?;
    assert_eq!(one.len(), 1, "{one:?}");
    assert_eq!((&one[0]["said"], &one[0]["remaining"]), (&json!(2), &json!(1)));
    assert_eq!((&one[0]["refused"], &one[0]["wait_ms"]), (&Value::Null, &json!(0)));
    let two = told(&mut ada, "say two").await?;
    let ada_asks = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let status = got(&ada_asks, "/chat/rate-limit/status").await?;
    let rows = status["channels"].as_array().context("a row for each channel")?;
    let row = rows.iter().find(|row| row["channel"] == "say").context("one of them is say")?;
    for same in ["channel", "per_minute", "said", "remaining"] {
        assert_eq!(row[same], two[0][same], "{same}");
    }
    let wait = |of: &Value| of["wait_ms"].as_u64().context("a number");
    let (by_socket, by_rest) = (wait(&two[0])?, wait(row)?);
    assert!(by_rest <= by_socket && by_socket <= 60_000, "{by_rest} {by_socket}");
    let back = two[0]["back_ms"].as_array().context("a list")?;
    assert_eq!((back.len(), back[0].as_u64()), (3, Some(by_socket)));
    let refused = told(&mut ada, "say three").await?;
    let why = refused[0]["refused"].as_str().context("it was not said")?;
    assert!(why.starts_with("Not so fast: 3 lines a minute on say."), "{why}");
    // Clients of text read nothing of it.
    bob.types("say one", "You say").await?;
    bob.expect_not("remaining").await
}

#[tokio::test]
async fn what_a_client_wants_before_it_plays_and_when_it_comes_back_is_known() -> Result<()> {
    let server = home(5)?.start().await?;
    drop(by_websocket(&server, "Ada").await?);
    let mut ada = client_tests::cast::websocket(&server, "Ada").await?;
    wants(&mut ada).await?;
    ada.log_in("Ada", PASSWORD).await?;
    assert_eq!(told(&mut ada, "say one").await?.len(), 1);
    let mut again = back_by_websocket(&server, "Ada").await?;
    assert!(told(&mut again, "say two").await?.is_empty(), "this one has not asked");
    wants(&mut again).await?;
    assert_eq!(told(&mut again, "say three").await?[0]["said"], 3);
    again.send_frame(&json!({"type": "wants"})).await?;
    assert!(told(&mut again, "say four").await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn the_wait_that_is_told_is_the_wait() -> Result<()> {
    let home = home(0)?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    wants(&mut ada).await?;
    mara.types("slowmode say 3 a test", "3 s").await?;
    let since = Instant::now();
    let one = told(&mut ada, "say one").await?;
    assert_eq!((&one[0]["remaining"], &one[0]["wait_ms"]), (&Value::Null, &json!(3_000)));
    let early = told(&mut ada, "say two").await?;
    let wait = early[0]["wait_ms"].as_u64().context("a number")?;
    let passed = u64::try_from(since.elapsed().as_millis())?;
    assert!(early[0]["refused"].is_string() && wait + passed >= 3_000, "{early:?}");
    // Time has to pass; there is nothing to wait for but time.
    tokio::time::sleep(Duration::from_millis(wait)).await;
    let in_time = told(&mut ada, "say two").await?;
    assert_eq!(in_time[0]["refused"], Value::Null, "{in_time:?}");
    Ok(())
}
