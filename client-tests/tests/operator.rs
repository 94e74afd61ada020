//! Whoever runs the server: the command line, the configuration, signals, what staff can do in play, and HTTP.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client_tests::cast::{back_by_telnet, by_telnet, by_websocket};
use client_tests::client::Client;
use client_tests::http;
use client_tests::process;
use client_tests::server::{Home, Server};
use client_tests::staff::Owner;
use rustix::process::Signal;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

async fn types(client: &mut Client, line: &str, answer: &str) -> Result<()> {
    client.send_line(line).await?;
    client.expect(answer).await.map(|_| ())
}

/// A home with a copy of the world of the tests that a test may change.
fn home_with_world_of_its_own() -> Result<Home> {
    let home = Home::new()?;
    let world = home.path("world");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("world"), &world)?;
    Ok(home.set("world.path", world.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Changes a file of the world, which must hold what is to be changed.
fn rewrite(home: &Home, file: &str, from: &str, to: &str) -> Result<()> {
    let path = home.path("world").join(file);
    let text = fs::read_to_string(&path)?;
    ensure!(text.contains(from), "{from:?} is not in {file}");
    fs::write(path, text.replacen(from, to, 1))?;
    Ok(())
}

#[tokio::test]
async fn the_command_line_explains_itself() -> Result<()> {
    let home = Home::new()?;
    let version = home.run(&["version"]).await?;
    assert!(version.status.success());
    assert!(version.output.starts_with("hearsay 0."), "{}", version.output);
    let help = home.run(&["--help"]).await?;
    assert!(help.status.success());
    for word in ["serve", "check", "version", "--config"] {
        assert!(help.output.contains(word), "no {word:?} in {}", help.output);
    }
    let wrong = home.run(&["serv"]).await?;
    assert_eq!(wrong.status.code(), Some(2), "{}", wrong.output);
    Ok(())
}

#[tokio::test]
async fn check_finds_nothing_wrong_with_what_is_right() -> Result<()> {
    let checked = Home::new()?.run(&["check"]).await?;
    assert_eq!(checked.status.code(), Some(0), "{}", checked.output);
    assert!(checked.output.contains("2 planes, 3 zones"), "{}", checked.output);
    assert!(checked.output.contains("no problems"), "{}", checked.output);
    Ok(())
}

#[tokio::test]
async fn check_tells_every_mistake_with_its_place() -> Result<()> {
    let home = home_with_world_of_its_own()?;
    rewrite(&home, "earth/harbour.yaml", "north: quay", "north: nowhere")?;
    rewrite(&home, "earth/hill.yaml", "text: A gate without a wall.", "text: \"\"")?;
    let checked = home.run(&["check"]).await?;
    assert_eq!(checked.status.code(), Some(1), "{}", checked.output);
    for place in
        ["harbour.yaml:18:18: error: room pier", "nowhere", "hill.yaml:12:15: error: room gate"]
    {
        assert!(checked.output.contains(place), "no {place:?} in {}", checked.output);
    }
    let ended = home.fail_to_start().await?;
    assert_eq!(ended.status.code(), Some(1), "{}", ended.output);
    assert!(ended.output.contains("harbour.yaml:18:18"), "{}", ended.output);
    Ok(())
}

#[tokio::test]
async fn check_looks_at_the_configuration_too() -> Result<()> {
    let home = Home::new()?;
    fs::write(home.path("server_config.yaml"), "store:\n  group_ms: 0\nlogs:\n  node: ''\n")?;
    let checked = home.run(&["check"]).await?;
    assert_eq!(checked.status.code(), Some(1), "{}", checked.output);
    for place in ["server_config.yaml:2:13: store.group_ms", "server_config.yaml:4:9: logs.node"] {
        assert!(checked.output.contains(place), "no {place:?} in {}", checked.output);
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_configuration_is_exit_code_2_and_one_clear_error() -> Result<()> {
    let wrong = [
        ("telnet: { lisen: x }", "server_config.yaml:1:11: `telnet: { lisen: x }`: unknown field"),
        ("telnet:\n  listen: 4000", "server_config.yaml:2:11"),
        ("chat:\n  rate_limiting:\n    say: -1", "server_config.yaml:3:10"),
        ("limits:\n  outbox_bytes_max: 1", "server_config.yaml:2:21: limits.outbox_bytes_max"),
        ("accounts: {", "server_config.yaml"),
        ("accounts:\n  guests: sometimes", "server_config.yaml:2:11"),
        ("store: { path: a }\nstore: { path: b }", "server_config.yaml:2:1"),
    ];
    for (text, place) in wrong {
        let home = Home::new()?;
        fs::write(home.path("server_config.yaml"), text)?;
        let ended = home.fail_to_start().await?;
        assert_eq!(ended.status.code(), Some(2), "{text:?}: {}", ended.output);
        assert!(ended.output.contains(place), "{text:?}: no {place:?} in {}", ended.output);
        assert_eq!(ended.output.lines().count(), 1, "{}", ended.output);
    }
    let clash = "[{name: gossip, about: x, scope: everyone, colour: red}]";
    let wrong = [
        ("world.path", "/nowhere/at/all", "there is no folder /nowhere/at/all"),
        ("telnet.lisen", "x", "HEARSAY_TELNET__LISEN: there is no configuration key"),
        ("store.group_ms", "0", "HEARSAY_STORE__GROUP_MS=\"0\": store.group_ms: lower than 1"),
        ("nats.reconnect_time_wait", ".nan", "HEARSAY_NATS__RECONNECT_TIME_WAIT"),
        ("limits.idle_minutes", ".nan", "HEARSAY_LIMITS__IDLE_MINUTES"),
        ("chat.channels", clash, "the verb \"gossip\""),
    ];
    for (key, value, reason) in wrong {
        let ended = Home::new()?.set(key, value).fail_to_start().await?;
        assert_eq!(ended.status.code(), Some(2), "{key}: {}", ended.output);
        assert!(ended.output.contains(reason), "{key}: no {reason:?} in {}", ended.output);
    }
    Ok(())
}

#[tokio::test]
async fn the_environment_goes_over_the_file() -> Result<()> {
    let home = Home::new()?;
    fs::write(
        home.path("server_config.yaml"),
        "telnet: { listen: \"127.0.0.1:1\" }\nlogs: { node: from-file }\n",
    )?;
    let home = home
        .set("logs.node", "7")
        .set("chat.rate_limiting.enabled", true)
        .set("chat.rate_limiting.say", 1)
        .set("chat.content_filtering.words", "[darn, drat]")
        .set("accounts.reserved_names", "[brannoc]")
        .set(
            "chat.channels",
            "[{name: auction, about: Bids., scope: everyone, colour: \"#ff0000\"}]",
        );
    let server = home.start().await?;
    assert_eq!(server.health().await?["node"], "7");
    let mut ada = by_telnet(&server, "Ada").await?;
    types(&mut ada, "say drat and darn", "You say, \"**** and ****\"").await?;
    types(&mut ada, "say again", "Not so fast: 1 line a minute").await?;
    types(&mut ada, "auction one lantern", "[auction] Ada: one lantern").await?;
    types(&mut ada, "characters new Brannoc", "Brannoc is no name").await?;
    Ok(())
}

#[tokio::test]
async fn a_signal_stops_the_server_in_order() -> Result<()> {
    for signal in [Signal::TERM, Signal::INT] {
        let home = Home::new()?;
        let server = home.start().await?;
        let mut ada = by_telnet(&server, "Ada").await?;
        let mut bob = by_websocket(&server, "Bob").await?;
        types(&mut ada, "down", "The Foot of the Stair").await?;
        types(&mut ada, "say the last word", "You say").await?;
        process::signal(server.pid(), signal)?;
        for client in [&mut ada, &mut bob] {
            client.expect("The server stops now.").await?;
            client.expect_closed().await?;
        }
        assert_eq!(bob.close_code(), Some(1001));
        assert_eq!(server.ended().await?.code(), Some(0));

        let server = home.start().await?;
        let mut ada = back_by_telnet(&server, "Ada").await?;
        ada.expect("The Foot of the Stair").await?;
        types(&mut ada, "history say", "the last word").await?;
        let chat = client_tests::files::log_lines(&home.path("logs/chat"))?;
        assert!(chat.iter().any(|line| line["content"] == "the last word"), "{chat:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_second_signal_stops_the_server_at_once() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    // A client that does not answer the farewell: the server waits for it for a while.
    let mut stuck = by_websocket(&server, "Stuck").await?;
    stuck.send_line("say here I am").await?;
    process::signal(server.pid(), Signal::TERM)?;
    stuck.expect("The server stops now.").await?;
    process::signal(server.pid(), Signal::TERM)?;
    assert_eq!(server.ended().await?.code(), Some(130));
    Ok(())
}

#[tokio::test]
async fn the_server_can_be_stopped_from_within() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    types(owner.client(), "shutdown 300", "The server stops in 300 seconds.").await?;
    bob.expect("The server stops in 300 seconds.").await?;
    types(owner.client(), "shutdown off", "The server will not stop after all.").await?;
    types(owner.client(), "shutdown off", "No stop was ordered.").await?;
    bob.expect("The server will not stop after all.").await?;
    types(owner.client(), "shutdown soon", "Seconds are a number").await?;
    types(owner.client(), "shutdown 2", "The server stops in 2 seconds.").await?;
    bob.expect("The server stops in 1 second.").await?;
    bob.expect("The server stops now.").await?;
    bob.expect_closed().await?;
    assert_eq!(server.ended().await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn reload_takes_the_world_and_the_channels_in_and_drops_nobody() -> Result<()> {
    let home = home_with_world_of_its_own()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    rewrite(&home, "earth/harbour.yaml", "A pier of grey planks.", "A pier of new planks.")?;
    fs::write(
        home.path("server_config.yaml"),
        "chat:\n  content_filtering: { words: [darn] }\n  channels:\n    - \
         { name: auction, about: Bids., scope: everyone, colour: red }\n",
    )?;
    types(owner.client(), "reload", "are as in the files now.").await?;
    types(&mut bob, "look", "A pier of new planks.").await?;
    types(&mut bob, "auction darn", "[auction] Bob: ****").await?;

    // Whoever stands where there is no room any more is not lost, and nothing is there twice.
    types(&mut bob, "get lantern", "You pick up a tin lantern.").await?;
    types(&mut bob, "hatch", "The Cellar").await?;
    for (from, to) in
        [("to: cellar", "to: vault"), ("id: cellar", "id: vault"), ("room: cellar", "room: vault")]
    {
        rewrite(&home, "earth/harbour.yaml", from, to)?;
    }
    types(owner.client(), "reload", "are as in the files now.").await?;
    bob.expect("The place you stood in is gone.").await?;
    bob.expect("The Long Pier").await?;
    types(&mut bob, "say dry again", "You say").await?;
    owner.client().expect("Bob says, \"dry again\"").await?;
    bob.expect_not("A tin lantern lies here").await?;
    types(&mut bob, "inventory", "a tin lantern").await
}

#[tokio::test]
async fn reload_refuses_all_of_it_when_any_of_it_is_wrong() -> Result<()> {
    let home = home_with_world_of_its_own()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    rewrite(&home, "earth/harbour.yaml", "A pier of grey planks.", "A pier of new planks.")?;
    rewrite(&home, "earth/hill.yaml", "south: earth.harbour.market.square", "south: nowhere")?;
    types(owner.client(), "reload", "Nothing was changed.").await?;
    owner.client().expect("hill.yaml:").await?;
    types(&mut bob, "look", "A pier of grey planks.").await?;

    rewrite(&home, "earth/hill.yaml", "south: nowhere", "south: earth.harbour.market.square")?;
    fs::write(home.path("server_config.yaml"), "chat:\n  channles: []\n")?;
    types(owner.client(), "reload", "Nothing was changed.").await?;
    owner.client().expect("server_config.yaml:2:3").await?;
    types(&mut bob, "look", "A pier of grey planks.").await?;
    types(&mut bob, "say still here", "You say").await?;
    owner.client().expect("Bob says, \"still here\"").await?;

    fs::write(home.path("server_config.yaml"), "{}\n")?;
    types(owner.client(), "reload", "are as in the files now.").await?;
    types(&mut bob, "look", "A pier of new planks.").await
}

#[tokio::test]
async fn staff_have_their_commands_and_players_have_not() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut bob = by_websocket(&server, "Bob").await?;
    for line in [
        "goto quay",
        "transfer keeper",
        "at quay look",
        "echo x",
        "stat",
        "rank bob admin",
        "reload",
        "shutdown",
    ] {
        let verb = line.split(' ').next().context("a verb")?;
        types(&mut bob, line, &format!("There is no command \"{verb}\".")).await?;
    }
    let staff = owner.client();
    for answer in [
        "The server",
        "bus: in this process",
        "store: well",
        "journal:",
        "world: 6 rooms",
        "up for",
    ] {
        match answer {
            "The server" => types(staff, "stat", answer).await?,
            _ => drop(staff.expect(answer).await?),
        }
    }
    types(staff, "stat bob", "rank: player").await?;
    types(staff, "stat here", "id: earth.harbour.docks.pier").await?;
    types(staff, "goto gate", "The Gate").await?;
    types(staff, "goto bob", "The Long Pier").await?;
    types(staff, "transfer bob gate", "Bob is in earth.hill.top.gate now.").await?;
    bob.expect("The Gate").await?;
    types(staff, "at gate say from afar", "You say, \"from afar\"").await?;
    bob.expect("Keeper says, \"from afar\"").await?;
    staff.send_line("at bob echo The gate creaks.").await?;
    bob.expect("The gate creaks.").await?;
    types(staff, "transfer bob", "Bob is in earth.harbour.docks.pier now.").await?;
    bob.expect("Keeper sends you elsewhere.").await?;
    types(staff, "system The tide turns.", "[system] The tide turns.").await?;
    types(staff, "admin Anyone?", "[admin] Keeper: Anyone?").await?;
    bob.expect("[system] The tide turns.").await?;
    bob.expect_not("Anyone?").await
}

#[tokio::test]
async fn players_find_their_way_and_the_time() -> Result<()> {
    let home = Home::new()?;
    let server = home.start().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    ada.send_line("map").await?;
    ada.sync().await?;
    types(&mut ada, "time", "UTC").await?;
    types(&mut ada, "score", "Ada").await?;
    types(&mut ada, "settings", "width").await
}

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

#[tokio::test]
async fn a_request_that_never_ends_is_closed() -> Result<()> {
    const CLOSED_WITHIN: Duration = Duration::from_secs(10);
    let home = Home::new()?.set("limits.http_head_seconds", 1);
    let server = home.start().await?;
    for half in ["", "GET / HT", "GET /ws HTTP/1.1\r\nHost: here\r\nUpgr"] {
        let mut stream = TcpStream::connect(server.web).await?;
        stream.write_all(half.as_bytes()).await?;
        let mut answer = Vec::new();
        let closed = timeout(CLOSED_WITHIN, stream.read_to_end(&mut answer)).await;
        ensure!(closed.is_ok(), "still open after {half:?}");
    }
    Ok(())
}
