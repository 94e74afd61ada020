//! Coming back by GMCP: a client that is told a token logs in by it after its connection was lost, and is told what it missed.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use client_tests::cast::{PASSWORD, by_websocket};
use client_tests::client::Client;
use client_tests::files;
use client_tests::server::{Home, Server};
use client_tests::telnet::Profile;
use client_tests::transcript::Place;
use serde_json::{Value, json};

async fn mudlet(server: &Server, name: &str) -> Result<Client> {
    Client::telnet(&name.to_lowercase(), server.telnet, Profile::Mudlet).await
}

/// A client that answers no timing marks, and asks for what the tests are about.
async fn bare(server: &Server) -> Result<Client> {
    let mut client = Client::telnet("bare", server.telnet, Profile::Plain).await?;
    client.telnet_connection()?.send_bytes(&[255, 253, 201]).await?;
    client.tell("Core.Supports.Set [\"Char.Login 1\",\"Comm.Channel 1\"]").await?;
    Ok(client)
}

async fn says(client: &mut Client, lines: &[String]) -> Result<()> {
    for words in lines {
        client.send_line(&format!("say {words}")).await?;
    }
    client.sync().await
}

/// A new character, and the token that its client is told.
async fn by_mudlet(server: &Server, name: &str) -> Result<(Client, Value)> {
    let mut client = mudlet(server, name).await?;
    client.create(name, PASSWORD).await?;
    let told = client.expect_told("Char.Login.Resume").await?;
    ensure!(told["account"] == name && told["seconds"] == 60, "{told}");
    client.sync().await?;
    Ok((client, told["token"].clone()))
}

/// Shows a token over a new connection; returns what is answered.
async fn shows(server: &Server, message: &str, token: &Value) -> Result<(Client, Value)> {
    let mut client = mudlet(server, "Bob").await?;
    client.expect_told("Char.Login.Default").await?;
    let data = json!({ "account": "Bob", "token": token });
    client.tell(&format!("Char.Login.{message} {data}")).await?;
    let result = client.expect_told("Char.Login.Result").await?;
    Ok((client, result))
}

/// The words of the lines of talk that were told, and those that were read.
fn words(told: &[(String, Value)]) -> Vec<String> {
    let talk = told.iter().filter(|(name, _)| name == "Comm.Channel.Text");
    talk.filter_map(|(_, data)| Some(data["text"].as_str()?.split('"').nth(1)?.to_owned()))
        .collect()
}

/// The words of the lines that stand on the screen.
fn read(client: &Client) -> Vec<String> {
    let lines = client.transcript().read_since(Place::default());
    let said = lines.filter(|line| line.contains(" says, "));
    said.filter_map(|line| Some(line.split('"').nth(1)?.to_owned())).collect()
}

/// The server keeps what it could not send.
#[tokio::test]
async fn what_was_missed_is_told_once_and_in_order() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    let mut bob = bare(&server).await?;
    bob.create("Bob", PASSWORD).await?;
    let mut token = bob.expect_told("Char.Login.Resume").await?["token"].clone();
    ada.send_line("say heard").await?;
    bob.expect("heard").await?;
    for (round, message) in ["Credentials", "Reconnect"].into_iter().enumerate() {
        bob.sync().await?;
        drop(bob);
        ada.expect("Bob stares into nothing").await?;
        let missed: Vec<String> = (0..5).map(|line| format!("{round}-{line}")).collect();
        says(&mut ada, &missed).await?;

        bob = bare(&server).await?;
        bob.expect_told("Char.Login.Default").await?;
        bob.tell(&format!("Char.Login.{message} {}", json!({ "token": token }))).await?;
        ensure!(bob.expect_told("Char.Login.Result").await? == json!({ "success": true }));
        let next = bob.expect_told("Char.Login.Resume").await?["token"].clone();
        ensure!(next.is_string() && next != token);
        token = next;
        is_told_all(&mut ada, &mut bob, missed).await?;
    }
    Ok(())
}

/// The client knows what it has: nothing that was under way is lost or comes twice.
#[tokio::test]
async fn what_a_client_has_not_seen_is_told_once_and_in_order() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    let mut bob = mudlet(&server, "Bob").await?;
    bob.create("Bob", PASSWORD).await?;
    let mut way = bob.expect_told("Char.Login.Resume").await?;
    let mut seen = way["heads"].clone();
    ensure!(seen["say"][1] == 0, "{seen}");
    for round in 0..3 {
        says(&mut ada, &[format!("{round}-heard")]).await?;
        let heard = bob.expect_told("Comm.Channel.Text").await?;
        seen["say"] = json!([heard["epoch"], heard["seq"]]);
        drop(bob);
        let missed: Vec<String> = (0..5).map(|line| format!("{round}-{line}")).collect();
        says(&mut ada, &missed[..2]).await?;
        ada.expect("Bob stares into nothing").await?;
        says(&mut ada, &missed[2..]).await?;

        bob = mudlet(&server, "Bob").await?;
        bob.expect_told("Char.Login.Default").await?;
        let data = json!({ "account": "Bob", "token": way["token"], "seen": seen });
        bob.tell(&format!("Char.Login.Credentials {data}")).await?;
        ensure!(bob.expect_told("Char.Login.Result").await? == json!({ "success": true }));
        way = bob.expect_told("Char.Login.Resume").await?;
        is_told_all(&mut ada, &mut bob, missed).await?;
        bob.check_not_since(Place::default(), "answer `Name:` with this")?;
    }
    Ok(())
}

/// What was missed, and then what is said now, is told and read.
async fn is_told_all(ada: &mut Client, bob: &mut Client, missed: Vec<String>) -> Result<()> {
    ada.expect("Bob has a connection again").await?;
    says(ada, &["afterwards".to_owned()]).await?;
    bob.expect("While you were gone:").await?;
    bob.expect("That is all you missed.").await?;
    bob.expect("afterwards").await?;
    let expected: Vec<String> = missed.into_iter().chain(["afterwards".to_owned()]).collect();
    let told = bob.all_told().await?;
    ensure!(words(&told) == expected, "{told:?}");
    ensure!(read(bob) == expected, "{:?}", read(bob));
    Ok(())
}

#[tokio::test]
async fn tokens_that_lead_nowhere_are_answered_and_counted() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let (bob, token) = by_mudlet(&server, "Bob").await?;
    let (_second, result) = shows(&server, "Credentials", &token).await?;
    ensure!(result == json!({ "success": true }), "a connection that only seems to live: {result}");
    drop(bob);
    let (mut stranger, used) = shows(&server, "Credentials", &token).await?;
    ensure!(used["success"] == false, "{used}");
    let mut refused = vec![used["message"].clone()];
    for wrong in ["A".repeat(43), "short".to_owned(), "E".repeat(43), String::from("é")] {
        stranger.expect("Name: ").await?;
        stranger.tell(&format!("Char.Login.Credentials {}", json!({ "token": wrong }))).await?;
        refused.push(stranger.expect_told("Char.Login.Result").await?["message"].clone());
    }
    ensure!(refused[0] == refused[1] && refused[0] == refused[3], "they tell nothing: {refused:?}");
    stranger.expect("once too often").await?;
    stranger.expect_closed().await
}

#[tokio::test]
async fn a_token_that_is_asked_for_is_told_and_guests_have_none() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let (mut bob, first) = by_mudlet(&server, "Bob").await?;
    bob.types("resume", "answer `Name:` with this").await?;
    let token = bob.expect_told("Char.Login.Resume").await?["token"].clone();
    ensure!(token != first);
    ensure!(shows(&server, "Credentials", &first).await?.1["success"] == false);
    ensure!(shows(&server, "Credentials", &token).await?.1["success"] == true);

    let mut gil = mudlet(&server, "Gil").await?;
    gil.enter_as_guest("Gil").await?;
    let told = gil.all_told().await?;
    ensure!(told.iter().all(|(name, _)| name != "Char.Login.Resume"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn a_token_ends_with_its_time() -> Result<()> {
    let home = Home::new()?.set("limits.linkdead_seconds", 1);
    let server = home.start().await?;
    let mut ada = by_websocket(&server, "Ada").await?;
    let mut bob = mudlet(&server, "Bob").await?;
    bob.create("Bob", PASSWORD).await?;
    let told = bob.expect_told("Char.Login.Resume").await?;
    ensure!(told["seconds"] == 1, "{told}");
    drop(bob);
    ada.expect("Bob leaves the world").await?;
    let (mut bob, late) = shows(&server, "Reconnect", &told["token"]).await?;
    ensure!(late["success"] == false && late["message"].is_string(), "{late}");
    // The prompts are there still.
    bob.log_in("Bob", PASSWORD).await
}

/// Who did not ask for `Char.Login` reads the next token, as everybody does who comes back by one.
#[tokio::test]
async fn who_did_not_ask_for_the_package_is_told_in_words() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let (_bob, token) = by_mudlet(&server, "Bob").await?;
    let mut bare = Client::telnet("bare", server.telnet, Profile::Plain).await?;
    bare.telnet_connection()?.send_bytes(&[255, 253, 201]).await?;
    bare.expect("Name: ").await?;
    bare.tell(&format!("Char.Login.Credentials {}", json!({ "token": token }))).await?;
    bare.expect("answer `Name:` with this").await?;
    let told = bare.all_told().await?;
    ensure!(told.iter().all(|(name, _)| name != "Char.Login.Resume"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn no_token_is_in_any_log() -> Result<()> {
    let home = Home::new()?.set("logs.level", "debug");
    let server = home.start().await?;
    let (bob, first) = by_mudlet(&server, "Bob").await?;
    drop(bob);
    let (mut bob, _) = shows(&server, "Credentials", &first).await?;
    let second = bob.expect_told("Char.Login.Resume").await?["token"].clone();
    bob.sync().await?;
    let printed = server.output();
    ensure!(server.stop().await?.success());
    for token in [first, second].iter().filter_map(Value::as_str) {
        ensure!(!printed.contains(token));
        ensure!(files::that_hold(&home.path(""), token)? == Vec::<PathBuf>::new());
    }
    Ok(())
}
