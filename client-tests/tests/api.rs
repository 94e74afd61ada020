//! The REST API: what is said by it is heard by real clients, what may not be said or read is not, and tokens are good
//! for what they say and no longer.

use anyhow::{Context, Result};
use client_tests::cast::{PASSWORD, by_telnet, by_websocket};
use client_tests::files;
use client_tests::http::Response;
use client_tests::rest::{Caller, header};
use client_tests::server::Home;
use client_tests::staff::with_moderator;
use serde_json::{Value, json};

/// Every scope that an account can have.
const SCOPES: [&str; 6] =
    ["chat:read", "chat:write", "world:read", "moderation:read", "moderation:write", "account"];

fn problem(answer: &Response, word: &str) -> Result<String> {
    assert_eq!(header(answer, "content-type"), Some("application/problem+json"), "{answer:?}");
    let problem = answer.json()?;
    assert_eq!(problem["type"], format!("urn:hearsay:problem:{word}"), "{problem}");
    assert_eq!(problem["status"], answer.status, "{problem}");
    Ok(problem["detail"].as_str().context("no detail")?.to_owned())
}

fn contents(answer: &Response) -> Result<Vec<String>> {
    let lines = answer.json()?["lines"].as_array().context("no lines")?.clone();
    Ok(lines.iter().filter_map(|line| line["content"].as_str().map(str::to_owned)).collect())
}

#[tokio::test]
async fn what_is_said_by_rest_is_heard_by_those_who_are_there() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let rest = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let said = rest.post("/chat/send", &json!({ "channel": "say", "content": "By post." })).await?;
    assert_eq!(said.status, 201, "{said:?}");
    let line = &said.json()?["line"];
    assert_eq!((&line["content"], &line["sender"]["name"]), (&json!("By post."), &json!("Ada")));
    ada.expect("You say, \"By post.\"").await?;
    let heard = bob.expect_frame("message").await?;
    assert_eq!((&heard["content"], &heard["id"]), (&json!("By post."), &line["id"]));
    let whisper = json!({ "channel": "whisper", "target": "bob", "content": "psst" });
    assert_eq!(rest.post("/chat/send", &whisper).await?.status, 201);
    bob.expect("Ada whispers to you, \"psst\"").await?;
    Ok(())
}

#[tokio::test]
async fn who_may_not_speak_may_not_by_rest_either() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let rest = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let words = |content: &str| json!({ "channel": "say", "content": content });
    mara.types("mute ada 10m shouting", "is muted").await?;
    ada.expect("shouting").await?;
    let muted = rest.post("/chat/send", &words("can you hear me")).await?;
    assert_eq!(muted.status, 422, "{muted:?}");
    assert!(problem(&muted, "refused")?.contains("shouting"), "{muted:?}");
    assert_eq!(muted.json()?["rule"], "mute");
    bob.expect_not("can you hear me").await?;
    mara.types("unmute ada", "Ada").await?;
    let empty = rest.post("/chat/send", &words("")).await?;
    assert_eq!(empty.status, 422);
    let unheard = json!({ "channel": "admin", "content": "x" });
    problem(&rest.post("/chat/send", &unheard).await?, "not-found")?;
    ada.types("quit", "Until next time").await?;
    ada.expect_closed().await?;
    let gone = rest.post("/chat/send", &words("from afar")).await?;
    assert_eq!(gone.status, 409);
    problem(&gone, "not-in-the-world")?;
    mara.types("ban ada 1d enough", "is banned").await?;
    let banned = rest.get("/players").await?;
    assert_eq!(banned.status, 403);
    assert!(problem(&banned, "forbidden")?.contains("enough"), "{banned:?}");
    let again = json!({ "name": "ada", "password": PASSWORD });
    let again = Caller::without_token(server.web).post("/auth/login", &again).await?;
    assert!(problem(&again, "not-let-in")?.contains("enough"), "{again:?}");
    Ok(())
}

#[tokio::test]
async fn a_request_that_is_sent_twice_is_done_once() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let _ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let rest = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let body = json!({ "channel": "say", "content": "once" }).to_string();
    let key = [("Idempotency-Key", "7")];
    let first = rest.call("POST", "/chat/send", &key, Some(&body)).await?;
    let second = rest.call("POST", "/chat/send", &key, Some(&body)).await?;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.body, second.body);
    assert_eq!(header(&second, "idempotent-replayed"), Some("true"));
    let other = json!({ "channel": "say", "content": "twice" }).to_string();
    let clash = rest.call("POST", "/chat/send", &key, Some(&other)).await?;
    assert_eq!(clash.status, 409);
    problem(&clash, "key-used")?;
    rest.post("/chat/send", &json!({ "channel": "say", "content": "the end" })).await?;
    bob.expect("the end").await?;
    let heard = bob.transcript().to_string();
    assert_eq!(heard.matches("Ada says, \"once").count(), 1, "{heard}");
    Ok(())
}

#[tokio::test]
async fn one_reads_what_one_could_have_heard_and_nothing_else() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    ada.types("say before you came", "You say").await?;
    ada.types("global to everyone", "to everyone").await?;
    ada.types("whisper mara not for bob", "You whisper").await?;
    bob.expect("to everyone").await?;
    ada.types("north", "").await?;
    ada.types("say where nobody is", "You say").await?;
    home.until_stored("where nobody is").await?;
    let [by_ada, by_bob] = [
        Caller::log_in(server.web, "ada", PASSWORD, None).await?,
        Caller::log_in(server.web, "bob", PASSWORD, None).await?,
    ];
    let said = "/chat/history/say";
    assert_eq!(contents(&by_ada.get(said).await?)?, ["before you came", "where nobody is"]);
    assert_eq!(contents(&by_bob.get(said).await?)?, ["before you came"]);
    assert_eq!(contents(&by_ada.get("/chat/history/whisper").await?)?, ["not for bob"]);
    assert!(contents(&by_bob.get("/chat/history/whisper").await?)?.is_empty());
    let found = by_bob.get("/chat/search?channel=global&q=TO%20EVERY").await?;
    assert_eq!(contents(&found)?, ["to everyone"]);
    assert!(contents(&by_bob.get("/chat/search?channel=say&q=nobody").await?)?.is_empty());
    problem(&by_bob.get("/chat/history/admin").await?, "not-found")?;
    bob.types("ignore ada", "no longer").await?;
    bob.types("save", "").await?;
    let line = by_ada.get("/chat/history/global").await?.json()?["lines"][0]["id"].clone();
    let line = line.as_str().context("no id")?.to_owned();
    mara.types(&format!("redact {line} spam"), "").await?;
    client_tests::staff::until_logged(&home, |it| it["act"] == "redact").await?;
    assert!(contents(&by_ada.get("/chat/history/global").await?)?.is_empty());
    Ok(())
}

#[tokio::test]
async fn history_is_read_a_page_at_a_time_and_named_by_its_content() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    for number in 1..=7 {
        ada.types(&format!("global line {number}"), &format!("line {number}")).await?;
    }
    home.until_stored("line 7").await?;
    let rest = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let path = "/chat/history/global?limit=3";
    let (mut back, mut before) = (Vec::new(), String::new());
    loop {
        let page = rest.get(&format!("{path}{before}")).await?;
        back.splice(0..0, contents(&page)?);
        match page.json()?["before"].as_str() {
            Some(cursor) => before = format!("&before={cursor}"),
            None => break,
        }
    }
    let all: Vec<String> = (1..=7).map(|number| format!("line {number}")).collect();
    assert_eq!(back, all);
    let newest = rest.get(path).await?;
    let after = newest.json()?["after"].as_str().context("no cursor")?.to_owned();
    assert!(contents(&rest.get(&format!("{path}&after={after}")).await?)?.is_empty());
    ada.types("global line 8", "line 8").await?;
    home.until_stored("line 8").await?;
    assert_eq!(contents(&rest.get(&format!("{path}&after={after}")).await?)?, ["line 8"]);
    let newest = rest.get(path).await?;
    let tag = header(&newest, "etag").context("no ETag")?.to_owned();
    let known = rest.call("GET", path, &[("If-None-Match", &tag)], None).await?;
    assert_eq!((known.status, known.body.as_str()), (304, ""));
    for wrong in ["?limit=0", "?limit=201", "?limit=x", "?before=x", "?colour=red"] {
        let answer = rest.get(&format!("/chat/history/global{wrong}")).await?;
        assert_eq!(answer.status, 400, "{wrong}");
        problem(&answer, "bad-request")?;
    }
    Ok(())
}

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
    // Two have the grant when a word is shown again, and nobody knows which of them is right.
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
async fn every_route_takes_what_its_description_says() -> Result<()> {
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let open = Caller::without_token(server.web);
    let document = open.get("/openapi.json").await?.json()?;
    let mut checked = 0;
    for (path, item) in document["paths"].as_object().context("no paths")? {
        for (method, operation) in item.as_object().context("no methods")? {
            let Some(scope) = operation["security"][0]["bearer"][0].as_str() else { continue };
            if path == "/events" {
                // Where it may be listened to, the answer does not end; `who_listens_...` does so.
                continue;
            }
            let (method, path) = (method.to_uppercase(), path.replace("{channel}", "say"));
            let body = (method == "POST").then_some("{}");
            let call = async |caller: &Caller| caller.call(&method, &path, &[], body).await;
            assert_eq!(call(&open).await?.status, 401, "{method} {path} without a token");
            let wrong = Caller::with(server.web, "eyJhbGciOiJub25lIn0.e30.");
            assert_eq!(call(&wrong).await?.status, 401, "{method} {path} with a token of no key");
            let others = SCOPES.into_iter().filter(|other| *other != scope);
            let others: Vec<&str> = others.collect();
            let lacks =
                Caller::log_in(server.web, "mara", PASSWORD, Some(&others.join(" "))).await?;
            let lacking = call(&lacks).await?;
            assert_eq!(lacking.status, 403, "{method} {path} without {scope}");
            assert!(problem(&lacking, "forbidden")?.contains(scope));
            let has = Caller::log_in(server.web, "mara", PASSWORD, Some(scope)).await?;
            let answered = call(&has).await?.status;
            assert!(
                ![401, 403, 405].contains(&answered) && answered < 500,
                "{method} {path}: {answered}"
            );
            checked += 1;
        }
    }
    assert!(checked >= 15, "only {checked} routes take a token");
    Ok(())
}

#[tokio::test]
async fn staff_moderate_by_rest_as_they_do_by_typing() -> Result<()> {
    let home = Home::new()?;
    let (server, mara) = with_moderator(&home).await?;
    drop(mara);
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let by_mara = Caller::log_in(server.web, "mara", PASSWORD, None).await?;
    let wanted = json!({ "player": "ada", "channels": ["say"], "seconds": 600, "reason": "loud" });
    let muted = by_mara.post("/chat/mute/player", &wanted).await?;
    assert_eq!(muted.status, 201, "{muted:?}");
    let muted = muted.json()?;
    assert_eq!((&muted["kind"], &muted["subject"]), (&json!("mute"), &json!("Ada")));
    assert_eq!((&muted["channels"], &muted["issuer"]), (&json!(["say"]), &json!("Mara")));
    ada.expect("loud").await?;
    ada.types("say hello?", "muted").await?;
    bob.expect_not("hello?").await?;
    let listed = by_mara.get("/moderation/restrictions").await?.json()?;
    assert_eq!(listed["restrictions"][0]["id"], muted["id"], "{listed}");
    assert!(listed["restrictions"][0]["seconds_left"].as_u64() <= Some(600), "{listed}");
    let by_ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let status = by_ada.get("/chat/rate-limit/status").await?.json()?;
    let say = status["channels"].as_array().context("no channels")?;
    let say = say.iter().find(|it| it["channel"] == "say").context("no say")?;
    assert_eq!(say["closed_by"], "mute", "{status}");
    let lifted = by_mara.call("DELETE", "/chat/mute/player?player=ada&reason=sorry", &[], None);
    let lifted = lifted.await?;
    assert_eq!((lifted.status, &lifted.json()?["lifted"][0]["id"]), (200, &muted["id"]));
    ada.expect("you are no longer muted").await?;
    ada.types("say hello again", "You say").await?;
    bob.expect("hello again").await?;
    let locked = json!({ "channel": "global", "reason": "raid" });
    assert_eq!(by_mara.post("/chat/mute/channel", &locked).await?.status, 201);
    bob.expect("raid").await?;
    ada.types("global anyone?", "global").await?;
    bob.expect_not("anyone?").await?;
    let opened = by_mara.call("DELETE", "/chat/mute/channel?channel=global", &[], None).await?;
    assert_eq!(opened.status, 200, "{opened:?}");
    ada.types("global and now?", "and now?").await?;
    bob.expect("and now?").await?;
    let issued = |it: &Value| it["act"] == "mute" && it["actor_name"] == "Mara";
    client_tests::staff::until_logged(&home, issued).await?;
    Ok(())
}

#[tokio::test]
async fn what_is_for_moderators_is_for_nobody_below() -> Result<()> {
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let _ada = by_telnet(&server, "Ada").await?;
    let by_ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let document = by_ada.get("/openapi.json").await?.json()?;
    let mut checked = 0;
    for (path, item) in document["paths"].as_object().context("no paths")? {
        for (method, operation) in item.as_object().context("no methods")? {
            if operation["x-rank"] != "moderator" {
                continue;
            }
            let method = method.to_uppercase();
            let body = (method == "POST").then_some("{}");
            let refused = by_ada.call(&method, path, &[], body).await?;
            assert_eq!(refused.status, 403, "{method} {path}: {refused:?}");
            assert!(problem(&refused, "forbidden")?.contains("moderator"));
            checked += 1;
        }
    }
    assert_eq!(checked, 5);
    let by_mara = Caller::log_in(server.web, "mara", PASSWORD, None).await?;
    let owner = json!({ "player": "warden", "reason": "a coup" });
    let refused = by_mara.post("/chat/mute/player", &owner).await?;
    assert_eq!(refused.status, 422, "{refused:?}");
    problem(&refused, "not-done")?;
    for wrong in [json!({ "player": "ada" }), json!({ "player": "ada", "reason": "" })] {
        let refused = by_mara.post("/chat/mute/player", &wrong).await?;
        assert_eq!(refused.status, 400, "{refused:?}");
    }
    Ok(())
}

#[tokio::test]
async fn where_somebody_stands_is_for_staff() -> Result<()> {
    let home = Home::new()?;
    let (server, _mara) = with_moderator(&home).await?;
    let _ada = by_telnet(&server, "Ada").await?;
    let [by_ada, by_mara] = [
        Caller::log_in(server.web, "ada", PASSWORD, None).await?,
        Caller::log_in(server.web, "mara", PASSWORD, None).await?,
    ];
    let players = by_ada.get("/players").await?.json()?;
    assert_eq!(players["players"][0]["name"], "Ada");
    assert!(players["players"][0].get("room").is_none(), "{players}");
    let room = by_mara.get("/players").await?.json()?["players"][0]["room"].clone();
    let room = room.as_str().context("no room")?;
    let path = format!("/world/rooms/{room}");
    assert_eq!(by_mara.get(&path).await?.json()?["players"], json!(["Ada", "Mara"]));
    assert!(by_ada.get(&path).await?.json()?.get("players").is_none());
    let zone: Vec<&str> = room.split('.').take(2).collect();
    let map = by_ada.get(&format!("/world/map?zone={}", zone.join("."))).await?.json()?;
    let rooms = map["rooms"].as_array().context("no rooms")?;
    assert!(rooms.iter().any(|it| it["id"] == room), "{map}");
    problem(&by_ada.get("/world/rooms/../../../etc/passwd").await?, "not-found")?;
    problem(&by_ada.get("/world/map?zone=no.where").await?, "not-found")?;
    Ok(())
}

#[tokio::test]
async fn who_listens_gets_every_line_once_and_what_was_missed() -> Result<()> {
    let home = Home::new()?;
    let (server, mut mara) = with_moderator(&home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let _bob = by_telnet(&server, "Bob").await?;
    let by_bob = Caller::log_in(server.web, "bob", PASSWORD, None).await?;
    let mut stream = by_bob.listen("/events", None).await?;
    ada.types("whisper mara not for bob", "You whisper").await?;
    ada.types("say one", "You say").await?;
    let one = stream.next().await?;
    assert_eq!((one.kind.as_str(), &one.json()?["content"]), ("message", &json!("one")));
    assert_eq!(one.json()?["id"], one.id);
    drop(stream);
    ada.types("say two", "You say").await?;
    ada.types("global three", "three").await?;
    let mut stream = by_bob.listen("/events", Some(&one.id)).await?;
    ada.types("say four", "You say").await?;
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.push(stream.next().await?);
    }
    let words: Vec<Value> =
        heard.iter().map(|it| Ok(it.json()?["content"].clone())).collect::<Result<_>>()?;
    assert_eq!(words, ["two", "three", "four"]);
    mara.types(&format!("redact {} rude", heard[0].id), "").await?;
    let redacted = stream.next().await?;
    assert_eq!(
        (redacted.kind.as_str(), &redacted.json()?["id"]),
        ("redacted", &json!(heard[0].id))
    );
    let mut only = by_bob.listen("/events?channels=global", None).await?;
    ada.types("say five", "You say").await?;
    ada.types("global six", "six").await?;
    assert_eq!(only.next().await?.json()?["content"], "six");
    problem(&by_bob.get("/events?channels=admin").await?, "not-found")?;
    let unknown = "01a2008c-17f3-7645-9bb1-13034b06253a";
    let mut stream = by_bob.listen("/events", Some(unknown)).await?;
    assert_eq!(stream.next().await?.kind, "gap", "nobody knows what came after that");
    by_bob.call("POST", "/auth/logout", &[], None).await?;
    stream.ended().await?;
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
