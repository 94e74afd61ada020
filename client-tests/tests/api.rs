//! The REST API: what is said by it is heard by real clients, and what may not be said or read is not.

use anyhow::{Context, Result};
use client_tests::cast::{PASSWORD, by_telnet, by_websocket};
use client_tests::rest::{Caller, contents, header, problem};
use client_tests::server::Home;
use client_tests::staff::with_moderator;
use serde_json::{Value, json};

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
    assert!(contents(&by_bob.get("/chat/history/global").await?)?.is_empty(), "he ignores her");
    bob.types("unignore ada", "Ada").await?;
    assert_eq!(contents(&by_bob.get("/chat/history/global").await?)?, ["to everyone"]);
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
    // HEAD is answered as GET is, without the body (RFC 9110, section 9.3.2).
    let head = rest.call("HEAD", path, &[], None).await?;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for name in ["etag", "content-type", "content-length"] {
        assert_eq!(header(&head, name), header(&newest, name), "{name}");
    }
    let known = rest.call("HEAD", path, &[("If-None-Match", &tag)], None).await?;
    assert_eq!((known.status, header(&known, "etag")), (304, Some(&*tag)));
    for wrong in ["?limit=0", "?limit=201", "?limit=x", "?before=x", "?colour=red"] {
        let answer = rest.get(&format!("/chat/history/global{wrong}")).await?;
        assert_eq!(answer.status, 400, "{wrong}");
        problem(&answer, "bad-request")?;
    }
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
async fn a_service_puts_lines_on_a_channel_under_its_own_name() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    let made =
        home.run(&["token", "create", "--name", "Tidewatch", "--scope", "log:write"]).await?;
    let service = Caller::with(server.web, made.output.trim());
    let at = (chrono::Utc::now() - chrono::TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M:%S.000Z");
    let line = json!({ "channel": "global", "content": "The tide turns.", "at": at.to_string() });
    let said = service.post("/log", &line).await?;
    assert_eq!(said.status, 201, "{said:?}");
    ada.expect("Tidewatch: The tide turns.").await?;
    let heard = bob.expect_frame("message").await?;
    assert_eq!(heard["sender"]["kind"], "external", "{heard}");
    assert_eq!((&heard["at"], &heard["id"]), (&json!(at.to_string()), &said.json()?["id"]));
    for (wrong, status) in [
        (json!({ "channel": "say", "content": "here" }), 422),
        (json!({ "channel": "nowhere", "content": "here" }), 404),
        (json!({ "channel": "global", "content": "" }), 422),
        (json!({ "channel": "global", "content": "old", "at": "2020-01-01T00:00:00Z" }), 400),
        (json!({ "channel": "global", "content": "x", "as": "Ada" }), 400),
    ] {
        assert_eq!(service.post("/log", &wrong).await?.status, status, "{wrong}");
    }
    let player = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    assert_eq!(player.post("/log", &line).await?.status, 403);
    Ok(())
}
