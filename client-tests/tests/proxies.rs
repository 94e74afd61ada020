//! Connections that a proxy brings: whose they are counts, and nobody else can say it.

use std::time::{Duration, Instant};

use anyhow::Result;
use client_tests::raw::Raw;
use client_tests::server::{Home, Server};

const FAR: &str = "PROXY TCP4 192.0.2.7 127.0.0.1 56324 4000\r\n";
/// A header of version 2 for 192.0.2.7, with something after the addresses that is to be skipped.
const FAR_BINARY: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x10\xc0\0\x02\x07\x7f\0\0\x01\xdc\x04\x0f\xa0\x04\0\x01\0";
const HEALTH_CHECK: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

fn home() -> Result<Home> {
    Ok(Home::new()?.set("telnet.proxies", "[127.0.0.0/8]"))
}

/// Guests come from this machine only, so the greeting tells which address counts.
async fn is_near(server: &Server, pieces: &[&[u8]]) -> Result<bool> {
    let mut client = Raw::open(server.telnet).await?;
    for piece in pieces {
        client.send(piece).await?;
        tokio::task::yield_now().await;
    }
    let greeting = client.until("Name: ").await?;
    Ok(String::from_utf8_lossy(&greeting).contains("guest"))
}

#[tokio::test]
async fn the_address_that_a_proxy_names_counts() -> Result<()> {
    let server = home()?.start().await?;
    assert!(!is_near(&server, &[FAR.as_bytes()]).await?);
    assert!(!is_near(&server, &[FAR_BINARY]).await?);
    assert!(!is_near(&server, &[b"PROXY TCP6 2001:db8::1 ::1 1 2\r\n"]).await?);
    assert!(is_near(&server, &[b"PROXY UNKNOWN\r\n"]).await?);
    assert!(is_near(&server, &[HEALTH_CHECK]).await?);
    for header in [FAR.as_bytes(), FAR_BINARY] {
        let bytes: Vec<&[u8]> = header.chunks(1).collect();
        assert!(!is_near(&server, &bytes).await?, "a byte at a time");
    }
    Ok(())
}

#[tokio::test]
async fn who_says_no_header_hears_nothing() -> Result<()> {
    let server = home()?.start().await?;
    let cases: [&[u8]; 4] = [
        b"guest\r\n",
        b"PROXY TCP4 localhost 127.0.0.1 1 2\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff",
        &[b'P'; 200],
    ];
    for case in cases {
        let mut stranger = Raw::open(server.telnet).await?;
        stranger.send(case).await?;
        assert_eq!(stranger.to_end().await?, b"");
    }
    let began = Instant::now();
    let mut silent = Raw::open(server.telnet).await?;
    silent.send("PROXY TCP4 ").await?;
    assert_eq!(silent.to_end().await?, b"");
    assert!(began.elapsed() >= Duration::from_secs(4), "it had time to speak");
    Ok(())
}

#[tokio::test]
async fn only_proxies_are_believed() -> Result<()> {
    let server = Home::new()?.set("telnet.proxies", "[192.0.2.0/24]").start().await?;
    // For anybody else it is what they typed as their name.
    assert!(is_near(&server, &[FAR.as_bytes()]).await?);
    Ok(())
}

#[tokio::test]
async fn limits_are_for_those_whom_the_proxy_brings() -> Result<()> {
    let home = home()?.set("limits.connections_per_address_max", 2);
    let server = home.start().await?;
    let mut far = Vec::new();
    for _ in 0..2 {
        let mut client = Raw::open(server.telnet).await?;
        client.send(FAR).await?;
        client.until("Name: ").await?;
        far.push(client);
    }
    let mut third = Raw::open(server.telnet).await?;
    third.send(FAR).await?;
    assert_eq!(third.to_end().await?, b"There are too many connections from your address.\r\n");
    assert!(!is_near(&server, &[b"PROXY TCP4 192.0.2.8 127.0.0.1 1 2\r\n"]).await?);
    Ok(())
}

#[tokio::test]
async fn a_header_may_come_before_tls() -> Result<()> {
    let home = home()?.set("telnet.tls_listen", "127.0.0.1:0").set("tls.self_signed", true);
    let server = home.start().await?;
    let address = server.telnet_tls.expect("it listens");
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    tokio::io::AsyncWriteExt::write_all(&mut stream, FAR_BINARY).await?;
    let name = rustls::pki_types::ServerName::try_from("localhost")?;
    let stream = client_tests::raw::connector()?.connect(name, stream).await?;
    let greeting = Raw::on(stream).until("Name: ").await?;
    assert!(!String::from_utf8_lossy(&greeting).contains("guest"));
    Ok(())
}
