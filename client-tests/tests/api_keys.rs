//! Requests with an `Idempotency-Key` are done once: whatever becomes of the connection, of the database for a while, and of
//! the others that come with the same key. And a login outlives an answer that was lost.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, back_by_telnet, by_telnet};
use client_tests::http::Response;
use client_tests::metrics::Metrics;
use client_tests::rest::{Caller, PREFIX, header, posted, problem};
use client_tests::server::{Home, Server};
use client_tests::staff::with_moderator_outside;
use futures_util::future::try_join_all;
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;
use uuid::Uuid;

/// How long a request may be under way before something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longer than the server waits before it says that something is under way.
const LOCKED: Duration = Duration::from_secs(7);
/// How long it may take until a request is served that waits for nothing.
const SOON: Duration = Duration::from_secs(2);
/// As many answers as are kept of one account.
const KEPT_MAX: usize = 1_000;

const NOTES: &str = "/moderation/records/Ada/notes";

/// A server that knows Ada, and Mara, who calls by REST as often as she likes. Nobody is in the world.
async fn with_ada(home: &Home) -> Result<(Server, Caller)> {
    let (server, by_mara) = with_moderator_outside(home).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.types("quit", "Until next time").await?;
    ada.expect_closed().await?;
    Ok((server, by_mara))
}

fn home() -> Result<Home> {
    Ok(Home::new()?.set("api.requests_per_minute", 0))
}

fn note(text: &str) -> String {
    json!({ "text": text }).to_string()
}

/// Posts once with a key.
async fn keyed(caller: &Caller, path: &str, key: &str, body: &str) -> Result<Response> {
    caller.call("POST", path, &[("Idempotency-Key", key)], Some(body)).await
}

/// Posts with a key until it is answered what came of it.
async fn until_known(caller: &Caller, path: &str, key: &str, body: &str) -> Result<Response> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = keyed(caller, path, key, body).await?;
        let is_late = answer.status == 409 && problem(&answer, "under-way").is_ok();
        if !is_late && answer.status != 503 {
            return Ok(answer);
        }
        assert_eq!(header(&answer, "retry-after"), Some("1"), "{answer:?}");
        ensure!(Instant::now() < deadline, "{answer:?}");
    }
}

/// Sends a request with a key, and has the connection to itself.
async fn sent(server: &Server, caller: &Caller, key: &str, body: &str) -> Result<TcpStream> {
    let mut socket = TcpStream::connect(server.web).await?;
    let token = caller.token.as_deref().context("no token")?;
    let request = format!(
        "POST {PREFIX}{NOTES} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        server.web,
        body.len()
    );
    socket.write_all(request.as_bytes()).await?;
    Ok(socket)
}

/// What is noted about Ada.
async fn notes(caller: &Caller) -> Result<Vec<String>> {
    let record = client_tests::rest::got(caller, "/moderation/records/Ada").await?;
    let remarks = record["remarks"].as_array().context("no remarks")?;
    let mut texts: Vec<String> =
        remarks.iter().filter_map(|it| it["text"].as_str().map(str::to_owned)).collect();
    texts.sort();
    Ok(texts)
}

/// Keeps everybody else from writing until it is dropped. Nothing waits to be stored by then: else all that is asked of
/// the database would wait behind it.
async fn locked(home: &Home, server: &Server) -> Result<Connection> {
    let is_idle = |metrics: &Metrics| metrics.sum("hearsay_queue_depth", "queue", "store") == 0.0;
    Metrics::until(server, "that all is stored", is_idle).await?;
    let database = Connection::open(home.path("hearsay.db"))?;
    database.busy_timeout(Duration::from_secs(5))?;
    database.execute_batch("BEGIN EXCLUSIVE")?;
    Ok(database)
}

/// Whether a request with a key is being served soon.
async fn is_under_way(server: &Server) -> Result<bool> {
    let deadline = Instant::now() + SOON;
    while Instant::now() < deadline {
        if Metrics::of(server).await?.alone("hearsay_api_keyed_requests")? > 0.0 {
            return Ok(true);
        }
        sleep(Duration::from_millis(5)).await;
    }
    Ok(false)
}

#[tokio::test]
async fn whenever_the_connection_is_closed_it_is_done_once() -> Result<()> {
    let home = home()?;
    let (server, by_mara) = with_ada(&home).await?;
    let (mut wanted, mut replayed) = (Vec::new(), 0);
    for half_milliseconds in 0..40 {
        let (key, text) = (Uuid::now_v7().to_string(), format!("note {half_milliseconds:02}"));
        let socket = sent(&server, &by_mara, &key, &note(&text)).await?;
        // What is tried is to leave at this moment.
        sleep(Duration::from_micros(500) * half_milliseconds).await;
        drop(socket);
        let again = until_known(&by_mara, NOTES, &key, &note(&text)).await?;
        assert_eq!(again.status, 201, "{again:?}");
        replayed += usize::from(header(&again, "idempotent-replayed").is_some());
        wanted.push(text);
    }
    assert!(replayed > 0, "the first of some was served");
    assert_eq!(notes(&by_mara).await?, wanted);
    Ok(())
}

#[tokio::test]
async fn what_was_begun_is_done_once_though_nobody_waits_for_it() -> Result<()> {
    let home = home()?;
    let (server, by_mara) = with_ada(&home).await?;
    for number in 0..10 {
        let (key, text) = (format!("left {number}"), format!("left alone {number}"));
        let lock = locked(&home, &server).await?;
        let socket = sent(&server, &by_mara, &key, &note(&text)).await?;
        let has_begun = is_under_way(&server).await?;
        drop(socket);
        drop(lock);
        if !has_begun {
            // It stood behind something else that the server wanted to store.
            continue;
        }
        let again = until_known(&by_mara, NOTES, &key, &note(&text)).await?;
        assert_eq!((again.status, header(&again, "idempotent-replayed")), (201, Some("true")));
        let noted = notes(&by_mara).await?;
        assert_eq!(noted.iter().filter(|other| **other == text).count(), 1, "{noted:?}");
        return Ok(());
    }
    anyhow::bail!("nothing was ever under way");
}

#[tokio::test]
async fn what_takes_longer_than_anybody_waits_is_done_once() -> Result<()> {
    let home = home()?;
    let (server, by_mara) = with_ada(&home).await?;
    let mut wanted = Vec::new();
    for number in 0..4 {
        let texts = ["a", "b", "c"].map(|letter| format!("slowly {number}{letter}"));
        let lock = locked(&home, &server).await?;
        let unlocked = async {
            sleep(LOCKED).await;
            drop(lock);
            Ok(())
        };
        // The database gives one up after five seconds, and only then comes to the others.
        let bodies = texts.each_ref().map(|text| note(text));
        let tried = texts.iter().zip(&bodies).map(|(key, body)| keyed(&by_mara, NOTES, key, body));
        let (answers, ()) = tokio::try_join!(try_join_all(tried), unlocked)?;
        for (key, body) in texts.iter().zip(&bodies) {
            let again = until_known(&by_mara, NOTES, key, body).await?;
            assert_eq!(again.status, 201, "{again:?}");
            let third = keyed(&by_mara, NOTES, key, body).await?;
            assert_eq!((third.status, third.body), (201, again.body));
        }
        wanted.extend(texts);
        assert_eq!(notes(&by_mara).await?, wanted);
        let is_under_way = |answer: &Response| problem(answer, "under-way").is_ok();
        if answers.iter().any(is_under_way) {
            return Ok(());
        }
    }
    anyhow::bail!("nobody was told that it is under way");
}

#[tokio::test]
async fn those_who_come_at_once_with_one_key_are_answered_alike() -> Result<()> {
    let home = home()?;
    let (_server, by_mara) = with_ada(&home).await?;
    let body = note("together");
    let all = (0..8).map(|_| keyed(&by_mara, NOTES, "one", &body));
    let answers = try_join_all(all).await?;
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (201, &answers[0].body), "{answer:?}");
    }
    let again = |answer: &&Response| header(answer, "idempotent-replayed") == Some("true");
    assert_eq!(answers.iter().filter(again).count(), 7);
    assert_eq!(notes(&by_mara).await?, ["together"]);
    Ok(())
}

#[tokio::test]
async fn a_key_is_for_one_request_and_its_answer_stays() -> Result<()> {
    let home = home()?;
    let (server, by_mara) = with_ada(&home).await?;
    let ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let said = json!({ "channel": "say", "content": "hello" }).to_string();
    let refused = keyed(&ada, "/chat/send", "k", &said).await?;
    problem(&refused, "not-in-the-world")?;
    let mut client = back_by_telnet(&server, "Ada").await?;
    let again = keyed(&ada, "/chat/send", "k", &said).await?;
    assert_eq!(again.body, refused.body, "an answer is an answer");
    assert_eq!(keyed(&ada, "/chat/send", "other", &said).await?.status, 201);
    client.expect("hello").await?;
    let other = json!({ "channel": "say", "content": "bye" }).to_string();
    problem(&keyed(&ada, "/chat/send", "other", &other).await?, "key-used")?;
    problem(&keyed(&ada, "/chat/ignores", "other", &said).await?, "key-used")?;
    let later = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let later = keyed(&later, "/chat/send", "other", &said).await?;
    assert_eq!(header(&later, "idempotent-replayed"), Some("true"), "whichever token: {later:?}");
    let note = keyed(&by_mara, NOTES, "other", &note("of Mara")).await?;
    assert_eq!(note.status, 201, "another account has keys of its own: {note:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_kept_is_bounded_and_nobody_pushes_out_others() -> Result<()> {
    let home = home()?;
    let (server, by_mara) = with_ada(&home).await?;
    let ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    assert_eq!(keyed(&by_mara, NOTES, "hers", &note("hers")).await?.status, 201);
    let bytes = async || Metrics::of(&server).await?.alone("hearsay_api_kept_answers_bytes");
    let before = bytes().await?;
    let text = json!({ "text": "what is this? ".repeat(200) }).to_string();
    for _ in 0..2 {
        let tried = keyed(&by_mara, "/moderation/filter/test", "read", &text).await?;
        assert_eq!((tried.status, header(&tried, "idempotent-replayed")), (200, None));
    }
    assert!((bytes().await? - before).abs() < 1.0, "what is only read is not kept");
    let _ada = back_by_telnet(&server, "Ada").await?;
    let body = json!({ "player": "x".repeat(70) }).to_string();
    let post =
        async |number: usize| keyed(&ada, "/chat/ignores", &format!("{number:0>200}"), &body).await;
    for number in 0..KEPT_MAX + 50 {
        ensure!(post(number).await?.status >= 400, "nobody is called so");
    }
    assert!(bytes().await? < 1024.0 * 1024.0 + before, "{}", bytes().await?);
    let replayed = |answer: &Response| header(answer, "idempotent-replayed").is_some();
    assert!(replayed(&post(KEPT_MAX + 49).await?));
    assert!(!replayed(&post(0).await?), "the oldest of her own went");
    let hers = keyed(&by_mara, NOTES, "hers", &note("hers")).await?;
    assert!(replayed(&hers), "and nobody else's: {hers:?}");
    Ok(())
}

#[tokio::test]
async fn a_login_outlives_a_lost_answer_and_no_stolen_word() -> Result<()> {
    let home = home()?;
    let server = home.start().await?;
    by_telnet(&server, "Ada").await?;
    let open = Caller::without_token(server.web);
    let login = json!({ "name": "ada", "password": PASSWORD });
    let first = posted(&open, "/auth/login", login, 200).await?;
    let renewed = async |tokens: &Value| {
        open.post("/auth/refresh", &json!({ "refresh_token": tokens["refresh_token"] })).await
    };
    // All of these answers but the last are lost.
    let all = try_join_all((0..4).map(|_| renewed(&first))).await?;
    let second = all[3].json()?;
    for answer in &all {
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()?["refresh_token"], second["refresh_token"]);
    }
    let third = renewed(&second).await?.json()?;
    let fourth = renewed(&third).await?.json()?;
    let token = fourth["access_token"].as_str().context("no token")?;
    let rest = Caller::with(server.web, token);
    assert_eq!(rest.get("/auth/token").await?.status, 200);
    // Somebody shows what was used long ago.
    assert_eq!(renewed(&first).await?.status, 401);
    assert_eq!(rest.get("/auth/token").await?.status, 401, "nobody goes on with it");
    assert_eq!(renewed(&fourth).await?.status, 401);
    Ok(())
}
