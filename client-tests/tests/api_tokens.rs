//! Tokens of the REST API: good for what they say and no longer, and bounded in how often and how much.

use anyhow::{Context, Result};
use client_tests::cast::{PASSWORD, by_telnet};
use client_tests::files;
use client_tests::rest::{Caller, contents, header, problem};
use client_tests::server::Home;
use client_tests::staff::with_moderator;
use serde_json::{Value, json};

#[tokio::test]
async fn tokens_are_used_on_once_and_end_when_they_are_given_back() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    by_telnet(&server, "Ada").await?;
    let open = Caller::without_token(server.web);
    let login = json!({ "name": "ada", "password": PASSWORD, "scope": "account" });
    let first = open.post("/auth/login", &login).await?.json()?;
    assert_eq!((&first["token_type"], &first["expires_in"]), (&json!("Bearer"), &json!(3600)));
    server.stop().await?;
    let server = home.start().await?;
    let open = Caller::without_token(server.web);
    let used = json!({ "refresh_token": first["refresh_token"] });
    let second = open.post("/auth/refresh", &used).await?;
    assert_eq!(second.status, 200, "a restart ends no login: {second:?}");
    let second = second.json()?;
    let token = |tokens: &Value| tokens["access_token"].as_str().unwrap_or_default().to_owned();
    let rest = Caller::with(server.web, token(&second));
    let stands = rest.get("/auth/token").await?.json()?;
    assert_eq!((&stands["account"], &stands["rank"]), (&json!("Ada"), &json!("player")));
    // The answer may have been lost: until the next word is used, the last is answered by the same.
    let again = open.post("/auth/refresh", &used).await?;
    assert_eq!(again.json()?["refresh_token"], second["refresh_token"], "{again:?}");
    let next = json!({ "refresh_token": second["refresh_token"] });
    assert_eq!(open.post("/auth/refresh", &next).await?.status, 200);
    assert_eq!(rest.get("/auth/token").await?.status, 200);
    // After that two have the grant, and nobody knows which of them is right.
    assert_eq!(open.post("/auth/refresh", &used).await?.status, 401);
    assert_eq!(rest.get("/auth/token").await?.status, 401);
    let third = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    assert_eq!(third.call("POST", "/auth/logout", &[], None).await?.status, 204);
    assert_eq!(third.get("/auth/token").await?.status, 401);
    let wrong = json!({ "name": "ada", "password": "not hers at all" });
    let wrong = open.post("/auth/login", &wrong).await?;
    assert_eq!(wrong.status, 401);
    problem(&wrong, "not-let-in")?;
    let holding = files::that_hold(&home.path("logs"), &token(&second))?;
    assert!(holding.is_empty(), "a token is in {holding:?}");
    Ok(())
}

#[tokio::test]
async fn an_order_that_cannot_be_done_is_refused_with_the_reason() -> Result<()> {
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let _ada = by_telnet(&server, "Ada").await?;
    let by_mara = Caller::log_in(server.web, "mara", PASSWORD, None).await?;
    let owner = json!({ "player": "warden", "reason": "a coup" });
    let refused = by_mara.post("/chat/mute/player", &owner).await?;
    assert_eq!(refused.status, 422, "{refused:?}");
    problem(&refused, "not-done")?;
    let endless = json!({ "player": "ada", "reason": "spam", "seconds": 400_000_000_000_u64 });
    for wrong in [json!({ "player": "ada" }), json!({ "player": "ada", "reason": "" }), endless] {
        let refused = by_mara.post("/chat/mute/player", &wrong).await?;
        assert_eq!(refused.status, 400, "{refused:?}");
    }
    Ok(())
}

#[tokio::test]
async fn services_have_tokens_of_their_own() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("global for everyone", "for everyone").await?;
    ada.types("say for this room", "You say").await?;
    home.until_stored("for this room").await?;
    let made = home.run(&["token", "create", "--name", "bridge", "--scope", "chat:read"]).await?;
    assert!(made.status.success(), "{}", made.output);
    let bridge = Caller::with(server.web, made.output.trim());
    assert_eq!(contents(&bridge.get("/chat/history/global").await?)?, ["for everyone"]);
    assert!(contents(&bridge.get("/chat/history/say").await?)?.is_empty());
    assert_eq!(bridge.get("/players").await?.status, 403);
    let list = home.run(&["token", "list"]).await?.output;
    assert!(list.contains("bridge") && list.contains("chat:read"), "{list}");
    let id = list.split_whitespace().next().context("no id")?;
    assert!(home.run(&["token", "revoke", id]).await?.status.success());
    assert_eq!(bridge.get("/chat/channels").await?.status, 401);
    let unknown = home.run(&["token", "create", "--name", "x", "--scope", "everything"]).await?;
    assert!(
        !unknown.status.success() && unknown.output.contains("is no scope"),
        "{}",
        unknown.output
    );
    Ok(())
}

#[tokio::test]
async fn too_many_too_large_and_from_elsewhere() -> Result<()> {
    let home = Home::new()?
        .set("api.requests_per_minute", 5)
        .set("api.body_bytes_max", 2048)
        .set("api.origins", "[https://friend.example]");
    let server = home.start().await?;
    let open = Caller::without_token(server.web);
    let large = json!({ "name": "x".repeat(4096), "password": "y" });
    let large = open.post("/auth/login", &large).await?;
    assert_eq!(large.status, 413, "{large:?}");
    problem(&large, "too-large")?;
    let broken = open.call("POST", "/auth/login", &[], Some("{\"name\":")).await?;
    assert_eq!(broken.status, 400);
    problem(&broken, "bad-request")?;
    problem(&open.get("/nowhere").await?, "not-found")?;
    let preflight = async |origin: &str| {
        let headers = [("Origin", origin), ("Access-Control-Request-Method", "POST")];
        open.call("OPTIONS", "/chat/send", &headers, None).await
    };
    let friend = preflight("https://friend.example").await?;
    assert_eq!(header(&friend, "access-control-allow-origin"), Some("https://friend.example"));
    let foe = preflight("https://foe.example").await?;
    assert_eq!(header(&foe, "access-control-allow-origin"), None, "{foe:?}");
    let mut last = open.get("/players").await?;
    for _ in 0..5 {
        last = open.get("/players").await?;
    }
    assert_eq!(last.status, 429, "{last:?}");
    assert_eq!(header(&last, "ratelimit-limit"), Some("5"));
    assert_eq!(header(&last, "ratelimit-remaining"), Some("0"));
    assert!(header(&last, "retry-after").is_some_and(|it| it.parse::<u32>().is_ok()), "{last:?}");
    problem(&last, "too-many-requests")?;
    Ok(())
}
