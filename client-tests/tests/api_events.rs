//! The stream of events: what is done, who comes and goes, and what staff watch, each for those who may know it.

use anyhow::{Context, Result};
use client_tests::cast::{PASSWORD, back_by_telnet, by_telnet};
use client_tests::rest::{Caller, Event, Stream, problem};
use client_tests::server::Home;
use client_tests::staff::{Owner, until_logged, with_moderator};
use serde_json::{Value, json};

/// What somebody did, to whom.
fn act(event: &Event) -> Result<(Value, Value)> {
    assert_eq!((event.kind.as_str(), event.id.as_str()), ("act", ""), "{event:?}");
    let data = event.json()?;
    Ok((data["act"].clone(), data["target"].clone()))
}

async fn content(stream: &mut Stream) -> Result<Value> {
    Ok(stream.next().await?.json()?["content"].clone())
}

#[tokio::test]
async fn staff_are_told_what_staff_and_players_bring_about() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let by_mara = Caller::log_in(server.web, "mara", PASSWORD, None).await?;
    let mut acts = by_mara.listen("/events?kinds=acts", None).await?;
    mara.types("mute ada 10m on say shouting", "is muted").await?;
    let muted = acts.next().await?;
    assert_eq!(act(&muted)?, (json!("mute"), json!("ada")));
    let muted = muted.json()?;
    assert_eq!(muted["actor"], "Mara");
    assert!(muted["detail"].as_str().is_some_and(|it| it.contains("shouting")), "{muted}");
    assert!(muted["until"].is_string() && muted["restriction"].is_string(), "{muted}");
    mara.types("unmute ada sorry", "Ada").await?;
    assert_eq!(act(&acts.next().await?)?.0, "unmute");
    bob.types("say rude words", "You say").await?;
    ada.expect("rude words").await?;
    ada.types("report bob last rude", "is with the staff").await?;
    let report = acts.next().await?;
    assert_eq!(act(&report)?, (json!("report"), json!("Bob")));
    assert_eq!(report.json()?["actor"], Value::Null, "who reported is not told around");
    mara.types("mute nobody 10m x", "").await?;
    mara.types("mutes", "").await?;
    mara.types("filter test rude words", "").await?;
    mara.types("defcon 2 a raid", "").await?;
    assert_eq!(act(&acts.next().await?)?.0, "defcon", "what is refused or read is no act");
    Ok(())
}

#[tokio::test]
async fn nobody_learns_by_a_stream_that_they_are_shadowed() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut mara = by_telnet(&server, "Mara").await?;
    let mut vera = by_telnet(&server, "Vera").await?;
    for (name, client) in [("mara", &mut mara), ("vera", &mut vera)] {
        owner.appoint(name, "moderator").await?;
        client.expect("You are moderator now.").await?;
    }
    let [by_mara, by_vera] = [
        Caller::log_in(server.web, "mara", PASSWORD, None).await?,
        Caller::log_in(server.web, "vera", PASSWORD, None).await?,
    ];
    let mut to_mara = by_mara.listen("/events?kinds=acts,messages&watch=true", None).await?;
    let mut to_vera = by_vera.listen("/events?kinds=acts", None).await?;
    // Vera's own stream began to watch nothing; Mara's is on record.
    until_logged(&home, |it| it["act"] == "watch").await?;
    owner.client().types("shadow mara 10m spam", "").await?;
    loop {
        let told = to_vera.next().await?;
        if act(&told)?.0 == "shadow" {
            break;
        }
    }
    mara.types("global is anybody there", "is anybody there").await?;
    let mut told = Vec::new();
    while told.last().is_none_or(|it: &Event| it.kind != "message") {
        told.push(to_mara.next().await?);
    }
    assert!(told.iter().all(|it| it.kind == "message" || !it.data.contains("shadow")), "{told:?}");
    let line = told.last().context("no line")?.json()?;
    assert_eq!((&line["content"], &line["flags"]), (&json!("is anybody there"), &json!([])));
    Ok(())
}

#[tokio::test]
async fn who_wants_to_know_learns_who_comes_and_goes() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let _ada = by_telnet(&server, "Ada").await?;
    let by_ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let mut stream = by_ada.listen("/events?kinds=presence", None).await?;
    let bob = by_telnet(&server, "Bob").await?;
    let mut seen = vec![stream.next().await?];
    drop(bob);
    seen.push(stream.next().await?);
    let mut bob = back_by_telnet(&server, "Bob").await?;
    seen.push(stream.next().await?);
    bob.types("say only presence is told", "You say").await?;
    bob.types("quit", "Until next time").await?;
    seen.push(stream.next().await?);
    let states = seen.iter().map(|it| {
        let data = it.json()?;
        assert_eq!((it.kind.as_str(), &data["player"]), ("presence", &json!("Bob")));
        Ok(data["state"].clone())
    });
    assert_eq!(states.collect::<Result<Vec<_>>>()?, ["came", "lost", "back", "left"]);
    Ok(())
}

#[tokio::test]
async fn staff_who_watch_hear_every_room_and_no_whisper_and_it_is_on_record() -> Result<()> {
    let home = Home::new()?;
    let (server, mara) = with_moderator(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    ada.types("north", "").await?;
    bob.types("north", "").await?;
    let by_mara = Caller::log_in(server.web, "mara", PASSWORD, None).await?;
    let mut usual = by_mara.listen("/events?channels=say", None).await?;
    let mut watched = by_mara.listen("/events?watch=true", None).await?;
    let begun = until_logged(&home, |it| it["act"] == "watch").await?;
    assert!(begun.to_string().contains("begins"), "{begun}");
    ada.types("whisper bob a secret", "You whisper").await?;
    ada.types("say far away", "You say").await?;
    let heard = watched.next().await?;
    let line = heard.json()?;
    assert_eq!((heard.kind.as_str(), &line["content"]), ("message", &json!("far away")));
    assert!(line["room"].is_string() && line["masked"].is_null(), "{line}");
    drop(watched);
    until_logged(&home, |it| it["act"] == "watch" && it.to_string().contains("ends")).await?;
    ada.types("say meanwhile", "You say").await?;
    home.until_stored("meanwhile").await?;
    let mut watched = by_mara.listen("/events?watch=true", Some(&heard.id)).await?;
    assert_eq!(content(&mut watched).await?, "meanwhile");
    ada.types("south", "").await?;
    ada.types("say here again", "You say").await?;
    assert_eq!(content(&mut usual).await?, "here again", "without watching, only what one hears");
    drop(mara);
    Ok(())
}

#[tokio::test]
async fn players_and_tokens_without_the_scope_are_turned_away() -> Result<()> {
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let _ada = by_telnet(&server, "Ada").await?;
    let by_ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let by_mara = Caller::log_in(server.web, "mara", PASSWORD, Some("chat:read")).await?;
    for path in ["/events?kinds=acts", "/events?watch=true", "/events?kinds=messages,acts"] {
        assert_eq!(by_ada.get(path).await?.status, 403, "{path}");
        assert_eq!(by_mara.get(path).await?.status, 403, "{path}");
    }
    assert_eq!(by_mara.get("/events?kinds=presence").await?.status, 403);
    problem(&by_ada.get("/events?kinds=all").await?, "bad-request")?;
    let made =
        home.run(&["token", "create", "--name", "Eye", "--scope", "chat:read moderation:read"]);
    let service = Caller::with(server.web, made.await?.output.trim());
    assert_eq!(service.get("/events?kinds=acts").await?.status, 403, "a service has no rank");
    Ok(())
}

#[tokio::test]
async fn who_is_no_longer_staff_is_told_no_more() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut mara = by_telnet(&server, "Mara").await?;
    owner.appoint("mara", "moderator").await?;
    mara.expect("You are moderator now.").await?;
    let by_mara = Caller::log_in(server.web, "mara", PASSWORD, None).await?;
    let mut stream = by_mara.listen("/events?watch=true", None).await?;
    let mut admin = by_mara.listen("/events?channels=admin,global", None).await?;
    owner.appoint("mara", "player").await?;
    mara.expect("You are player now.").await?;
    owner.client().types("admin mara is gone", "mara is gone").await?;
    owner.client().types("global hello mara", "hello mara").await?;
    assert_eq!(content(&mut admin).await?, "hello mara", "the channel of staff is closed at once");
    stream.ended().await
}

#[tokio::test]
async fn whom_one_ignores_one_does_not_hear_by_a_stream_from_then_on() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let by_bob = Caller::log_in(server.web, "bob", PASSWORD, None).await?;
    let mut stream = by_bob.listen("/events?channels=global", None).await?;
    let mut says = async |text: &str| ada.types(&format!("global {text}"), text).await;
    says("one").await?;
    assert_eq!(content(&mut stream).await?, "one");
    bob.types("ignore ada", "no longer").await?;
    says("two").await?;
    bob.types("unignore ada", "Ada").await?;
    says("three darn").await?;
    assert_eq!(content(&mut stream).await?, "three darn");
    Ok(())
}
