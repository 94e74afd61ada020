//! Who gets to the web port, and as whom: places, proxies, the names of the server, pages from elsewhere, and clients that take
//! their time.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::http::{self, Response, connect_from};
use client_tests::process::allow_files;
use client_tests::rest::{Caller, header, problem};
use client_tests::server::{Home, Server};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const NEAR: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
/// Another address of this machine.
const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 2));
const DEADLINE: Duration = Duration::from_secs(20);
const MANY: usize = 1_100;

/// A server, and leave for this process and for it to have as many connections as the tests want.
async fn start(home: &Home) -> Result<Server> {
    allow_files(4_096)?;
    home.start().await
}

async fn silent(server: &Server, count: usize) -> Result<Vec<TcpStream>> {
    let mut silent = Vec::with_capacity(count);
    for _ in 0..count {
        silent.push(connect_from(NEAR, server.web).await?);
    }
    Ok(silent)
}

/// Gets a path from an address, with more headers.
async fn get(from: IpAddr, server: &Server, path: &str, more: &str) -> Result<Response> {
    let web = server.web;
    let host = if more.contains("Host: ") { String::new() } else { format!("Host: {web}\r\n") };
    let request = format!("GET {path} HTTP/1.1\r\n{host}Connection: close\r\n{more}\r\n");
    http::send_from(from, web, &request).await
}

async fn shake(from: IpAddr, server: &Server, more: &str) -> Result<Response> {
    let request = format!(
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}"
    );
    get(from, server, "/ws", &request).await
}

/// How many of these the server closes before it answers them.
async fn closed(connections: Vec<TcpStream>) -> usize {
    let mut closed = 0;
    for connection in connections {
        let mut byte = [0];
        let peeked = timeout(Duration::from_millis(1), connection.peek(&mut byte)).await;
        closed += usize::from(peeked.is_ok());
    }
    closed
}

#[tokio::test]
async fn one_address_takes_only_its_places() -> Result<()> {
    let home = Home::new()?
        .set("limits.loopback_exempt", false)
        .set("limits.http_head_seconds", 600)
        .set("limits.http_connections_max", 1024);
    let server = start(&home).await?;
    let held = silent(&server, MANY).await?;
    assert_eq!(get(OTHER, &server, "/ready", "").await?.status, 200);
    assert!(get(NEAR, &server, "/ready", "").await.is_err(), "its places are taken");
    let closed = closed(held).await;
    assert_eq!(closed, MANY - 128, "what is over the limit is closed at once");
    let again = async { while get(NEAR, &server, "/ready", "").await.is_err() {} };
    timeout(DEADLINE, again).await.context("its places are free again")?;
    Ok(())
}

#[tokio::test]
async fn whoever_says_nothing_makes_room() -> Result<()> {
    let home =
        Home::new()?.set("limits.http_head_seconds", 600).set("limits.http_connections_max", 1024);
    let server = start(&home).await?;
    let first = silent(&server, 1).await?;
    by_telnet(&server, "Ada").await?;
    let ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let mut events = ada.listen("/events", None).await?;
    let held = silent(&server, MANY).await?;
    for from in [NEAR, OTHER] {
        assert_eq!(get(from, &server, "/ready", "").await?.status, 200);
    }
    assert_eq!(closed(first).await, 1, "whoever waited longest goes first");
    // Sixteen more are for this machine alone.
    assert!(closed(held).await >= MANY - 1024 - 16);
    let mut bob = by_telnet(&server, "Bob").await?;
    bob.types("global still here", "still here").await?;
    let told = events.next().await.context("a stream that is served stays")?;
    assert!(told.data.contains("still here"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn websockets_take_no_place_of_requests() -> Result<()> {
    let home = Home::new()?
        .set("limits.loopback_exempt", false)
        .set("limits.connections_new_per_address", 0)
        .set("limits.http_connections_max", 4)
        .set("limits.http_connections_per_address_max", 2);
    let server = home.start().await?;
    let mut open = Vec::new();
    for name in 0..10 {
        open.push(client_tests::cast::websocket(&server, &format!("w{name}")).await?);
    }
    assert_eq!(get(NEAR, &server, "/ready", "").await?.status, 200);
    Ok(())
}

fn behind(home: Home) -> Home {
    home.set("http.trusted_proxies", "[127.0.0.2]").set("accounts.guests", "loopback")
}

#[tokio::test]
async fn a_trusted_proxy_says_whose_requests_it_brings() -> Result<()> {
    let home = behind(Home::new()?).set("api.requests_per_minute", 3);
    let server = home.start().await?;
    let ask = async |from: IpAddr, said: &str| -> Result<u16> {
        let more = format!("X-Forwarded-For: {said}\r\n");
        Ok(get(from, &server, "/api/v1/openapi.json", &more).await?.status)
    };
    for said in ["192.0.2.7", "127.0.0.1, 192.0.2.7", "198.51.100.1, 10.0.0.1, 192.0.2.7"] {
        assert_eq!(ask(OTHER, said).await?, 200, "{said}");
    }
    assert_eq!(ask(OTHER, "203.0.113.99, 192.0.2.7").await?, 429, "whatever stands before it");
    assert_eq!(ask(OTHER, "192.0.2.8").await?, 200, "another has a count of their own");
    // From anybody else the header says nothing.
    for said in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        assert_eq!(ask(NEAR, said).await?, 200);
    }
    assert_eq!(ask(NEAR, "192.0.2.4").await?, 429);
    let own = "Forwarded: for=192.0.2.9\r\nX-Real-IP: 192.0.2.9\r\nX-Forwarded-For: 192.0.2.7\r\n";
    let other_headers = get(OTHER, &server, "/api/v1/openapi.json", own).await?;
    assert_eq!(other_headers.status, 429, "other headers say nothing");
    Ok(())
}

#[tokio::test]
async fn websockets_count_where_the_proxy_says_they_come_from() -> Result<()> {
    let home = behind(Home::new()?)
        .set("limits.connections_per_address_max", 2)
        .set("limits.connections_new_per_address", 0);
    let server = home.start().await?;
    let mut held = Vec::new();
    for (said, status) in [
        ("192.0.2.7", 101),
        ("127.0.0.1, 192.0.2.7", 101),
        ("192.0.2.1, 192.0.2.7", 503),
        ("192.0.2.8", 101),
    ] {
        let (stream, answer) = shake_and_hold(&server, OTHER, said).await?;
        assert_eq!(answer, status, "{said}");
        held.push(stream);
    }
    for said in ["192.0.2.7", "192.0.2.7", "192.0.2.7"] {
        let (stream, answer) = shake_and_hold(&server, NEAR, said).await?;
        assert_eq!(answer, 101, "this machine is exempt, whatever it says");
        held.push(stream);
    }
    Ok(())
}

/// Begins a WebSocket and keeps it; its status.
async fn shake_and_hold(server: &Server, from: IpAddr, said: &str) -> Result<(TcpStream, u16)> {
    let request = format!(
        "GET /ws HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         X-Forwarded-For: {said}\r\n\r\n",
        server.web
    );
    let mut stream = connect_from(from, server.web).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0; 12];
    timeout(DEADLINE, stream.read_exact(&mut head)).await??;
    let status = std::str::from_utf8(&head)?.get(9..12).context("no status")?.parse()?;
    Ok((stream, status))
}

#[tokio::test]
async fn what_is_for_this_machine_is_not_for_whom_a_proxy_brings() -> Result<()> {
    let server = behind(Home::new()?).start().await?;
    assert_eq!(get(NEAR, &server, "/metrics", "").await?.status, 200);
    for said in ["192.0.2.7", "127.0.0.1, 192.0.2.7"] {
        let more = format!("X-Forwarded-For: {said}\r\n");
        assert_eq!(get(OTHER, &server, "/metrics", &more).await?.status, 403, "{said}");
    }
    Ok(())
}

#[tokio::test]
async fn this_machine_answers_to_its_own_names_only() -> Result<()> {
    let home = behind(Home::new()?).set("http.hosts", "[mud.example]");
    let server = home.start().await?;
    for path in ["/", "/health", "/metrics", "/ready", "/ws", "/api/v1/openapi.json", "/nowhere"] {
        let more = "Host: evil.example:4080\r\nOrigin: http://evil.example:4080\r\n";
        let answer = get(NEAR, &server, path, more).await?;
        assert_eq!(answer.status, 421, "{path}: {answer:?}");
        assert!(problem(&answer, "misdirected")?.contains("http.hosts"), "{answer:?}");
    }
    let rebound = "Host: evil.example\r\nOrigin: http://evil.example\r\n";
    assert_eq!(shake(NEAR, &server, rebound).await?.status, 421, "its Origin is its Host");
    for host in ["localhost:4080", "LOCALHOST", "[::1]:4080", "192.0.2.1", "mud.example:443"] {
        let answer = get(NEAR, &server, "/health", &format!("Host: {host}\r\n")).await?;
        assert_eq!(answer.status, 200, "{host}");
    }
    let passed_on = "Host: any.example\r\nX-Forwarded-For: 192.0.2.7\r\n";
    assert_eq!(get(OTHER, &server, "/health", passed_on).await?.status, 200, "by a proxy");
    Ok(())
}

#[tokio::test]
async fn a_page_from_elsewhere_does_nothing_in_the_name_of_whoever_looks_at_it() -> Result<()> {
    let server = Home::new()?.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let token = Caller::log_in(server.web, "ada", PASSWORD, None).await?.token.context("none")?;
    let login = json!({ "name": "ada", "password": PASSWORD }).to_string();
    let words = json!({ "channel": "say", "content": "from a form" }).to_string();
    let drain = json!({ "node": "world", "reason": "from a form" }).to_string();
    for (path, body, status) in [
        ("/auth/login", &login, 415),
        ("/chat/send", &words, 401),
        ("/operations/drain", &drain, 401),
        ("/sessions", &"{}".to_owned(), 401),
    ] {
        // What a form can send: a kind of text that needs no leave, and whatever the browser keeps.
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let answer = form(&server, path, kind, &token, body).await?;
            assert_eq!(answer.status, status, "{path}: {answer:?}");
            for leave in ["access-control-allow-origin", "set-cookie"] {
                assert_eq!(header(&answer, leave), None, "{path}: {answer:?}");
            }
        }
    }
    let foreign = "Origin: https://foe.example\r\n";
    for path in ["/metrics", "/health", "/api/v1/openapi.json"] {
        let answer = get(NEAR, &server, path, foreign).await?;
        assert_eq!(header(&answer, "access-control-allow-origin"), None, "{path}");
    }
    assert_eq!(shake(NEAR, &server, foreign).await?.status, 403);
    ada.sync().await?;
    ada.check_not_since(client_tests::transcript::Place::default(), "from a form")?;
    assert_eq!(get(NEAR, &server, "/ready", "").await?.status, 200, "nothing was drained");
    Ok(())
}

async fn form(
    server: &Server,
    path: &str,
    kind: &str,
    token: &str,
    body: &str,
) -> Result<Response> {
    let request = format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nOrigin: https://foe.example\r\n\
         Cookie: token={token}; access_token={token}; Authorization=Bearer {token}\r\n\
         Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
        server.web,
        body.len()
    );
    http::send(server.web, &request).await
}

/// Sends this and then a byte every tenth of a second, until the server closes or answers.
async fn dribble(server: SocketAddr, begins: &str) -> Result<String> {
    let (mut reads, mut writes) = TcpStream::connect(server).await?.into_split();
    writes.write_all(begins.as_bytes()).await?;
    let dribbling = tokio::spawn(async move {
        while writes.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    });
    let mut answer = Vec::new();
    // That a connection is reset while one still writes is an end, too.
    let _ = timeout(DEADLINE, reads.read_to_end(&mut answer)).await.context("it is still open")?;
    dribbling.abort();
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn who_sends_a_byte_at_a_time_is_not_waited_for() -> Result<()> {
    let home = Home::new()?.set("limits.http_head_seconds", 1).set("api.seconds_max", 1);
    let server = home.start().await?;
    let head = dribble(server.web, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await?;
    assert!(!head.contains(" 200 "), "{head}");
    let post = |path: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: 60000\r\n\r\n"
        )
    };
    let body = dribble(server.web, &post("/api/v1/auth/login")).await?;
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    // Who has no token is not listened to at all.
    let refused = dribble(server.web, &post("/api/v1/chat/send")).await?;
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    for path in ["/", "/health", "/nowhere", "/api/v1/nowhere", "/ws"] {
        let answer = dribble(server.web, &post(path)).await?;
        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
    }
    assert_eq!(get(NEAR, &server, "/ready", "").await?.status, 200);
    Ok(())
}
