//! How often the REST API may be called: what is counted, and for whom.

use anyhow::Result;
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::http;
use client_tests::rest::{Caller, header, problem};
use client_tests::server::Home;

#[tokio::test]
async fn what_is_not_there_counts_and_says_so() -> Result<()> {
    let server = Home::new()?.set("api.requests_per_minute", 6).start().await?;
    let open = Caller::without_token(server.web);
    for (method, path, status, word) in [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/", 404, "not-found"),
        ("GET", "//", 404, "not-found"),
        ("PUT", "/chat/channels", 405, "method-not-allowed"),
        ("TRACE", "/auth/login", 405, "method-not-allowed"),
        ("DELETE", "/docs", 405, "method-not-allowed"),
    ] {
        let answer = open.call(method, path, &[], None).await?;
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        problem(&answer, word)?;
        assert_eq!(header(&answer, "ratelimit-limit"), Some("6"), "{method} {path}");
        let allowed = header(&answer, "allow").is_some();
        assert_eq!(allowed, status == 405, "{method} {path}: {answer:?}");
    }
    let answer = open.call("PUT", "/chat/channels", &[], None).await?;
    assert_eq!(answer.status, 429, "they were counted: {answer:?}");
    let root = "GET /api/v1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(http::send(server.web, root).await?.status, 429);
    Ok(())
}

#[tokio::test]
async fn accounts_of_one_address_share_what_it_has() -> Result<()> {
    let home = Home::new()?
        .set("api.requests_per_minute", 10)
        .set("api.requests_per_minute_per_address", 15);
    let server = home.start().await?;
    by_telnet(&server, "Ada").await?;
    by_telnet(&server, "Bob").await?;
    let ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let bob = Caller::log_in(server.web, "bob", PASSWORD, None).await?;
    for left in (0..10).rev() {
        let answer = ada.get("/auth/token").await?;
        assert_eq!(answer.status, 200);
        assert_eq!(header(&answer, "ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    // Two logins and ten requests: three are left for everybody there.
    let statuses = [
        bob.get("/auth/token").await?.status,
        bob.get("/auth/token").await?.status,
        bob.get("/auth/token").await?.status,
        bob.get("/auth/token").await?.status,
    ];
    assert_eq!(statuses, [200, 200, 200, 429]);
    let refused = bob.get("/auth/token").await?;
    assert!(
        problem(&refused, "too-many-requests")?.contains("15 requests a minute from one address")
    );
    Ok(())
}
