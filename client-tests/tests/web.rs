//! The web port: WebSocket handshakes, `/health`, the page that says what this is, and requests that never end.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use client_tests::cast::by_telnet;
use client_tests::server::{Home, Server};
use client_tests::{http, websocket};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

/// Sends a WebSocket handshake with one thing changed, and tells the status.
async fn shake(server: &Server, replace: &str, by: &str) -> Result<(u16, String)> {
    let request = format!(
        "GET /ws HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        server.web
    );
    ensure!(request.contains(replace), "{replace:?} is in it");
    let changed = request.replacen(replace, by, 1);
    // A refused handshake leaves an ordinary connection, which would stay open.
    let changed = match changed.contains("Connection: Upgrade") {
        true => changed.replacen("Connection: Upgrade", "Connection: Upgrade, close", 1),
        false => changed,
    };
    let answer = http::send(server.web, &changed).await?;
    Ok((answer.status, answer.head))
}

#[tokio::test]
async fn handshakes_are_answered_as_rfc_6455_says() -> Result<()> {
    let home = Home::new()?.set("http.origins", "[https://friend.example]");
    let server = home.start().await?;
    let (status, head) = shake(&server, "GET", "GET").await?;
    assert_eq!(status, 101, "{head}");
    assert!(
        head.to_lowercase().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
        "{head}"
    );
    let version = "Sec-WebSocket-Version: 13";
    let (status, head) = shake(&server, version, "Sec-WebSocket-Version: 8").await?;
    assert_eq!(status, 426);
    assert!(head.to_lowercase().contains("sec-websocket-version: 13"), "{head}");
    assert_eq!(shake(&server, "Upgrade: websocket\r\n", "").await?.0, 426);
    assert_eq!(shake(&server, "dGhlIHNhbXBsZSBub25jZQ==", "short").await?.0, 400);
    assert_eq!(shake(&server, "GET", "POST").await?.0, 405);
    assert_eq!(shake(&server, "HTTP/1.1", "HTTP/1.0").await?.0, 400);
    let from = |origin: &str| format!("Origin: {origin}\r\n{version}");
    assert_eq!(shake(&server, version, &from("https://foe.example")).await?.0, 403);
    assert_eq!(shake(&server, version, &from("https://friend.example")).await?.0, 101);
    let own = format!("http://{}", server.web);
    assert_eq!(shake(&server, version, &from(&own)).await?.0, 101);
    Ok(())
}

#[tokio::test]
async fn the_web_port_says_what_this_is() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let page = http::get(server.web, "/").await?;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Hearsay") && page.body.contains("telnet"), "{}", page.body);
    assert!(page.head.to_lowercase().contains("content-type: text/html"), "{}", page.head);
    assert_eq!(http::get(server.web, "/nowhere").await?.status, 404);
    let health = http::get(server.web, "/health").await?;
    assert_eq!(health.status, 200);
    let health = health.json()?;
    assert_eq!((&health["status"], &health["role"]), (&json!("ok"), &json!("both")));
    assert_eq!((&health["bus"]["nats"], &health["store"]["state"]), (&json!("off"), &json!("ok")));
    assert_eq!((&health["world"]["rooms"], &health["world"]["planes"]), (&json!(6), &json!(2)));
    assert!(health["uptime_seconds"].is_u64() && health["version"].is_string(), "{health}");
    let _ada = by_telnet(&server, "Ada").await?;
    let health = server.health().await?;
    assert_eq!(health["sessions"]["playing"], 1, "{health}");
    Ok(())
}

/// Headers of an answer, in small letters.
async fn ask_for(server: &Server, path: &str, more: &str) -> Result<(u16, String)> {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{more}\r\n", server.web);
    let answer = http::send(server.web, &request).await?;
    Ok((answer.status, answer.head.to_lowercase()))
}

#[tokio::test]
async fn the_page_may_do_little_and_is_sent_once() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/web/js/main.js", "text/javascript; charset=utf-8"),
        ("/web/css/page.css", "text/css; charset=utf-8"),
        ("/web/icon.svg", "image/svg+xml"),
        ("/web/hearsay.webmanifest", "application/manifest+json"),
    ] {
        let (status, head) = ask_for(&server, path, "").await?;
        assert_eq!(status, 200, "{path}");
        for wanted in [
            format!("content-type: {kind}").as_str(),
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-cache",
        ] {
            assert!(head.contains(wanted), "{path}: {wanted} is not in {head}");
        }
        assert!(!head.contains("content-encoding"), "{path}: {head}");
        let (_, zipped) = ask_for(&server, path, "Accept-Encoding: gzip\r\n").await?;
        assert!(zipped.contains("content-encoding: gzip"), "{path}: {zipped}");
        let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap_or_default();
        let again = ask_for(&server, path, &format!("If-None-Match: {}\r\n", tag.trim())).await?;
        assert_eq!(again.0, 304, "{path}: {tag}");
    }
    Ok(())
}

#[tokio::test]
async fn no_path_leads_out_of_the_page() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    for path in [
        "/web/../server_config.yaml",
        "/web/%2e%2e/server_config.yaml",
        "/web/..%2fserver_config.yaml",
        "/web/js/../../Cargo.toml",
        "/web//etc/passwd",
        "/web/%2Fetc%2Fpasswd",
        "/web/js/main.js%00.css",
        "/web/js\\main.js",
        "/web/",
        "/web",
        "/web/js/",
        "/web/JS/MAIN.JS",
    ] {
        let (status, head) = ask_for(&server, path, "").await?;
        assert!(matches!(status, 400 | 404), "{path}: {head}");
    }
    Ok(())
}

#[tokio::test]
async fn a_head_of_more_than_16_kib_is_refused() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    for (bytes, status) in [(15_000, " 200 "), (17_000, " 431 ")] {
        let mut stream = TcpStream::connect(server.web).await?;
        let request =
            format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n\r\n", "x".repeat(bytes));
        stream.write_all(request.as_bytes()).await?;
        let mut answer = [0; 64];
        let count = timeout(Duration::from_secs(10), stream.read(&mut answer)).await??;
        let answer = String::from_utf8_lossy(&answer[..count]);
        assert!(answer.contains(status), "{bytes} bytes: {answer}");
    }
    Ok(())
}

#[tokio::test]
async fn a_request_that_never_ends_is_closed() -> Result<()> {
    const CLOSED_WITHIN: Duration = Duration::from_secs(10);
    let home = Home::new()?.set("limits.http_head_seconds", 1);
    let server = home.start().await?;
    for half in ["", "GET / HT", "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgr"] {
        let mut stream = TcpStream::connect(server.web).await?;
        stream.write_all(half.as_bytes()).await?;
        let mut answer = Vec::new();
        let closed = timeout(CLOSED_WITHIN, stream.read_to_end(&mut answer)).await;
        ensure!(closed.is_ok(), "still open after {half:?}");
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
async fn who_takes_no_answer_is_cut_off_and_a_slow_websocket_is_not() -> Result<()> {
    const CUT_WITHIN: Duration = Duration::from_secs(20);
    let home = Home::new()?.set("limits.http_stalled_seconds", 1);
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let url = format!("ws://{}/ws", server.web);
    let (mut kim, _) = client_async(url, deaf(server.web).await?).await?;
    kim.send(Message::text(websocket::guest("Kim").to_string())).await?;
    ada.expect("Kim").await?;
    for line in 0..100 {
        ada.types(&format!("say {line} {}", "x".repeat(400)), &format!("\"{line} x")).await?;
    }
    // It began to take nothing after Kim did.
    let mut stream = deaf(server.web).await?;
    let request = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let cut = async {
        while stream.write_all(request.as_bytes()).await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(CUT_WITHIN, cut).await?;
    let heard = async {
        while let Some(message) = kim.next().await {
            if message?.to_text()?.contains("\"99 x") {
                return Ok(());
            }
        }
        bail!("Kim was cut off")
    };
    timeout(CUT_WITHIN, heard).await?
}
