//! Clients that mean no good or know no better: each costs only itself, and those who talk meanwhile notice nothing.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use client_tests::cast::PASSWORD;
use client_tests::client::Client;
use client_tests::neighbours::Neighbours;
use client_tests::process::Usage;
use client_tests::server::Home;
use client_tests::telnet::Profile;
use client_tests::telnet::code::{IAC, NAWS, SB, SE, TTYPE, WILL};
use client_tests::transcript::Place;
use futures_util::SinkExt;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

async fn raw(address: SocketAddr) -> Result<TcpStream> {
    Ok(TcpStream::connect(address).await?)
}

#[tokio::test]
async fn those_who_never_log_in_hold_nobody_up() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(raw(server.telnet).await?);
        silent.push(raw(server.web).await?);
    }
    Neighbours::enter(&server).await?.talk_undisturbed().await?;
    Ok(())
}

#[tokio::test]
async fn who_does_not_log_in_is_sent_away() -> Result<()> {
    let home = Home::new()?.set("limits.login_seconds", 1);
    let server = home.start().await?;
    let mut visitor = Client::telnet("visitor", server.telnet, Profile::Plain).await?;
    visitor.expect("Name: ").await?;
    visitor.expect_closed().await?;
    Ok(())
}

#[tokio::test]
async fn ten_megabytes_without_a_line_end_are_not_kept() -> Result<()> {
    const MEGABYTE: usize = 1 << 20;
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut stranger = raw(server.telnet).await?;
    let mut gil = Client::telnet("gil", server.telnet, Profile::Plain).await?;
    gil.create("Gil", PASSWORD).await?;
    // Only now: hashing a password for the first time takes its memory for good.
    let before = Usage::of(server.pid())?.rss_kib;
    for _ in 0..10 {
        let block = vec![b'x'; MEGABYTE];
        // Either may be cut off for it.
        let _ = stranger.write_all(&block).await;
        let _ = gil.telnet_connection()?.send_bytes(&block).await;
        neighbours.talk_undisturbed().await?;
    }
    let grown = Usage::of(server.pid())?.rss_kib - before;
    assert!(grown < 8.0 * 1024.0, "{grown} KiB more");
    Ok(())
}

#[tokio::test]
async fn a_line_that_is_too_long_is_refused_and_the_next_one_is_read() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let long = format!("say {}", "x".repeat(100_000));
    neighbours.ada.send_line(&long).await?;
    neighbours.talk_undisturbed().await?;
    neighbours.bob.expect_not("xxxx").await?;
    Ok(())
}

#[tokio::test]
async fn half_a_telnet_command_harms_nobody() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let halves: [&[u8]; 5] =
        [&[IAC], &[IAC, WILL], &[IAC, SB], &[IAC, SB, TTYPE, 0], &[IAC, SB, NAWS, 0, 80, IAC]];
    for half in halves {
        let mut stranger = raw(server.telnet).await?;
        stranger.write_all(half).await?;
        drop(stranger);
        neighbours.talk_undisturbed().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_telnet_command_in_two_halves_is_one() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = Client::telnet("ada", server.telnet, Profile::Plain).await?;
    ada.create("Ada", PASSWORD).await?;
    let command =
        [b"say on".as_slice(), &[IAC, SB, NAWS, 0, 90, 0, 30, IAC, SE], b"e\r\n"].concat();
    for byte in command {
        ada.telnet_connection()?.send_bytes(&[byte]).await?;
    }
    ada.expect("You say, \"one\"").await?;
    Ok(())
}

#[tokio::test]
async fn an_endless_subnegotiation_is_not_kept() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let before = Usage::of(server.pid())?.rss_kib;
    let mut stranger = raw(server.telnet).await?;
    stranger.write_all(&[IAC, SB, TTYPE]).await?;
    for _ in 0..10 {
        let _ = stranger.write_all(&vec![b'x'; 1 << 20]).await;
        neighbours.talk_undisturbed().await?;
    }
    let grown = Usage::of(server.pid())?.rss_kib - before;
    assert!(grown < 8.0 * 1024.0, "{grown} KiB more");
    Ok(())
}

#[tokio::test]
async fn who_never_reads_is_cut_off_and_the_others_hear_everything() -> Result<()> {
    const LINES: u32 = 12_000;
    let home = Home::new()?.set("limits.outbox_bytes_max", 65_536);
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut gil = deaf(server.telnet).await?;
    gil.write_all(b"guest\r\nGil\r\n").await?;
    neighbours.bob.expect("Gil").await?;
    let url = format!("ws://{}/ws", server.web);
    let (mut kim, _) = client_async(url, deaf(server.web).await?).await?;
    kim.send(Message::text(client_tests::websocket::guest("Kim").to_string())).await?;
    neighbours.bob.expect("Kim").await?;

    let before = Usage::of(server.pid())?.rss_kib;
    let words = "x".repeat(400);
    for line in 0..LINES {
        neighbours.ada.send_line(&format!("say {line} {words}")).await?;
        neighbours.bob.expect(&format!("Ada says, \"{line} x")).await?;
        if line % 100 == 0 {
            // What comes back to the speaker wants reading, too.
            neighbours.ada.sync().await?;
        }
    }
    let grown = Usage::of(server.pid())?.rss_kib - before;
    assert!(grown < 24.0 * 1024.0, "{grown} KiB more");
    neighbours.bob.sync().await?;
    for name in ["Gil", "Kim"] {
        let mut read = neighbours.bob.transcript().read_since(Place::default());
        let gone = format!("{name} leaves the world.");
        assert!(read.any(|line| line == gone), "{name} is still connected");
    }
    Ok(())
}

/// A connection into which little fits.
async fn deaf(address: SocketAddr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    Ok(socket.connect(address).await?)
}

#[tokio::test]
async fn who_floods_is_read_slowly_and_the_others_notice_nothing() -> Result<()> {
    let home = Home::new()?.set("limits.lines_per_second", 10);
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut gil = raw(server.telnet).await?;
    gil.write_all(b"guest\r\nGil\r\n").await?;
    neighbours.bob.expect("Gil").await?;
    let flood = tokio::spawn(async move {
        let lines = "say me me me\r\n".repeat(5_000);
        let _ = gil.write_all(lines.as_bytes()).await;
        gil
    });
    let until = Instant::now() + Duration::from_secs(2);
    let mut talked = 0;
    while Instant::now() < until && talked < 15 {
        neighbours.talk_undisturbed().await?;
        talked += 1;
    }
    let heard = neighbours.bob.transcript().read_since(Place::default());
    let heard = heard.filter(|line| line.contains("me me me")).count();
    assert!(heard < 100, "{heard} lines of the flood came through");
    flood.abort();
    Ok(())
}

#[tokio::test]
async fn two_logins_of_one_character_at_once_leave_one_session() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    neighbours.ada.send_line("quit").await?;
    neighbours.ada.expect_closed().await?;

    let mut one = Client::telnet("one", server.telnet, Profile::Plain).await?;
    let mut two = Client::telnet("two", server.telnet, Profile::Mudlet).await?;
    for client in [&mut one, &mut two] {
        client.answer("Name: ", "Ada").await?;
        client.expect("Password: ").await?;
    }
    let (first, second) = tokio::join!(one.send_line(PASSWORD), two.send_line(PASSWORD));
    first.and(second)?;
    // Whoever came second has the session; the other connection is closed.
    let (first, second) = tokio::join!(one.sync(), two.sync());
    first.and(second)?;
    let (first, second) = tokio::join!(one.sync(), two.sync());
    first.and(second)?;
    assert!(one.is_closed() != two.is_closed(), "one of two is closed");

    neighbours.bob.sync().await?;
    neighbours.bob.skip_to_end();
    neighbours.bob.send_line("who").await?;
    neighbours.bob.expect("2 players.").await?;
    Ok(())
}

#[tokio::test]
async fn names_that_deceive_are_refused() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let endless = "a".repeat(300);
    let names = ["admin", "ＡＤＭＩＮ", "Аda", "", &endless, "A da", "say"];
    for name in names {
        let mut stranger = Client::telnet("stranger", server.telnet, Profile::Plain).await?;
        stranger.answer("Name: ", name).await?;
        // Asked again, and not offered the name.
        stranger.expect("Name: ").await?;
        stranger.check_not_since(Place::default(), "(yes/no)")?;

        let mut stranger = Client::websocket("stranger", server.web).await?;
        let login = client_tests::websocket::login(name, PASSWORD, true);
        stranger.send_frame(&login).await?;
        stranger.expect_frame("error").await.with_context(|| format!("{name:?}"))?;
    }
    // What cannot be seen is taken out first, and what is left is somebody's.
    let mut stranger = Client::telnet("stranger", server.telnet, Profile::Plain).await?;
    stranger.answer("Name: ", "Ad\u{202e}a").await?;
    stranger.expect("Password: ").await?;
    neighbours.talk_undisturbed().await?;
    Ok(())
}

#[tokio::test]
async fn frames_that_are_no_frames_harm_nobody() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    for frame in [
        serde_json::json!(null),
        serde_json::json!([]),
        serde_json::json!({"type": "welcome"}),
        serde_json::json!({"type": "command"}),
        serde_json::json!({"type": "login", "name": 7}),
        serde_json::json!({"type": "say", "channel": "chat.>", "content": "x", "target": null}),
        serde_json::json!({"type": "command", "text": "x".repeat(1 << 20)}),
    ] {
        let mut stranger = Client::websocket("stranger", server.web).await?;
        // The server may hang up on it.
        let _ = stranger.send_frame(&frame).await;
        neighbours.talk_undisturbed().await?;
    }
    Ok(())
}
