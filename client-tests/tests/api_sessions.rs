//! Programs that play without a socket: a character that others see and hear, that types and is told.

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, back_by_telnet, by_telnet, by_websocket};
use client_tests::client::Client;
use client_tests::files::log_lines;
use client_tests::nats::Nats;
use client_tests::rest::{Caller, Event, Stream, header, problem};
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator;
use serde_json::{Value, json};

/// An account that is not in the world, and what it calls by.
async fn bot(server: &Server, name: &str) -> Result<Caller> {
    let mut client = by_telnet(server, name).await?;
    client.types("quit", "Until next time").await?;
    client.expect_closed().await?;
    Caller::log_in(server.web, name, PASSWORD, None).await
}

async fn begin(rest: &Caller) -> Result<String> {
    let begun = rest.post("/sessions", &json!({})).await?;
    ensure!(begun.status == 201, "{begun:?}");
    let id = begun.json()?["id"].as_str().context("no id")?.to_owned();
    ensure!(header(&begun, "location") == Some(&format!("/api/v1/sessions/{id}")), "{begun:?}");
    Ok(id)
}

async fn types(rest: &Caller, session: &str, text: &str) -> Result<u64> {
    let path = format!("/sessions/{session}/commands");
    let taken = rest.post(&path, &json!({ "text": text })).await?;
    ensure!(taken.status == 202, "{taken:?}");
    taken.json()?["last_event"].as_u64().context("no number")
}

/// Reads up to an event whose text has this in it.
async fn until(stream: &mut Stream, text: &str) -> Result<Event> {
    loop {
        let event = stream.next().await?;
        if event.json()?["text"].as_str().is_some_and(|told| told.contains(text)) {
            return Ok(event);
        }
        ensure!(event.kind != "over", "over before {text:?}: {event:?}");
    }
}

/// Reads up to the end.
async fn last(stream: &mut Stream) -> Result<Event> {
    loop {
        let event = stream.next().await?;
        if event.kind == "over" {
            return Ok(event);
        }
    }
}

fn listening(session: &str) -> String {
    format!("/sessions/{session}/events")
}

#[tokio::test]
async fn a_program_plays_and_two_clients_see_it() -> Result<()> {
    let server = Home::new()?.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut gil = by_websocket(&server, "Gil").await?;
    let rest = bot(&server, "Otto").await?;
    ada.skip_to_end();
    let session = begin(&rest).await?;
    ada.expect("Otto").await?;
    let mut stream = rest.listen(&listening(&session), None).await?;
    let welcome = stream.next().await?.json()?;
    assert_eq!(welcome["player"]["name"], "Otto");
    types(&rest, &session, "say from nowhere").await?;
    ada.expect("Otto says, \"from nowhere\"").await?;
    gil.expect("Otto says, \"from nowhere\"").await?;
    ada.types("say hear this", "hear this").await?;
    let heard = until(&mut stream, "Ada says, \"hear this\"").await?;
    drop(stream);
    gil.types("say and this", "and this").await?;
    let mut stream = rest.listen(&listening(&session), Some(&heard.id)).await?;
    let next = until(&mut stream, "says").await?;
    assert_eq!(next.json()?["content"], "and this", "nothing twice, nothing missed");
    let said = json!({ "channel": "say", "content": "by the other door" });
    assert_eq!(rest.post("/chat/send", &said).await?.status, 201);
    ada.expect("Otto says, \"by the other door\"").await?;
    let gone = rest.call("DELETE", &format!("/sessions/{session}"), &[], None).await?;
    assert_eq!(gone.status, 204);
    ada.expect("Otto").await?;
    let over = last(&mut stream).await?;
    assert_eq!(over.json()?["why"], "quit");
    assert_eq!(rest.get("/sessions").await?.json()?, json!({ "sessions": [] }));
    Ok(())
}

#[tokio::test]
async fn a_session_is_for_its_account_and_bounded() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let (otto, eve) = (bot(&server, "Otto").await?, bot(&server, "Eve").await?);
    let session = begin(&otto).await?;
    let path = format!("/sessions/{session}");
    assert_eq!(eve.call("DELETE", &path, &[], None).await?.status, 404);
    let typed = eve.post(&format!("{path}/commands"), &json!({ "text": "say mine" })).await?;
    assert_eq!(typed.status, 404);
    let listens = eve.get(&listening(&session)).await?;
    assert_eq!(listens.status, 404);
    let empty = otto.post(&format!("{path}/commands"), &json!({ "text": "\u{1b}\n" })).await?;
    assert!(problem(&empty, "bad-request")?.contains("text: takes 1 to 1000 characters"));
    let none = otto.post("/sessions", &json!({ "character": "Mara" })).await?;
    assert!(problem(&none, "not-done")?.contains("no character of that name"));
    // Each login takes over from the one before; what is over keeps its place for its last words.
    let mut begun = 1;
    let refused = loop {
        let answer = otto.post("/sessions", &json!({})).await?;
        if answer.status != 201 {
            break answer;
        }
        begun += 1;
    };
    assert_eq!((refused.status, begun), (429, 5));
    let own = otto.get("/sessions").await?.json()?["sessions"].as_array().map(Vec::len);
    assert_eq!(own, Some(1), "the last one alone lasts");
    let session = begin(&eve).await?;
    let again = Caller::log_in(server.web, "eve", PASSWORD, None).await?;
    let mut also = again.listen(&listening(&session), None).await?;
    let mut stream = eve.listen(&listening(&session), None).await?;
    let _third = eve.listen(&listening(&session), None).await?;
    assert_eq!(eve.get(&listening(&session)).await?.status, 429, "a fourth listener");
    again.call("POST", "/auth/logout", &[], None).await?;
    also.ended().await?;
    mara.types("ban eve 1h a test", "Eve").await?;
    let over = last(&mut stream).await?;
    assert_eq!(over.json()?["why"], "removed");
    Ok(())
}

#[tokio::test]
async fn a_mute_counts_for_a_program_and_a_client_takes_over() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let otto = bot(&server, "Otto").await?;
    let session = begin(&otto).await?;
    let mut stream = otto.listen(&listening(&session), None).await?;
    mara.types("mute otto 10m noise", "Otto is muted").await?;
    types(&otto, &session, "say hello").await?;
    until(&mut stream, "You are muted").await?;
    mara.expect_not("Otto says").await?;
    let mut client = Client::websocket("Otto", server.web).await?;
    client.log_in("Otto", PASSWORD).await?;
    let over = last(&mut stream).await?;
    assert_eq!(over.json()?, json!({ "why": "taken over" }));
    assert_eq!(otto.get("/sessions").await?.json()?["sessions"], Value::Array(vec![]));
    Ok(())
}

#[tokio::test]
async fn programs_play_in_a_world_whose_gateways_are_other_processes() -> Result<()> {
    let Some(nats) = Nats::start().await? else { return Ok(()) };
    let home = |arguments: &[&str]| -> Result<Home> {
        Ok(Home::new()?.set("nats.url", nats.url()).with_arguments(arguments))
    };
    let homes = [home(&["--role", "world"])?, home(&["--role", "gateway", "--gateway", "1"])?];
    let (world, gateway) = (homes[0].start().await?, homes[1].start().await?);
    let mut bob = by_telnet(&gateway, "Bob").await?;
    let mut tide = by_telnet(&gateway, "Tide").await?;
    tide.types("quit", "Until next time").await?;
    tide.expect_closed().await?;
    let rest = Caller::log_in(world.web, "tide", PASSWORD, None).await?;
    let id = begin(&rest).await?;
    bob.expect("Tide").await?;
    let mut events = rest.listen(&listening(&id), None).await?;
    types(&rest, &id, "say the tide turns").await?;
    bob.expect("Tide says, \"the tide turns\"").await?;
    until(&mut events, "You say, \"the tide turns\"").await?;
    bob.types("whisper tide and turns again", "You whisper").await?;
    until(&mut events, "and turns again").await?;
    let players = rest.get("/players").await?.json()?;
    assert_eq!(players["players"].as_array().map(Vec::len), Some(2), "{players}");
    // Whoever plays it by a gateway has it to themselves.
    let mut tide = back_by_telnet(&gateway, "Tide").await?;
    last(&mut events).await?;
    bob.types("say still there?", "You say").await?;
    tide.expect("still there?").await?;
    let id = begin(&rest).await?;
    tide.expect_closed().await?;
    let mut events = rest.listen(&listening(&id), None).await?;
    assert_eq!(rest.call("DELETE", &format!("/sessions/{id}"), &[], None).await?.status, 204);
    last(&mut events).await?;
    bob.expect("Tide leaves the world.").await?;
    // What a gateway has said is on record there, and what was told here alone is on record here.
    ensure!(gateway.stop().await?.success() && world.stop().await?.success());
    let said = |home: &Home| -> Result<usize> {
        let lines = log_lines(&home.path("logs/chat"))?;
        Ok(lines.iter().filter(|line| line["content"] == "the tide turns").count())
    };
    assert_eq!((said(&homes[0])?, said(&homes[1])?), (1, 1));
    Ok(())
}
