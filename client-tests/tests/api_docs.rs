//! The examples of docs/api.md, as a reader would run them: one after the other, in one shell. Streams are listened to for
//! two seconds.

use std::path::Path;
use std::process::{Output, Stdio};

use anyhow::{Context, Result, ensure};
use client_tests::cast::by_telnet;
use client_tests::server::Home;
use client_tests::staff::with_moderator;
use client_tests::tools::require;
use tokio::process::Command;

/// What the page takes the server for.
const ADDRESS: &str = "http://127.0.0.1:4080";

/// What a reader has besides: the program, and an end to what does not end by itself.
const READER: &str = r#"
hearsay() { "$HEARSAY_PROGRAM" "$@"; }
curl() { case "$1" in -sSN) command curl --max-time 2 "$@" || [ $? -eq 28 ];; *) command curl "$@";; esac; }
"#;

#[tokio::test]
async fn every_example_works() -> Result<()> {
    if ["curl", "jq"].into_iter().any(|program| require(program).is_none()) {
        return Ok(());
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api.md");
    let page = std::fs::read_to_string(page)?;
    let blocks = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap_or(rest));
    let script: String = blocks.collect();
    ensure!(script.matches("curl ").count() == page.matches("curl -").count(), "some are not run");
    ensure!(script.contains(ADDRESS), "the page names the server");
    let home = Home::new()?.set("world.path", world().display());
    let (server, mut mara) = with_moderator(&home).await?;
    mara.send_line("quit").await?;
    mara.expect_closed().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let script = script.replace(ADDRESS, &format!("http://{}", server.web));
    let shell = run(&home, &format!("{READER}{script}")).await?;
    let (printed, complained) =
        (String::from_utf8_lossy(&shell.stdout), String::from_utf8_lossy(&shell.stderr));
    ensure!(shell.status.success(), "{printed}\n{complained}");
    ada.expect("You say, \"Anyone here?\"").await?;
    bob.expect("Ada whispers to you, \"Is it you?\"").await?;
    for told in ["The tide turns", "shouting", "Rain until noon.", "a flood of guests"] {
        ada.expect(told).await?;
    }
    ensure!(printed.contains("Ada: Anyone here?"), "{printed}");
    Ok(())
}

/// Runs a script in the server's folder and with its settings.
async fn run(home: &Home, script: &str) -> Result<Output> {
    let program = home.command_with(&[])?;
    let program = program.as_std();
    let settings = program.get_envs().filter_map(|(name, value)| Some((name, value?)));
    Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .envs(settings)
        .env("HEARSAY_PROGRAM", program.get_program())
        .current_dir(home.path("."))
        .stdin(Stdio::null())
        .output()
        .await
        .context("running bash")
}

/// The world that the server is shipped with: the page names its rooms.
fn world() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../world-data")
}
