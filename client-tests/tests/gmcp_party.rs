//! A party as clients are told of it by GMCP, and players who count as awake though they type nothing.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::client::Client;
use client_tests::server::{Home, Server};
use client_tests::telnet::Profile;
use serde_json::{Value, json};
use tokio::time::timeout;

/// A client that wants to be told of its party.
async fn opens(server: &Server, name: &str) -> Result<Client> {
    let mut client = Client::telnet(&name.to_lowercase(), server.telnet, Profile::Mudlet).await?;
    client.expect_told("Char.Login.Default").await?;
    client.tell("Core.Supports.Add [\"Group 1\"]").await?;
    Ok(client)
}

fn person(member: &Value) -> Option<(&str, u64)> {
    Some((member["name"].as_str()?, member["info"]["here"].as_u64()?))
}

/// Waits until a client is told of a party in which these are, and whether each is here.
async fn expect_group(client: &mut Client, expected: &[(&str, u64)]) -> Result<Value> {
    loop {
        let group = client.expect_told("Group").await?;
        let members = group["members"].as_array().map(Vec::as_slice).unwrap_or_default();
        if members.iter().filter_map(person).eq(expected.iter().copied()) {
            return Ok(group);
        }
    }
}

#[tokio::test]
async fn members_are_told_who_is_with_them() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = opens(&server, "Ada").await?;
    ada.create("Ada", PASSWORD).await?;
    let mut bob = opens(&server, "Bob").await?;
    bob.create("Bob", PASSWORD).await?;
    ada.types("party invite bob", "You invite Bob.").await?;
    bob.types("accept ada", "joins the party").await?;
    for client in [&mut ada, &mut bob] {
        let group = expect_group(client, &[("Ada", 1), ("Bob", 1)]).await?;
        ensure!(group["leader"] == "Ada", "{group}");
    }
    let begun = Instant::now();
    for _ in 0..8 {
        bob.types("north", "The Quay").await?;
        bob.types("south", "The Long Pier").await?;
    }
    bob.types("north", "The Quay").await?;
    ada.types("party lead bob", "Bob leads the party now.").await?;
    let told = bob.all_told().await?;
    let groups = told.iter().filter(|(name, _)| name == "Group").count();
    ensure!(groups as u64 <= begun.elapsed().as_secs() + 1, "once a second: {groups}");
    for client in [&mut ada, &mut bob] {
        loop {
            let here = u64::from(client.transcript().who() == "bob");
            let group = expect_group(client, &[("Ada", 1 - here), ("Bob", here)]).await?;
            if group["leader"] == "Bob" {
                break;
            }
        }
    }
    // Who comes back is told at once.
    drop(ada);
    bob.types("south", "Ada").await?;
    let mut ada = opens(&server, "Ada").await?;
    ada.log_in("Ada", PASSWORD).await?;
    ensure!(ada.expect_told("Group").await?["leader"] == "Bob");
    ada.types("party leave", "You leave the party.").await?;
    let none = expect_group(&mut ada, &[]).await?;
    ensure!(none == json!({ "leader": "", "members": [] }), "{none}");
    expect_group(&mut bob, &[("Bob", 1)]).await.map(drop)
}

#[tokio::test]
async fn who_says_so_by_a_message_is_not_idle() -> Result<()> {
    let home = Home::new()?.set("limits.idle_minutes", 0.05);
    let server = home.start().await?;
    let mut ada = opens(&server, "Ada").await?;
    ada.create("Ada", PASSWORD).await?;
    let mut gil = by_telnet(&server, "Gil").await?;
    // Both type nothing; one of them is put out.
    let slice = Duration::from_millis(500);
    while timeout(slice, gil.expect_closed()).await.is_err() {
        ada.tell("Core.KeepAlive").await?;
    }
    for _ in 0..6 {
        ada.tell("Core.KeepAlive").await?;
        ensure!(timeout(slice, ada.expect_closed()).await.is_err(), "it was put out, too");
    }
    ada.types("say still here", "You say, \"still here\"").await
}
