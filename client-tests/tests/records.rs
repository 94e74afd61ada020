//! What is on record of a game that was played: every line of the logs as their schemas promise, the talk in the database,
//! and how long it stays there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use client_tests::cast::{back_by_telnet, by_telnet, by_websocket, websocket};
use client_tests::client::Client;
use client_tests::files::log_lines;
use client_tests::server::{Home, Server};
use jsonschema::Validator;
use serde_json::{Value, json};

/// Everyone of the play, the owner by telnet.
struct Cast {
    owner: Client,
    ada: Client,
    bob: Client,
    gil: Client,
}

impl Cast {
    async fn enter(server: &Server) -> Result<Self> {
        let mut owner = by_telnet(server, "Warden").await?;
        let code = server.claim_code.as_deref().context("a first start has a code")?;
        owner.types(&format!("claim {code}"), "You are owner now.").await?;
        let ada = by_telnet(server, "Ada").await?;
        let bob = by_websocket(server, "Bob").await?;
        let mut gil = websocket(server, "Gil").await?;
        gil.enter_as_guest("Gil").await?;
        Ok(Self { owner, ada, bob, gil })
    }

    /// Some of everything that is said and done.
    async fn play(&mut self) -> Result<()> {
        let Self { owner, ada, bob, gil } = self;
        ada.types("say to the room", "You say").await?;
        bob.types("global to everyone", "[global] Bob: to everyone").await?;
        gil.types("newbie how do I leave?", "[newbie] Gil").await?;
        bob.types("whisper ada for your ears", "You whisper").await?;
        ada.types("party invite bob", "You invite Bob.").await?;
        bob.types("accept", "Bob joins the party.").await?;
        ada.types("party between us", "[party] Ada").await?;
        ada.types("emote waits", "Ada waits").await?;
        ada.types("smile bob", "You smile").await?;
        ada.types("north", "The Quay").await?;
        ada.types("local anyone near?", "You call out").await?;
        ada.types("shout anyone at all?", "You shout").await?;
        owner.types("system The tide turns.", "[system] The tide turns.").await?;
        owner.types("admin all quiet", "[admin] Warden: all quiet").await?;
        owner.types("hatch", "The Cellar").await?;
        owner.types("say who rang the bell?", "It rang twice").await?;
        self.break_rules().await?;
        self.act_as_staff().await
    }

    async fn break_rules(&mut self) -> Result<()> {
        let Self { ada, bob, gil, .. } = self;
        gil.types("global let me in", "Guests are not heard on global").await?;
        bob.types(&format!("say {}", "x".repeat(501)), "takes at most 500").await?;
        ada.types("shout once more", "You shout").await?;
        ada.types("shout once too often", "Not so fast: 2 lines a minute").await
    }

    async fn act_as_staff(&mut self) -> Result<()> {
        let Self { owner, ada, bob, .. } = self;
        owner.types("rank ada moderator", "Ada is moderator now.").await?;
        ada.expect("You are moderator now.").await?;
        owner.types("goto earth.hill.top.gate", "The Gate").await?;
        owner.types("transfer bob", "Bob is in earth.hill.top.gate now.").await?;
        bob.expect("The Gate").await?;
        owner.types("at pier say from afar", "You say, \"from afar\"").await?;
        owner.types("echo A gull laughs.", "A gull laughs.").await?;
        owner.types("reload", "are as in the files now").await?;
        owner.types("shutdown 500", "The server stops in 500 seconds.").await?;
        owner.types("shutdown off", "The server will not stop after all.").await
    }
}

/// A home after the play: the server has stopped, everything is written.
async fn played() -> Result<Home> {
    let home = Home::new()?
        .set("chat.rate_limiting.enabled", true)
        .set("chat.rate_limiting.shout", 2)
        .set("logs.level", "debug")
        .set(
            "chat.channels",
            "[{name: newbie, about: Questions., scope: everyone, speak: guest, colour: green}]",
        );
    let server = home.start().await?;
    Cast::enter(&server).await?.play().await?;
    ensure!(server.stop().await?.success(), "it stops in order");
    Ok(home)
}

fn schema(log: &str) -> Result<Validator> {
    let path = format!("{}/../docs/schemas/{log}-log.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(&path).context(path)?)?;
    Ok(jsonschema::options().should_validate_formats(true).build(&schema)?)
}

fn said<'a>(lines: &'a [Value], content: &str) -> &'a Value {
    let mut found = lines.iter().filter(|line| line["content"] == content);
    let line = found.next().unwrap_or_else(|| panic!("{content:?} is in no line"));
    assert!(found.next().is_none(), "{content:?} is there once");
    line
}

#[tokio::test]
async fn every_line_of_every_log_keeps_its_promise() -> Result<()> {
    let home = played().await?;
    for log in ["chat", "moderation", "system"] {
        let schema = schema(log)?;
        let lines = log_lines(&home.path("logs").join(log))?;
        assert!(!lines.is_empty(), "{log} has lines");
        for line in &lines {
            let errors: Vec<_> = schema.iter_errors(line).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{log}: {line}: {errors:?}");
        }
        one_file_for_today(&home.path("logs").join(log), log)?;
    }
    Ok(())
}

/// `chat.2026-11-21.jsonl`; two, if the play went over midnight.
fn one_file_for_today(folder: &Path, log: &str) -> Result<()> {
    let files = client_tests::files::below(folder)?;
    assert!((1..=2).contains(&files.len()), "{files:?}");
    for (path, _) in files {
        let name = path.file_name().and_then(|name| name.to_str()).context("a name")?;
        let day =
            name.strip_prefix(&format!("{log}.")).and_then(|rest| rest.strip_suffix(".jsonl"));
        let day = day.with_context(|| format!("{name} names its log and its day"))?;
        chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d")?;
    }
    Ok(())
}

#[tokio::test]
async fn the_chat_log_says_who_said_what_to_how_many() -> Result<()> {
    let home = played().await?;
    let lines = log_lines(&home.path("logs/chat"))?;
    let delivered = [
        // All four share the pier at first.
        ("to the room", "say", 4),
        ("to everyone", "global", 4),
        ("how do I leave?", "newbie", 4),
        ("for your ears", "whisper", 2),
        ("between us", "party", 2),
        ("waits", "emote", 4),
        // Ada is on the quay, the others on the pier: one subzone, one zone.
        ("anyone near?", "local", 4),
        ("anyone at all?", "shout", 4),
        ("The tide turns.", "system", 4),
        ("all quiet", "admin", 1),
        ("It rang twice, and nobody was on the rope.", "say", 1),
    ];
    for (content, channel, count) in delivered {
        let line = said(&lines, content);
        assert_eq!(line["channel"], channel, "{line}");
        assert_eq!(line["delivered"], count, "{line}");
        assert_eq!(line["blocked_by"], Value::Null, "{line}");
        assert!(line["seq"].is_u64() && line["latency_us"].is_u64(), "{line}");
    }
    let whisper = said(&lines, "for your ears");
    assert_eq!((&whisper["sender_name"], &whisper["target_name"]), (&json!("Bob"), &json!("Ada")));
    assert_eq!(whisper["transport"], "websocket");
    assert_eq!(said(&lines, "waits")["transport"], "telnet");
    assert_eq!(said(&lines, "how do I leave?")["account_id"], Value::Null, "a guest");
    assert_eq!(said(&lines, "anyone near?")["room"], "earth.harbour.docks.quay");
    assert_eq!(said(&lines, "anyone near?")["zone"], "earth.harbour");
    assert_ne!(said(&lines, "between us")["party"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn the_chat_log_says_what_was_refused_and_why() -> Result<()> {
    let home = played().await?;
    let lines = log_lines(&home.path("logs/chat"))?;
    let long = "x".repeat(501);
    for (content, rule) in [("let me in", "rank"), (&long, "length"), ("once too often", "rate")] {
        let line = said(&lines, content);
        assert_eq!(line["blocked_by"], rule, "{line}");
        assert_eq!((&line["delivered"], &line["seq"]), (&json!(0), &Value::Null), "{line}");
    }
    Ok(())
}

#[tokio::test]
async fn the_moderation_log_says_what_staff_did() -> Result<()> {
    let home = played().await?;
    let lines = log_lines(&home.path("logs/moderation"))?;
    let acts: Vec<_> = lines.iter().map(|line| line["act"].as_str().unwrap_or_default()).collect();
    for act in ["rank", "goto", "transfer", "at", "echo", "reload", "shutdown"] {
        assert!(acts.contains(&act), "{act} is not among {acts:?}");
    }
    let by_staff = lines.iter().filter(|line| line["act"] != "rank" && line["act"] != "claim");
    for line in by_staff {
        assert_eq!(
            (&line["actor_name"], &line["rank"]),
            (&json!("Warden"), &json!("owner")),
            "{line}"
        );
    }
    let transfer = lines.iter().find(|line| line["act"] == "transfer").context("it is there")?;
    assert_eq!(
        (&transfer["target"], &transfer["detail"]),
        (&json!("Bob"), &json!("earth.hill.top.gate"))
    );
    Ok(())
}

#[tokio::test]
async fn the_database_has_what_was_said_and_nothing_that_was_refused() -> Result<()> {
    let home = played().await?;
    let log = log_lines(&home.path("logs/chat"))?;
    let database = home.database()?;
    let mut rows = database.prepare("SELECT channel, seq, body FROM messages")?;
    let mut kept: Vec<(String, i64, String)> = Vec::new();
    let rows = rows.query_map([], |row| {
        let body: String = row.get(2)?;
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        let content = body["content"].as_str().unwrap_or_default().to_owned();
        Ok((row.get(0)?, row.get(1)?, content))
    })?;
    for row in rows {
        kept.push(row?);
    }
    let mut logged: Vec<(String, i64, String)> = log
        .iter()
        .filter(|line| line["blocked_by"].is_null())
        .map(|line| {
            let text = |field: &str| line[field].as_str().unwrap_or_default().to_owned();
            (text("channel"), line["seq"].as_i64().unwrap_or_default(), text("content"))
        })
        .collect();
    kept.sort();
    logged.sort();
    assert_eq!(kept, logged, "the two records agree");
    Ok(())
}

async fn says(client: &mut Client, lines: &[&str]) -> Result<()> {
    for line in lines {
        client.send_line(&format!("say {line}")).await?;
    }
    client.sync().await
}

/// What `history say` shows, without the times.
async fn history(client: &mut Client) -> Result<Vec<String>> {
    client.sync().await?;
    let before = client.transcript().end();
    client.send_line("history say").await?;
    client.sync().await?;
    let lines = client.transcript().read_since(before);
    Ok(lines
        .filter_map(|line| line.split_once("You say, "))
        .map(|(_, said)| said.to_owned())
        .collect())
}

#[tokio::test]
async fn history_can_be_read_after_a_restart() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    says(&mut ada, &["one", "two"]).await?;
    assert!(server.stop().await?.success());
    let server = home.start().await?;
    let mut ada = back_by_telnet(&server, "Ada").await?;
    assert_eq!(history(&mut ada).await?, ["\"one\"", "\"two\""]);
    says(&mut ada, &["three"]).await?;
    assert_eq!(history(&mut ada).await?, ["\"one\"", "\"two\"", "\"three\""]);
    Ok(())
}

#[tokio::test]
async fn no_more_is_kept_than_the_configuration_says() -> Result<()> {
    let home = Home::new()?.set("chat.message_history.max_messages_per_channel", 2);
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    says(&mut ada, &["one", "two", "three"]).await?;
    assert_eq!(history(&mut ada).await?, ["\"two\"", "\"three\""]);
    assert!(server.stop().await?.success());
    let server = home.start().await?;
    let mut ada = back_by_telnet(&server, "Ada").await?;
    assert_eq!(history(&mut ada).await?, ["\"two\"", "\"three\""]);
    let kept: u32 =
        home.database()?.query_row("SELECT count(*) FROM messages", [], |row| row.get(0))?;
    assert_eq!(kept, 2);
    Ok(())
}

#[tokio::test]
async fn what_is_older_than_the_configuration_says_is_gone() -> Result<()> {
    const MONTH_MS: i64 = 31 * 86_400_000;
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    says(&mut ada, &["old", "new"]).await?;
    assert!(server.stop().await?.success());
    let database = rusqlite::Connection::open(home.path("hearsay.db"))?;
    let aged =
        database.execute("UPDATE messages SET at_ms = at_ms - ?1 WHERE seq = 1", [MONTH_MS])?;
    assert_eq!(aged, 1);
    drop(database);

    let server = home.start().await?;
    let mut ada = back_by_telnet(&server, "Ada").await?;
    assert_eq!(history(&mut ada).await?, ["\"new\""]);
    Ok(())
}
