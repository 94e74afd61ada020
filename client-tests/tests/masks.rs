//! Adults and children on one channel: the shipped filter over real sockets, each listener with a mask of their own.

use std::path::Path;

use anyhow::{Result, ensure};
use client_tests::cast::{back_by_telnet, back_by_websocket, by_telnet, by_websocket};
use client_tests::client::Client;
use client_tests::files::log_lines;
use client_tests::server::{Home, Server};
use serde_json::Value;

/// A home with the world, and so the lists of the filter, that Hearsay comes with.
fn shipped_home() -> Result<Home> {
    let world = Path::new(env!("CARGO_MANIFEST_DIR")).join("../world-data");
    Ok(Home::new()?.set("world.path", world.display()))
}

/// Who reads with which mask, by telnet and by WebSocket. The last two have chosen none.
const LISTENERS: [(&str, &str); 8] = [
    ("Ada", "mask off"),
    ("Bea", "mask off"),
    ("Cat", "mask mild"),
    ("Dot", "mask mild"),
    ("Eve", "mask strict"),
    ("Fay", "mask strict"),
    ("Gil", ""),
    ("Hal", ""),
];

/// What was said, and how it reads with the mask off, mild and strict.
const LINES: [(&str, [&str; 3]); 4] = [
    ("good morning", ["good morning", "good morning", "good morning"]),
    ("you idiot", ["you idiot", "you idiot", "you *****"]),
    ("what the fuck", ["what the fuck", "what the ****", "what the ****"]),
    (
        "you f.u.c.k.i.n.g 1diot",
        ["you f.u.c.k.i.n.g 1diot", "you ************* 1diot", "you ************* *****"],
    ),
];

fn reads(mask: &str, readings: &[&'static str; 3]) -> &'static str {
    match mask {
        "mask off" => readings[0],
        "mask mild" => readings[1],
        _ => readings[2],
    }
}

fn is_by_telnet(index: usize) -> bool {
    index.is_multiple_of(2)
}

async fn listeners(server: &Server) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    for (index, (name, mask)) in LISTENERS.into_iter().enumerate() {
        let mut client = match is_by_telnet(index) {
            true => by_telnet(server, name).await?,
            false => by_websocket(server, name).await?,
        };
        if !mask.is_empty() {
            client.types(mask, "You read").await?;
        }
        clients.push(client);
    }
    Ok(clients)
}

/// The listeners of before, who choose nothing anew.
async fn listeners_again(server: &Server) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    for (index, (name, _)) in LISTENERS.into_iter().enumerate() {
        clients.push(match is_by_telnet(index) {
            true => back_by_telnet(server, name).await?,
            false => back_by_websocket(server, name).await?,
        });
    }
    Ok(clients)
}

/// Makes sure that each listener reads each line in the words that are for them, and no other.
async fn all_read(clients: &mut [Client]) -> Result<()> {
    for (client, (name, mask)) in clients.iter_mut().zip(LISTENERS) {
        for (said, readings) in LINES {
            let words = reads(mask, &readings);
            let line = client.expect("[global] Zoe: ").await?;
            ensure!(line.ends_with(&format!(": {words}")), "{name} reads {said:?} as {line:?}");
        }
    }
    Ok(())
}

/// The next line of `global`; a fisherman beside it talks as well.
async fn next_global(client: &mut Client) -> Result<Value> {
    loop {
        let frame = client.expect_frame("message").await?;
        if frame["channel"] == "global" {
            return Ok(frame);
        }
    }
}

/// The same of what web clients get as data: no word that is masked for them is anywhere in it.
async fn frames_tell_the_same(clients: &mut [Client]) -> Result<()> {
    for (index, (client, (name, mask))) in clients.iter_mut().zip(LISTENERS).enumerate() {
        for (_, readings) in LINES.iter().filter(|_| !is_by_telnet(index)) {
            let frame = next_global(client).await?;
            let words = reads(mask, readings);
            ensure!(frame["content"] == words, "{name}: {frame}");
            ensure!(frame["masked"] == (words != readings[0]), "{name}: {frame}");
            let all = frame.to_string();
            let foul = ["fuck", "f.u.c.k", "idiot", "1diot"].into_iter();
            let left = foul.filter(|word| all.contains(word) && !words.contains(word)).count();
            ensure!(left == 0, "{name}: {frame}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn everyone_reads_a_channel_with_the_mask_of_their_own() -> Result<()> {
    let home = shipped_home()?;
    let server = home.start().await?;
    let mut zoe = by_websocket(&server, "Zoe").await?;
    let mut clients = listeners(&server).await?;
    for (said, readings) in LINES {
        zoe.types(&format!("global {said}"), &format!("[global] Zoe: {}", readings[2])).await?;
    }
    zoe.types("global kill yourself", "That is not said here. Nobody has heard it.").await?;
    all_read(&mut clients).await?;
    frames_tell_the_same(&mut clients).await?;
    for client in &mut clients {
        client.expect_not("kill").await?;
    }
    ensure!(server.stop().await?.success());
    let logged = log_lines(&home.path("logs/chat"))?;
    for (said, _) in LINES {
        ensure!(logged.iter().any(|line| line["content"] == said), "no {said:?} in {logged:?}");
    }

    // Another run of the server: what was said reads to each as before.
    let server = home.start().await?;
    let mut clients = listeners_again(&server).await?;
    for client in &mut clients {
        client.send_line("history global").await?;
    }
    all_read(&mut clients).await
}
