//! `hearsay-load` by itself: it finds nothing wrong with a sound relay or server, and finds what is wrong.

use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};

use anyhow::{Context, Result, ensure};
use client_tests::nats::Nats;
use client_tests::server::{Home, Server};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

const LOAD: &str = env!("CARGO_BIN_EXE_hearsay-load");

async fn relay(arguments: &[&str]) -> Result<(Child, SocketAddr)> {
    let mut child = Command::new(LOAD)
        .arg("relay")
        .args(arguments)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = child.stdout.take().context("stdout is piped")?;
    let line = BufReader::new(stdout).lines().next_line().await?;
    let address = line.as_deref().and_then(|line| line.strip_prefix("listening "));
    Ok((child, address.context("it says where it listens")?.parse()?))
}

/// Loads a target for a second and gives what was found.
async fn load(address: SocketAddr, arguments: &str) -> Result<(ExitStatus, Value)> {
    let folder = TempDir::new()?;
    let json = folder.path().join("report.json");
    let ended = Command::new(LOAD)
        .args(["run", "--seconds", "1", "--addr", &address.to_string()])
        .args(arguments.split_whitespace())
        .arg("--json")
        .arg(&json)
        .output()
        .await?;
    let report = std::fs::read(&json)
        .with_context(|| format!("{arguments}: {}", String::from_utf8_lossy(&ended.stderr)))?;
    Ok((ended.status, serde_json::from_slice(&report)?))
}

async fn assert_flawless(address: SocketAddr, arguments: &str) -> Result<()> {
    let (status, report) = load(address, arguments).await?;
    ensure!(status.success(), "{arguments}: {report:#}");
    ensure!(report["delivered"].as_u64() > Some(10), "{arguments}: {report:#}");
    Ok(())
}

#[tokio::test]
async fn nothing_is_wrong_with_the_relays() -> Result<()> {
    let (_relay, lines) = relay(&[]).await?;
    assert_flawless(lines, "--target relay --sessions 30 --rooms 3 --speakers 30 --closed").await?;
    assert_flawless(lines, "--target relay --sessions 30 --speakers 3 --rate 50").await?;
    let whispers = "--speech whisper --sessions 20 --rooms 10 --places 1 --speakers 20 --closed";
    assert_flawless(lines, &format!("--target relay {whispers}")).await?;
    let looks = "--speech look --sessions 20 --rooms 4 --speakers 20 --closed";
    assert_flawless(lines, &format!("--target relay {looks}")).await?;
    let (_relay, frames) = relay(&["--websocket"]).await?;
    assert_flawless(frames, "--target websocket-relay --sessions 20 --speakers 20 --closed").await
}

#[tokio::test]
async fn nothing_is_wrong_with_the_relay_through_nats() -> Result<()> {
    let Some(nats) = Nats::start().await? else { return Ok(()) };
    let (_relay, address) = relay(&["--nats", &nats.url()]).await?;
    assert_flawless(address, "--target relay --sessions 30 --rooms 3 --speakers 30 --closed").await
}

async fn server(world: &TempDir) -> Result<(Server, Home)> {
    let written = Command::new(LOAD).args(["world", "--rooms", "4"]).arg(world.path()).status();
    ensure!(written.await?.success());
    let channel = "[{name: everywhere, about: For measuring., colour: \"#9fd98f\", scope: everyone, speak: guest}]";
    let home = Home::new()?.set("world.path", world.path().display()).set("chat.channels", channel);
    Ok((home.start().await?, home))
}

#[tokio::test]
async fn nothing_is_wrong_with_a_server() -> Result<()> {
    let world = TempDir::new()?;
    let (server, _home) = server(&world).await?;
    for speech in [
        "--speech say --rooms 4 --closed",
        "--speech whisper --rooms 10 --places 4 --closed",
        "--speech look --rooms 4 --closed",
        "--speech channel --rooms 1 --places 4 --rate 50",
    ] {
        let shape = format!("{speech} --sessions 20 --speakers 20");
        assert_flawless(server.telnet, &format!("--target telnet {shape}")).await?;
    }
    let shape = "--speech say --sessions 20 --rooms 4 --speakers 20 --closed";
    assert_flawless(server.web, &format!("--target websocket {shape}")).await
}

/// A relay for one, whose every third line is lost and whose every fourth comes twice.
async fn careless(mut stream: TcpStream) -> Result<()> {
    stream.write_all(b"seated\n").await?;
    let (reader, mut writer) = stream.split();
    let mut lines = BufReader::new(reader).lines();
    let mut count = 0;
    while let Some(line) = lines.next_line().await? {
        let times = if count % 3 == 1 { 0 } else { 1 + usize::from(count % 4 == 2) };
        writer.write_all(format!("{line}\n").repeat(times).as_bytes()).await?;
        count += 1;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_lost_and_what_comes_twice_is_found() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let serve = async {
        let (mut stream, _) = listener.accept().await?;
        // The seat: it is not a line.
        let mut seat = [0; 7];
        stream.read_exact(&mut seat).await?;
        ensure!(seat == *b"room 0\n", "{seat:?}");
        careless(stream).await
    };
    let load = load(address, "--target relay --sessions 1 --speakers 1 --rate 20");
    let (served, loaded) = tokio::join!(serve, load);
    let ((), (status, report)) = (served?, loaded?);
    ensure!(status.code() == Some(1), "{report:#}");
    let number = |name: &str| report[name].as_u64().context("a number");
    let (said, lost, twice) = (number("said")?, number("lost")?, number("duplicated")?);
    ensure!(lost > 0 && twice > 0 && number("delivered")? == said - lost, "{report:#}");
    ensure!(number("out_of_order")? == 0 && number("leaked")? == 0, "{report:#}");
    Ok(())
}
