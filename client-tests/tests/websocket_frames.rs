//! Frames as no WebSocket library would send them, against a server's own `/ws`. All of RFC 6455 is for the Autobahn suite
//! (`server/tests/autobahn.rs`); here is what it does not look at.

use std::time::{Duration, Instant};

use anyhow::Result;
use client_tests::raw::Raw;
use client_tests::server::{Home, Server};
use tokio::net::TcpStream;

const TEXT: u8 = 1;
const CONTINUATION: u8 = 0;
const PING: u8 = 9;
const LAST: u8 = 0x80;

/// A frame with a mask of zeros; its payload has fewer than 65,536 bytes.
fn frame(head: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("tests send little");
    let mut frame = vec![head];
    match u8::try_from(length).ok().filter(|length| *length < 126) {
        Some(length) => frame.push(0x80 | length),
        None => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

async fn open(server: &Server) -> Result<Raw<TcpStream>> {
    let mut raw = Raw::open(server.web).await?;
    raw.send(format!(
        "GET /ws HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        server.web
    ))
    .await?;
    raw.until("\r\n\r\n").await?;
    Ok(raw)
}

/// Reads to the end, which is a close with this code.
async fn is_closed_with(mut raw: Raw<TcpStream>, code: u16) -> Result<()> {
    let read = raw.to_end().await?;
    let close = [&[0x88][..], &code.to_be_bytes()].concat();
    let found = read.windows(4).any(|window| window[0] == close[0] && window[2..] == close[1..]);
    assert!(found, "no close with {code}: {}", read.escape_ascii());
    Ok(())
}

#[tokio::test]
async fn a_message_in_pieces_is_one_and_pings_come_between() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut raw = open(&server).await?;
    raw.send(frame(TEXT, br#"{"type":"#)).await?;
    raw.send(frame(LAST | PING, b"there?")).await?;
    raw.until(b"\x8a\x06there?").await?;
    raw.send(frame(CONTINUATION, b"")).await?;
    raw.send(frame(LAST | CONTINUATION, br#""ping","n":7}"#)).await?;
    raw.until(r#"{"n":7,"type":"pong"}"#).await?;
    Ok(())
}

#[tokio::test]
async fn what_is_no_frame_is_closed_by_its_number() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let unmasked = b"\x81\x02{}".to_vec();
    // A frame that says it has 16 MiB is refused before any of them has come.
    let huge = [&[0x81, 0xff][..], &(1u64 << 24).to_be_bytes(), &[0; 4]].concat();
    let pieces = [frame(TEXT, &[b' '; 60_000]), frame(CONTINUATION, &[b' '; 6_000])].concat();
    let cases = [
        (unmasked, 1002),
        (frame(LAST | 0x40 | TEXT, b"{}"), 1002),
        (frame(LAST | 3, b""), 1002),
        (frame(LAST | CONTINUATION, b"{}"), 1002),
        (frame(PING, b""), 1002),
        (frame(LAST | PING, &[b' '; 126]), 1002),
        (frame(LAST | TEXT, b"\xc3\x28"), 1007),
        (frame(LAST | 2, b"{}"), 1003),
        (huge, 1009),
        (pieces, 1009),
    ];
    for (bytes, code) in cases {
        let mut raw = open(&server).await?;
        raw.send(&bytes).await?;
        is_closed_with(raw, code).await?;
    }
    Ok(())
}

#[tokio::test]
async fn who_closes_gets_their_own_code_back() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut raw = open(&server).await?;
    raw.send(frame(LAST | 8, &4999u16.to_be_bytes())).await?;
    is_closed_with(raw, 4999).await
}

/// Pings cost what messages cost: what comes after too many of them is read later.
#[tokio::test]
async fn pings_are_taken_no_faster_than_messages() -> Result<()> {
    let home = Home::new()?.set("limits.lines_per_second", 10).set("limits.lines_burst", 1);
    let server = home.start().await?;
    let mut raw = open(&server).await?;
    let began = Instant::now();
    for _ in 0..20 {
        raw.send(frame(LAST | PING, b"x")).await?;
    }
    raw.send(frame(LAST | TEXT, br#"{"type":"ping","n":7}"#)).await?;
    raw.until(r#"{"n":7,"type":"pong"}"#).await?;
    assert!(began.elapsed() >= Duration::from_millis(1500), "{:?}", began.elapsed());
    Ok(())
}

/// A message that never ends, empty piece after empty piece, does not keep a connection that answers no ping.
#[tokio::test]
async fn who_sends_only_beginnings_is_not_there() -> Result<()> {
    let home = Home::new()?
        .set("limits.websocket_ping_seconds", 1)
        .set("limits.websocket_pong_seconds", 1);
    let server = home.start().await?;
    let mut raw = open(&server).await?;
    raw.send(frame(TEXT, b"")).await?;
    raw.until(b"\x89\x00").await?;
    raw.send(frame(CONTINUATION, b"")).await?;
    is_closed_with(raw, 1011).await
}
