//! Peers that turn telnet itself against the server: each costs only itself, and those who talk meanwhile notice nothing.

use std::time::Duration;

use anyhow::{Context, Result};
use client_tests::cast::PASSWORD;
use client_tests::client::Client;
use client_tests::hostile::{refusals, storm, zlib};
use client_tests::neighbours::Neighbours;
use client_tests::process::Usage;
use client_tests::raw::Raw;
use client_tests::server::{Home, Server};
use client_tests::telnet::Profile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// What the server may have grown by in all, whatever a single stranger does. KiB.
const GROWN_KIB_MAX: f64 = 8.0 * 1024.0;

fn rss_kib(server: &Server) -> Result<f64> {
    Ok(Usage::of(server.pid())?.rss_kib)
}

#[tokio::test]
async fn a_flood_of_commands_is_cut_off() -> Result<()> {
    let server = Home::new()?.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    for command in [&[255, 241][..], &[255, 251, 99], &[255, 246], &[255, 250, 24, 255, 240]] {
        let mut stranger = Raw::open(server.telnet).await?;
        // It may be closed before all of it is written.
        let _ = stranger.send(command.repeat(30_000)).await;
        neighbours.talk_undisturbed().await?;
        let told = stranger.to_end().await?;
        assert!(told.len() < 4096, "{} bytes for {command:?}", told.len());
    }
    Ok(())
}

#[tokio::test]
async fn who_says_back_all_that_is_said_is_not_answered_for_ever() -> Result<()> {
    let server = Home::new()?.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut stranger = TcpStream::connect(server.telnet).await?;
    let echo = tokio::spawn(async move {
        let mut buffer = [0; 4096];
        let mut echoed = 0;
        while let Ok(Ok(count)) =
            tokio::time::timeout(Duration::from_secs(3), stranger.read(&mut buffer)).await
        {
            if count == 0 || stranger.write_all(&buffer[..count]).await.is_err() {
                break;
            }
            echoed += count;
        }
        echoed
    });
    neighbours.talk_undisturbed().await?;
    let echoed = echo.await?;
    assert!(echoed < 64 * 1024, "{echoed} bytes went round");
    neighbours.talk_undisturbed().await?;
    Ok(())
}

#[tokio::test]
async fn options_that_never_settle_settle() -> Result<()> {
    let server = Home::new()?.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut stranger = Raw::open(server.telnet).await?;
    stranger.send(storm().repeat(100)).await?;
    neighbours.talk_undisturbed().await?;
    // Compressed or not: it is still served, or cut off; either way the others are.
    let _ = stranger.send("quit\r\n").await;
    let told = stranger.to_end().await?;
    assert!(told.len() < 16 * 1024, "{} bytes", told.len());
    neighbours.talk_undisturbed().await?;
    Ok(())
}

#[tokio::test]
async fn endless_payloads_of_every_option_are_not_kept() -> Result<()> {
    let server = Home::new()?.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let before = rss_kib(&server)?;
    let mut strangers = Vec::new();
    for option in [24, 31, 39, 42, 69, 70, 86, 87, 201] {
        let mut stranger = Raw::open(server.telnet).await?;
        stranger.send([255, 251, option, 255, 253, option, 255, 250, option, 0]).await?;
        // Below what is taken for hostile, so that all of them stay.
        let _ = stranger.send(vec![b'x'; 900 * 1024]).await;
        strangers.push(stranger);
        neighbours.talk_undisturbed().await?;
    }
    let grown = rss_kib(&server)? - before;
    assert!(grown < GROWN_KIB_MAX, "{grown} KiB more");
    Ok(())
}

#[tokio::test]
async fn environments_and_windows_of_any_size_are_taken_in() -> Result<()> {
    let server = Home::new()?.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut gil = Client::telnet("gil", server.telnet, Profile::Plain).await?;
    gil.create("Gil", PASSWORD).await?;
    let connection = gil.telnet_connection()?;
    connection.send_bytes(&[255, 251, 31, 255, 251, 39]).await?;
    for size in [[255, 255, 255, 255, 255, 255, 255, 255], [0; 8]] {
        let payload = if size[0] == 0 { &size[..4] } else { &size[..] };
        let window = [&[255, 250, 31][..], payload, &[255, 240]].concat();
        connection.send_bytes(&window).await?;
        let variables = b"\x00A\x01\xff\xff\x02\x00b\x03\x03".repeat(380);
        let environment = [&[255, 250, 39, 0][..], &variables, &[255, 240]].concat();
        connection.send_bytes(&environment).await?;
        connection.send_line("say still here").await?;
        neighbours.bob.expect("Gil says, \"still here\"").await?;
    }
    Ok(())
}

#[tokio::test]
async fn those_who_write_a_byte_at_a_time_cost_no_more_than_their_bytes() -> Result<()> {
    let server = Home::new()?.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut slow = Vec::new();
    for _ in 0..50 {
        let stream = TcpStream::connect(server.telnet).await?;
        stream.set_nodelay(true)?;
        slow.push(stream);
    }
    let bytes = b"\xff\xfb\x18\xff\xfa\x18\x00SLOW\xff\xf0guest\r\n\xff\xfd\x56";
    for (at, byte) in bytes.iter().enumerate() {
        for stream in &mut slow {
            stream.write_all(&[*byte]).await?;
        }
        if at % 8 == 0 {
            neighbours.talk_undisturbed().await?;
        }
    }
    neighbours.talk_undisturbed().await?;
    Ok(())
}

/// A client that has logged in and is offered compressed input, and what it may send after that.
async fn compressing(server: &Server) -> Result<Raw<TcpStream>> {
    let mut stranger = Raw::open(server.telnet).await?;
    stranger.send(refusals()).await?;
    stranger.until("Name: ").await?;
    stranger.send("guest\r\nGil\r\n").await?;
    stranger.until([255, 251, 87]).await.context("the offer")?;
    stranger.send([255, 253, 87, 255, 250, 87, 255, 240]).await?;
    Ok(stranger)
}

#[tokio::test]
async fn compressed_input_is_heard_and_bombs_are_cut_off() -> Result<()> {
    let home = Home::new()?.set("telnet.mccp3", true);
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let mut gil = compressing(&server).await?;
    gil.send(zlib(b"say from a stream\r\nquit\r\n")?).await?;
    neighbours.bob.expect("Gil says, \"from a stream\"").await?;
    gil.to_end().await?;

    let before = rss_kib(&server)?;
    let bombs = [zlib(&vec![0; 8 << 20])?, zlib(&vec![b'x'; 8 << 20])?, b"no stream".to_vec()];
    for bomb in bombs {
        let mut stranger = compressing(&server).await?;
        let _ = stranger.send(bomb).await;
        let told = stranger.to_end().await?;
        assert!(told.len() < 4096, "{} bytes", told.len());
        neighbours.talk_undisturbed().await?;
    }
    let grown = rss_kib(&server)? - before;
    assert!(grown < GROWN_KIB_MAX, "{grown} KiB more");
    Ok(())
}

#[tokio::test]
async fn who_never_reads_what_is_compressed_is_cut_off_too() -> Result<()> {
    let home = Home::new()?.set("limits.outbox_bytes_max", 65_536);
    let server = home.start().await?;
    let mut neighbours = Neighbours::enter(&server).await?;
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    let mut gil = socket.connect(server.telnet).await?;
    gil.write_all(b"\xff\xfd\x56guest\r\nGil\r\n").await?;
    neighbours.bob.expect("Gil").await?;
    let before = rss_kib(&server)?;
    let mut noise = 1_u64;
    for line in 0.. {
        assert!(line < 40_000, "it is not cut off");
        // What does not get shorter.
        let words: String = (0..400)
            .map(|_| {
                noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                char::from(b'!' + u8::try_from((noise >> 33) % 90).unwrap_or(0))
            })
            .collect();
        neighbours.ada.send_line(&format!("say {line} {words}")).await?;
        neighbours.bob.expect(&format!("Ada says, \"{line} ")).await?;
        if line % 100 == 0 {
            neighbours.ada.sync().await?;
            neighbours.bob.send_line("who").await?;
            let who = neighbours.bob.expect("players.").await?;
            if who.starts_with("2 ") {
                break;
            }
        }
    }
    let grown = rss_kib(&server)? - before;
    assert!(grown < 24.0 * 1024.0, "{grown} KiB more");
    Ok(())
}
