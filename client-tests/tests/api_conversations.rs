//! Whispers and those whom one ignores over HTTP, beside the clients of those whom it concerns.

use anyhow::{Context, Result};
use client_tests::cast::{PASSWORD, by_telnet, by_websocket};
use client_tests::rest::{Caller, contents, problem};
use client_tests::server::Home;
use serde_json::json;

#[tokio::test]
async fn a_conversation_has_what_two_whispered_and_nothing_else() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let mut eve = by_telnet(&server, "Eve").await?;
    for (line, name) in [("one", "bob"), ("two", "eve"), ("three", "bob")] {
        ada.types(&format!("whisper {name} {line}"), line).await?;
    }
    bob.types("whisper ada four", "four").await?;
    eve.types("whisper bob five", "five").await?;
    let of = async |name: &str| Caller::log_in(server.web, name, PASSWORD, None).await;
    let (ada_calls, eve_calls) = (of("ada").await?, of("eve").await?);
    let listed = ada_calls.get("/conversations").await?.json()?;
    let listed = listed["conversations"].as_array().context("no list")?;
    let names: Vec<_> = listed.iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["Bob", "Eve"], "the latest first");
    let history = format!("/conversations/{}/history", listed[0]["id"].as_str().context("no id")?);
    let whole = ada_calls.get(&history).await?;
    assert_eq!(contents(&whole)?, ["one", "three", "four"]);
    let page = ada_calls.get(&format!("{history}?limit=2")).await?;
    assert_eq!(contents(&page)?, ["three", "four"]);
    let before = page.json()?["before"].as_str().context("there is more")?.to_owned();
    let earlier = ada_calls.get(&format!("{history}?limit=2&before={before}")).await?;
    assert_eq!(contents(&earlier)?, ["one"]);
    assert_eq!(contents(&eve_calls.get(&history).await?)?, ["five"], "not what others whispered");
    problem(&ada_calls.get("/conversations/bob/history").await?, "not-found")?;
    Ok(())
}

#[tokio::test]
async fn who_is_ignored_by_http_is_heard_no_more() -> Result<()> {
    let server = Home::new()?.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let rest = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let list = rest.post("/chat/ignores", &json!({ "player": "bob" })).await?;
    assert_eq!((list.status, &list.json()?["ignores"][0]["name"]), (200, &json!("Bob")));
    bob.types("say one", "You say, \"one\"").await?;
    ada.expect_not("Bob says").await?;
    let twice = rest.post("/chat/ignores", &json!({ "player": "bob" })).await?;
    assert_eq!(problem(&twice, "not-done")?, "You ignore Bob already.");
    let nobody = rest.post("/chat/ignores", &json!({ "player": "nobody at all" })).await?;
    problem(&nobody, "not-done")?;
    let list = rest.call("DELETE", "/chat/ignores?player=bob", &[], None).await?;
    assert_eq!(list.json()?, json!({ "ignores": [] }));
    bob.types("say two", "You say, \"two\"").await?;
    ada.expect("Bob says, \"two\"").await?;
    ada.types("quit", "Until next time").await?;
    ada.expect_closed().await?;
    problem(&rest.get("/chat/ignores").await?, "not-in-the-world")?;
    Ok(())
}
