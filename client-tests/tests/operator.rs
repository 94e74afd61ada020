//! Whoever runs the server: signals, shutdown and reload, and what staff can do in play.

use std::fs;

use anyhow::{Context, Result};
use client_tests::cast::{back_by_telnet, by_telnet, by_websocket};
use client_tests::process;
use client_tests::server::Home;
use client_tests::staff::Owner;
use rustix::process::Signal;

#[tokio::test]
async fn a_signal_stops_the_server_in_order() -> Result<()> {
    for signal in [Signal::TERM, Signal::INT] {
        let home = Home::new()?;
        let server = home.start().await?;
        let mut ada = by_telnet(&server, "Ada").await?;
        let mut bob = by_websocket(&server, "Bob").await?;
        ada.types("down", "The Foot of the Stair").await?;
        ada.types("say the last word", "You say").await?;
        process::signal(server.pid(), signal)?;
        for client in [&mut ada, &mut bob] {
            client.expect("The server stops now.").await?;
            client.expect_closed().await?;
        }
        assert_eq!(bob.close_code(), Some(1001));
        assert_eq!(server.ended().await?.code(), Some(0));

        let server = home.start().await?;
        let mut ada = back_by_telnet(&server, "Ada").await?;
        ada.expect("The Foot of the Stair").await?;
        ada.types("history say", "the last word").await?;
        let chat = client_tests::files::log_lines(&home.path("logs/chat"))?;
        assert!(chat.iter().any(|line| line["content"] == "the last word"), "{chat:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_second_signal_stops_the_server_at_once() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    // A client that does not answer the farewell: the server waits for it for a while.
    let mut stuck = by_websocket(&server, "Stuck").await?;
    stuck.send_line("say here I am").await?;
    process::signal(server.pid(), Signal::TERM)?;
    stuck.expect("The server stops now.").await?;
    process::signal(server.pid(), Signal::TERM)?;
    assert_eq!(server.ended().await?.code(), Some(130));
    Ok(())
}

#[tokio::test]
async fn the_server_can_be_stopped_from_within() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    owner.client().types("shutdown 300", "The server stops in 300 seconds.").await?;
    bob.expect("The server stops in 300 seconds.").await?;
    owner.client().types("shutdown off", "The server will not stop after all.").await?;
    owner.client().types("shutdown off", "No stop was ordered.").await?;
    bob.expect("The server will not stop after all.").await?;
    owner.client().types("shutdown soon", "Seconds are a number").await?;
    owner.client().types("shutdown 2", "The server stops in 2 seconds.").await?;
    bob.expect("The server stops in 1 second.").await?;
    bob.expect("The server stops now.").await?;
    bob.expect_closed().await?;
    assert_eq!(server.ended().await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn reload_takes_the_world_and_the_channels_in_and_drops_nobody() -> Result<()> {
    let home = Home::with_world_of_its_own()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    home.rewrite("world/earth/harbour.yaml", "A pier of grey planks.", "A pier of new planks.")?;
    fs::write(
        home.path("server_config.yaml"),
        "chat:\n  content_filtering: { words: [darn] }\n  channels:\n    - \
         { name: auction, about: Bids., scope: everyone, colour: red }\n",
    )?;
    owner.client().types("reload", "are as in the files now.").await?;
    bob.types("look", "A pier of new planks.").await?;
    bob.types("auction darn", "[auction] Bob: ****").await?;

    // Whoever stands where there is no room any more is not lost, and nothing is there twice.
    bob.types("get lantern", "You pick up a tin lantern.").await?;
    bob.types("hatch", "The Cellar").await?;
    for (from, to) in
        [("to: cellar", "to: vault"), ("id: cellar", "id: vault"), ("room: cellar", "room: vault")]
    {
        home.rewrite("world/earth/harbour.yaml", from, to)?;
    }
    owner.client().types("reload", "are as in the files now.").await?;
    bob.expect("The place you stood in is gone.").await?;
    bob.expect("The Long Pier").await?;
    bob.types("say dry again", "You say").await?;
    owner.client().expect("Bob says, \"dry again\"").await?;
    bob.expect_not("A tin lantern lies here").await?;
    bob.types("inventory", "a tin lantern").await
}

#[tokio::test]
async fn reload_refuses_all_of_it_when_any_of_it_is_wrong() -> Result<()> {
    let home = Home::with_world_of_its_own()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    home.rewrite("world/earth/harbour.yaml", "A pier of grey planks.", "A pier of new planks.")?;
    home.rewrite("world/earth/hill.yaml", "south: earth.harbour.market.square", "south: nowhere")?;
    owner.client().types("reload", "Nothing was changed.").await?;
    owner.client().expect("hill.yaml:").await?;
    bob.types("look", "A pier of grey planks.").await?;

    home.rewrite("world/earth/hill.yaml", "south: nowhere", "south: earth.harbour.market.square")?;
    fs::write(home.path("server_config.yaml"), "chat:\n  channles: []\n")?;
    owner.client().types("reload", "Nothing was changed.").await?;
    owner.client().expect("server_config.yaml:2:3").await?;
    bob.types("look", "A pier of grey planks.").await?;
    bob.types("say still here", "You say").await?;
    owner.client().expect("Bob says, \"still here\"").await?;

    fs::write(home.path("server_config.yaml"), "{}\n")?;
    owner.client().types("reload", "are as in the files now.").await?;
    bob.types("look", "A pier of new planks.").await
}

#[tokio::test]
async fn staff_have_their_commands_and_players_have_not() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    for line in [
        "goto quay",
        "transfer warden",
        "at quay look",
        "echo x",
        "stat",
        "rank bob admin",
        "reload",
        "shutdown",
    ] {
        let verb = line.split(' ').next().context("a verb")?;
        bob.types(line, &format!("There is no command \"{verb}\".")).await?;
    }
    let staff = owner.client();
    for answer in [
        "The server",
        "bus: in this process",
        "store: well",
        "journal:",
        "world: 6 rooms",
        "up for",
    ] {
        match answer {
            "The server" => staff.types("stat", answer).await?,
            _ => drop(staff.expect(answer).await?),
        }
    }
    staff.types("stat bob", "rank: player").await?;
    staff.types("stat here", "id: earth.harbour.docks.pier").await?;
    staff.types("goto gate", "The Gate").await?;
    staff.types("goto bob", "The Long Pier").await?;
    staff.types("transfer bob gate", "Bob is in earth.hill.top.gate now.").await?;
    bob.expect("The Gate").await?;
    staff.types("at gate say from afar", "You say, \"from afar\"").await?;
    bob.expect("Warden says, \"from afar\"").await?;
    staff.send_line("at bob echo The gate creaks.").await?;
    bob.expect("The gate creaks.").await?;
    staff.types("transfer bob", "Bob is in earth.harbour.docks.pier now.").await?;
    bob.expect("Warden sends you elsewhere.").await?;
    staff.types("system The tide turns.", "[system] The tide turns.").await?;
    staff.types("admin Anyone?", "[admin] Warden: Anyone?").await?;
    bob.expect("[system] The tide turns.").await?;
    bob.expect_not("Anyone?").await
}

#[tokio::test]
async fn players_find_their_way_and_the_time() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.send_line("map").await?;
    ada.sync().await?;
    ada.types("time", "UTC").await?;
    ada.types("score", "Ada").await?;
    ada.types("settings", "width").await
}
