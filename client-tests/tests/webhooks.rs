//! Webhooks against real receivers: signed, told again until they arrive, given up in sight of admins, and never in anybody's way.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client_tests::cast::{PASSWORD, back_by_telnet, by_telnet};
use client_tests::metrics::Metrics;
use client_tests::receiver::{Answer, Received, Receiver};
use client_tests::rest::{Caller, problem};
use client_tests::server::Home;
use client_tests::staff::Owner;
use client_tests::tools;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

/// What signs in these tests.
const SECRET: &str = "whsec_aGVhcnNheSBoZWFyc2F5IGhlYXJzYXkgaGVhcnNheQ==";

/// A home whose servers tell these receivers, each with more options of its own.
fn home(hooks: &[(&str, &Receiver, &str)]) -> Result<Home> {
    let home = Home::new()?.with_variable("TIDE_SECRET", SECRET);
    let rows = hooks.iter().map(|(name, receiver, more)| {
        format!(
            "  - name: {name}\n    url: http://{}/in\n    secret_env: TIDE_SECRET\n    wait_seconds: 1\n    {more}\n",
            receiver.address
        )
    });
    let rows: String = rows.collect();
    home.rewrite("server_config.yaml", "{}\n", &format!("webhooks:\n{rows}"))?;
    Ok(home)
}

/// Has the library of those who wrote the specification say whether a request is signed.
async fn verify(library: &Path, request: &Received) -> Result<()> {
    const SCRIPT: &str = "import json, sys
from standardwebhooks.webhooks import Webhook
given = json.load(sys.stdin)
Webhook(given['secret']).verify(given['body'], given['headers'])";
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: Result<serde_json::Map<String, Value>> =
        names.iter().map(|name| Ok(((*name).to_owned(), json!(request.header(name)?)))).collect();
    let given = json!({ "secret": SECRET, "body": request.body, "headers": headers? });
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT])
        .env("PYTHONPATH", library)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = python.stdin.take().context("no stdin")?;
    stdin.write_all(given.to_string().as_bytes()).await?;
    drop(stdin);
    let ended = python.wait_with_output().await?;
    ensure!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    Ok(())
}

/// Waits until a hook is as wanted.
async fn until(admin: &Caller, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let hook = admin.get("/webhooks").await?.json()?["webhooks"][0].clone();
        if wanted(&hook) {
            return Ok(hook);
        }
        ensure!(Instant::now() < deadline, "{hook}");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_everybody_hears_is_told_and_signed() -> Result<()> {
    let mut tide = Receiver::new().await?;
    let home = home(&[("tide", &tide, "kinds: [messages, presence, acts]")])?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let came = tide.next_with("\"Ada\"").await?.json()?;
    assert_eq!((&came["type"], &came["data"]["state"]), (&json!("presence"), &json!("came")));
    ada.types("say only for the room", "You say").await?;
    ada.types("whisper warden psst", "You whisper").await?;
    ada.types("global the tide turns", "the tide turns").await?;
    let told = tide.next().await?;
    let body = told.json()?;
    assert_eq!(
        (&body["type"], &body["data"]["content"]),
        (&json!("message"), &json!("the tide turns"))
    );
    assert!(
        body["timestamp"].is_string() && told.head.starts_with("POST /in HTTP/1.1"),
        "{told:?}"
    );
    owner.client().types("mute ada 10m shouting", "is muted").await?;
    let act = tide.next().await?.json()?;
    assert_eq!((&act["type"], &act["data"]["act"]), (&json!("act"), &json!("mute")));
    if let Some(library) = tools::require_python("standardwebhooks") {
        verify(&library, &told).await?;
        let body = told.body.replace("turns", "burns");
        assert!(verify(&library, &Received { body, ..told }).await.is_err());
    }
    server.stop().await?;
    let printed = std::fs::read_dir(home.path("logs/system"))?
        .map(|file| std::fs::read_to_string(file?.path()));
    for log in printed {
        assert!(!log?.contains(&SECRET[6..]), "no secret is in a log");
    }
    Ok(())
}

#[tokio::test]
async fn what_does_not_arrive_is_told_again_by_the_same_name_and_in_order() -> Result<()> {
    let mut tide = Receiver::new().await?;
    let home = home(&[("tide", &tide, "kinds: [messages]")])?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    tide.answers([Answer::Status(500, ""), Answer::Status(307, "Location: /other\r\n")]);
    let started = Instant::now();
    ada.types("global first", "first").await?;
    ada.types("global second", "second").await?;
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(tide.next().await?);
    }
    let names: Vec<&str> = told.iter().map(|it| it.header("webhook-id")).collect::<Result<_>>()?;
    assert!(names[0] == names[1] && names[1] == names[2] && names[2] != names[3], "{names:?}");
    assert!(told[..3].iter().all(|it| it.body.contains("first")), "{told:?}");
    assert!(
        told[3].body.contains("second") && told.iter().all(|it| it.head.starts_with("POST /in "))
    );
    assert!(started.elapsed() >= Duration::from_millis(1400), "it waits, and longer each time");
    tide.answers([Answer::Status(503, "Retry-After: 3\r\n")]);
    ada.types("global third", "third").await?;
    tide.next().await?;
    let asked = Instant::now();
    tide.next().await?;
    assert!(asked.elapsed() >= Duration::from_millis(2900), "{:?}", asked.elapsed());
    Ok(())
}

#[tokio::test]
async fn what_is_given_up_is_seen_by_admins_and_can_be_told_again() -> Result<()> {
    let mut tide = Receiver::new().await?;
    let home = home(&[("tide", &tide, "kinds: [messages]\n    attempts_max: 2")])?;
    let server = home.start().await?;
    let _owner = Owner::claim(&server).await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let admin = Caller::log_in(server.web, "warden", "the warden's own password", None).await?;
    tide.answers([Answer::Status(500, ""), Answer::Status(500, "")]);
    ada.types("global lost", "lost").await?;
    let first = tide.next().await?;
    let hook = until(&admin, |hook| hook["dead"] == 1).await?;
    assert_eq!((&hook["state"], &hook["waiting"]), (&json!("fails"), &json!(0)), "{hook}");
    assert_eq!(hook["last_error"], "it answered 500");
    let dead = admin.get("/webhooks/tide/dead?limit=1").await?.json()?;
    let letter = &dead["letters"][0];
    assert_eq!(letter["id"], first.header("webhook-id")?);
    assert_eq!((&letter["type"], &letter["attempts"]), (&json!("message"), &json!(2)));
    assert!(!dead.to_string().contains("lost\"") && dead["before"].is_null(), "{dead}");
    tide.next().await?;
    let path = format!("/webhooks/tide/dead/{}/retry", first.header("webhook-id")?);
    assert_eq!(admin.post(&path, &json!({})).await?.status, 202);
    assert_eq!(tide.next().await?.body, first.body);
    let hook = until(&admin, |hook| hook["state"] == "works").await?;
    assert_eq!((&hook["dead"], &hook["delivered"]), (&json!(0), &json!(1)), "{hook}");
    problem(&admin.post(&path, &json!({})).await?, "not-found")?;
    problem(&admin.get("/webhooks/other/dead").await?, "not-found")?;
    let player = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    assert_eq!(player.get("/webhooks").await?.status, 403);
    let given_up =
        Metrics::of(&server).await?.sum("hearsay_webhook_given_up_total", "hook", "tide");
    assert!((given_up - 1.0).abs() < f64::EPSILON, "{given_up}");
    Ok(())
}

#[tokio::test]
async fn one_that_never_answers_holds_up_neither_another_nor_the_game() -> Result<()> {
    let (mut slow, mut quick) = (Receiver::new().await?, Receiver::new().await?);
    let options = "kinds: [messages]\n    timeout_seconds: 1";
    let home = home(&[("slow", &slow, options), ("quick", &quick, options)])?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    slow.answers([Answer::Never, Answer::Never]);
    for number in 0..50 {
        ada.types(&format!("global line {number}"), &format!("line {number}")).await?;
    }
    let first = slow.next().await?;
    for number in 0..50 {
        quick.next_with(&format!("line {number}")).await?;
    }
    let again = slow.next().await?;
    assert_eq!(
        again.header("webhook-id")?,
        first.header("webhook-id")?,
        "it was given time, and then told again"
    );
    slow.next_with("line 49").await?;
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_killed_loses_nothing_that_waits() -> Result<()> {
    let tide = Receiver::new().await?;
    let address = tide.address;
    let home = home(&[("tide", &tide, "kinds: [messages]")])?;
    drop(tide);
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    for number in 0..20 {
        ada.types(&format!("global line {number}"), &format!("line {number}")).await?;
    }
    let database = home.database()?;
    let deadline = Instant::now() + Duration::from_secs(10);
    let waiting =
        || database.query_row("SELECT count(*) FROM pushes", [], |row| row.get::<_, i64>(0));
    while waiting()? < 20 {
        ensure!(Instant::now() < deadline, "{:?}", waiting());
        sleep(Duration::from_millis(10)).await;
    }
    server.kill().await?;
    let mut tide = Receiver::on(address).await?;
    let server = home.start().await?;
    for number in 0..20 {
        let told = tide.next().await?.json()?;
        assert_eq!(told["data"]["content"], format!("line {number}"), "in order");
    }
    let mut ada = back_by_telnet(&server, "Ada").await?;
    ada.types("global and on", "and on").await?;
    tide.next_with("and on").await?;
    Ok(())
}

#[tokio::test]
async fn who_is_away_and_wants_it_is_told_of_whispers_and_calls() -> Result<()> {
    let mut push = Receiver::new().await?;
    let home = home(&[("push", &push, "offline: true")])?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let mut gil = by_telnet(&server, "Gil").await?;
    let by_bob = Caller::log_in(server.web, "bob", PASSWORD, None).await?;
    assert_eq!(
        by_bob.get("/push/topic").await?.json()?["topic"],
        Value::Null,
        "off until one asks"
    );
    let begun = by_bob.post("/push/topic", &json!({})).await?;
    assert_eq!(begun.status, 201, "{begun:?}");
    let topic = begun.json()?["topic"].clone();
    let mut dan = by_telnet(&server, "Dan").await?;
    let by_dan = Caller::log_in(server.web, "dan", PASSWORD, None).await?;
    by_dan.post("/push/topic", &json!({})).await?;
    dan.types("quit", "Until next time").await?;
    dan.expect_closed().await?;
    ada.types("global @bob is here, @dan is not", "is here").await?;
    let told = push.next().await?.json()?;
    assert_eq!(
        told["data"]["title"], "Ada calls upon Dan on global",
        "Bob came first, and is here"
    );
    bob.types("ignore gil", "no longer").await?;
    bob.types("quit", "Until next time").await?;
    bob.expect_closed().await?;
    gil.types("whisper bob unwanted", "ignores you").await?;
    gil.types("global @bob unwanted", "unwanted").await?;
    ada.types("whisper nobody hello", "Nobody called nobody").await?;
    ada.types("global @Bob come back", "come back").await?;
    let called = push.next().await?.json()?;
    assert_eq!(called["type"], "offline");
    let told = &called["data"];
    assert_eq!((&told["topic"], &told["body"]), (&topic, &json!("@Bob come back")), "{called}");
    assert_eq!(told["title"], "Ada calls upon Bob on global");
    ada.types("whisper bob the tide turns", "sent after").await?;
    let whispered = push.next().await?.json()?["data"].clone();
    assert_eq!(
        (&whispered["title"], &whispered["body"]),
        (&json!("Ada whispers to Bob"), &json!("the tide turns"))
    );
    assert_eq!(whispered["topic"], topic);
    ada.types("retell and turns again", "sent after").await?;
    assert_eq!(push.next().await?.json()?["data"]["body"], "and turns again");
    let by_ada = Caller::log_in(server.web, "ada", PASSWORD, None).await?;
    let to_bob = json!({ "channel": "whisper", "target": "Bob", "content": "by a program" });
    let sent = by_ada.post("/chat/send", &to_bob).await?;
    assert_eq!((sent.status, &sent.json()?["status"]), (202, &json!("waits")), "{sent:?}");
    assert_eq!(push.next().await?.json()?["data"]["body"], "by a program");
    ada.expect("sent after").await?;
    home.until_stored("by a program").await?;
    let history = by_bob.get("/chat/history/whisper").await?.json()?;
    let lines = history["lines"].as_array().context("no lines")?;
    assert!(
        lines.iter().any(|line| line["content"] == "the tide turns"),
        "and read on coming back: {history}"
    );
    assert_eq!(by_bob.call("DELETE", "/push/topic", &[], None).await?.status, 200);
    ada.types("whisper bob again", "Nobody called bob").await?;
    Ok(())
}

#[tokio::test]
async fn a_hook_that_makes_no_sense_keeps_the_server_from_starting() -> Result<()> {
    for (row, why) in [
        (
            "{name: tide, url: 'http://example.org/', secret_env: TIDE_SECRET, kinds: [messages]}",
            "this machine",
        ),
        ("{name: tide, url: 'https://example.org/', kinds: [messages]}", "secret_file"),
        (
            "{name: tide, url: 'https://example.org/', secret_env: NO_SUCH, kinds: [messages]}",
            "NO_SUCH",
        ),
        (
            "{name: tide, url: 'https://example.org/', secret_env: BAD_SECRET, kinds: [messages]}",
            "whsec_",
        ),
        ("{name: tide, url: 'https://example.org/', secret_env: TIDE_SECRET}", "kinds"),
        (
            "{name: tide, url: 'https://a:b@example.org/', secret_env: TIDE_SECRET, kinds: [acts]}",
            "password",
        ),
    ] {
        let home = Home::new()?
            .with_variable("TIDE_SECRET", SECRET)
            .with_variable("BAD_SECRET", "correct horse");
        home.rewrite("server_config.yaml", "{}\n", &format!("webhooks:\n  - {row}\n"))?;
        let ended = home.fail_to_start().await?;
        assert!(ended.output.contains(why), "{row}: {}", ended.output);
        assert!(!ended.output.contains("correct horse"), "{}", ended.output);
    }
    Ok(())
}
