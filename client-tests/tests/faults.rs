//! What the server rests on fails: NATS, the disk, the ports, the database. Talk goes on where it can; where it cannot, the
//! server says why and gives up, and it never makes things worse.

use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client_tests::cast::PASSWORD;
use client_tests::client::Client;
use client_tests::disk::SmallDisk;
use client_tests::nats::{Listener, Nats};
use client_tests::server::{Ended, Home, Server};
use client_tests::telnet::Profile;
use rusqlite::Connection;

/// How long talk may take while something is broken: nobody waits for it.
const UNDISTURBED: Duration = Duration::from_secs(1);

/// A home whose server reconnects to NATS quickly, so that tests are short.
fn home_with_nats(url: &str) -> Result<Home> {
    Ok(Home::new()?
        .set("nats.enabled", "true")
        .set("nats.url", url)
        .set("nats.reconnect_time_wait", "0.1")
        .set("nats.ping_interval", "0.2"))
}

struct Couple {
    ada: Client,
    bob: Client,
}

impl Couple {
    async fn enter(server: &Server) -> Result<Self> {
        let mut ada = Client::telnet("ada", server.telnet, Profile::Mudlet).await?;
        ada.create("Ada", PASSWORD).await?;
        let mut bob = Client::websocket("bob", server.web).await?;
        bob.create("Bob", PASSWORD).await?;
        Ok(Self { ada, bob })
    }

    async fn enter_again(server: &Server) -> Result<Self> {
        let mut ada = Client::telnet("ada", server.telnet, Profile::Mudlet).await?;
        ada.log_in("Ada", PASSWORD).await?;
        let mut bob = Client::websocket("bob", server.web).await?;
        bob.log_in("Bob", PASSWORD).await?;
        Ok(Self { ada, bob })
    }

    async fn say(&mut self, words: &str) -> Result<()> {
        self.ada.send_line(&format!("say {words}")).await?;
        self.bob.expect_within(&format!("Ada says, \"{words}\""), UNDISTURBED).await.map(|_| ())
    }
}

fn nats_state_is(health: &serde_json::Value, state: &str) -> bool {
    health["bus"]["nats"] == state
}

#[tokio::test]
async fn without_nats_the_server_starts_and_people_talk() -> Result<()> {
    // A port that was free a moment ago and where nobody listens.
    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let home = home_with_nats(&format!("nats://{nobody}"))?;
    let server = home.start().await?;
    Couple::enter(&server).await?.say("all by ourselves").await?;
    server.until_health("that NATS is away", |health| !nats_state_is(health, "connected")).await?;
    assert!(server.stop().await?.success());
    Ok(())
}

#[tokio::test]
async fn what_was_said_while_nats_was_away_is_published_when_it_is_back() -> Result<()> {
    let Some(mut nats) = Nats::start().await? else { return Ok(()) };
    let home = home_with_nats(&nats.url())?;
    let server = home.start().await?;
    server.until_health("connected", |health| nats_state_is(health, "connected")).await?;
    let mut couple = Couple::enter(&server).await?;
    let mut listener = Listener::at(&nats).await?;
    couple.say("before").await?;
    assert_eq!(listener.hear(1).await?, ["before"]);

    nats.kill().await?;
    server.until_health("away", |health| !nats_state_is(health, "connected")).await?;
    couple.say("during one").await?;
    couple.say("during two").await?;

    nats.start_again().await?;
    let mut listener = Listener::at(&nats).await?;
    server.until_health("connected", |health| nats_state_is(health, "connected")).await?;
    couple.say("after").await?;
    let heard = listener.hear(1).await?;
    // The server may be back before the listener is, and then the two are gone; never is one of them alone or late.
    match heard[0].as_str() {
        "during one" => assert_eq!(listener.hear(2).await?, ["during two", "after"]),
        first => assert_eq!(first, "after"),
    }
    Ok(())
}

#[tokio::test]
async fn a_nats_that_hangs_holds_nobody_up() -> Result<()> {
    let Some(nats) = Nats::start().await? else { return Ok(()) };
    let home = home_with_nats(&nats.url())?;
    let server = home.start().await?;
    let mut couple = Couple::enter(&server).await?;
    nats.pause()?;
    for line in 0..200 {
        couple.say(&format!("line {line}")).await?;
    }
    nats.resume()?;
    server.until_health("connected", |health| nats_state_is(health, "connected")).await?;
    couple.say("there you are").await?;
    assert!(server.stop().await?.success());
    Ok(())
}

#[tokio::test]
async fn a_full_disk_under_the_logs_silences_nobody() -> Result<()> {
    let Some(disk) = SmallDisk::mount(256)? else { return Ok(()) };
    let home = Home::new()?.set("logs.dir", disk.path("logs").display());
    let server = home.start().await?;
    let mut couple = Couple::enter(&server).await?;
    disk.fill()?;
    for line in 0..100 {
        couple.say(&format!("line {line}")).await?;
    }
    disk.make_room()?;
    couple.say("written again").await?;
    server.stop().await?;
    let folder = std::fs::read_dir(disk.path("logs/chat"))?;
    let mut chat = String::new();
    for file in folder {
        chat.push_str(&std::fs::read_to_string(file?.path())?);
    }
    ensure!(chat.contains("written again"), "the log goes on when there is room: {chat}");
    for line in chat.lines() {
        serde_json::from_str::<serde_json::Value>(line).with_context(|| line.to_owned())?;
    }
    Ok(())
}

#[tokio::test]
async fn a_full_disk_under_the_database_silences_nobody_and_is_told() -> Result<()> {
    let Some(disk) = SmallDisk::mount(1024)? else { return Ok(()) };
    let home = Home::new()?.set("store.path", disk.path("hearsay.db").display());
    let server = home.start().await?;
    let mut couple = Couple::enter(&server).await?;
    disk.fill()?;
    for line in 0..100 {
        couple.say(&format!("line {line} {}", "x".repeat(300))).await?;
    }
    let health = server.health().await?;
    assert_ne!(health["status"], "ok", "{health}");
    // An account is what people rely on: it is never confirmed without being stored.
    let mut gil = Client::telnet("gil", server.telnet, Profile::Plain).await?;
    gil.answer("Name: ", "Gil").await?;
    gil.answer("(yes/no)", "yes").await?;
    gil.answer("Choose a password: ", PASSWORD).await?;
    gil.answer("Once more: ", PASSWORD).await?;
    gil.expect("Name: ").await?;

    disk.make_room()?;
    couple.say("kept again").await?;
    assert!(server.stop().await?.success());
    let database = Connection::open(disk.path("hearsay.db"))?;
    let intact: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    assert_eq!(intact, "ok");
    Ok(())
}

/// Checks that a server gave up by itself, by an error code and not by a panic, and told why.
fn gave_up_over(end: &Ended, reasons: &[&str]) {
    let Ended { status, output } = end;
    assert!(status.code().is_some_and(|code| code != 0), "{status}: {output}");
    assert!(!output.contains("panicked"), "{output}");
    for reason in reasons {
        assert!(output.contains(reason), "no {reason:?} in: {output}");
    }
}

#[tokio::test]
async fn a_taken_port_is_named() -> Result<()> {
    for key in ["telnet.listen", "http.listen"] {
        let taken = TcpListener::bind("127.0.0.1:0")?;
        let address = taken.local_addr()?;
        let end = Home::new()?.set(key, address).fail_to_start().await?;
        gave_up_over(&end, &[&address.to_string(), "in use"]);
    }
    Ok(())
}

#[tokio::test]
async fn a_mistake_in_the_configuration_is_named() -> Result<()> {
    let home = Home::new()?;
    std::fs::write(home.path("server_config.yaml"), "telnet: { lisen: \"127.0.0.1:0\" }\n")?;
    gave_up_over(&home.fail_to_start().await?, &["server_config.yaml", "lisen"]);
    Ok(())
}

/// A home with the database of a server that has run and stopped.
async fn home_with_database() -> Result<Home> {
    let home = Home::new()?;
    let server = home.start().await?;
    Couple::enter(&server).await?.say("for the record").await?;
    assert!(server.stop().await?.success());
    Ok(home)
}

#[tokio::test]
async fn a_database_in_use_is_left_alone() -> Result<()> {
    let home = home_with_database().await?;
    let server = home.start().await?;
    gave_up_over(&home.fail_to_start().await?, &["hearsay.db"]);
    Couple::enter_again(&server).await?.say("nothing happened").await
}

#[tokio::test]
async fn a_locked_database_is_named() -> Result<()> {
    let home = home_with_database().await?;
    let other = Connection::open(home.path("hearsay.db"))?;
    other.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    other.execute_batch("BEGIN EXCLUSIVE")?;
    gave_up_over(&home.fail_to_start().await?, &["hearsay.db", "locked"]);
    Ok(())
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_as_it_is() -> Result<()> {
    let home = home_with_database().await?;
    let path = home.path("hearsay.db");
    Connection::open(&path)?.pragma_update(None, "user_version", 9_999)?;
    let before = std::fs::read(&path)?;
    gave_up_over(&home.fail_to_start().await?, &["hearsay.db", "newer"]);
    assert!(std::fs::read(&path)? == before, "the file was changed");
    Ok(())
}

#[tokio::test]
async fn a_damaged_database_is_left_as_it_is() -> Result<()> {
    let home = home_with_database().await?;
    let path = home.path("hearsay.db");
    let whole = std::fs::read(&path)?;
    let half = &whole[..whole.len() / 2];
    std::fs::write(&path, half)?;
    gave_up_over(&home.fail_to_start().await?, &["hearsay.db"]);
    assert!(std::fs::read(&path)? == half, "the file was changed");

    std::fs::write(&path, "This is no database, but long enough to be taken for one. ".repeat(99))?;
    gave_up_over(&home.fail_to_start().await?, &["hearsay.db"]);
    Ok(())
}

#[tokio::test]
async fn a_read_only_database_is_named() -> Result<()> {
    let Some(disk) = SmallDisk::mount(4096)? else { return Ok(()) };
    let home = Home::new()?.set("store.path", disk.path("hearsay.db").display());
    let server = home.start().await?;
    assert!(server.stop().await?.success());
    disk.make_read_only()?;
    gave_up_over(&home.fail_to_start().await?, &["hearsay.db", "read"]);
    Ok(())
}
