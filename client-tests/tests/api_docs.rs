//! The examples of docs/api.md, as a reader would run them: one after the other, in one shell.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use client_tests::cast::by_telnet;
use client_tests::server::Home;
use client_tests::staff::with_moderator;
use tokio::process::Command;

/// What the page takes the server for.
const ADDRESS: &str = "http://127.0.0.1:4080";

#[tokio::test]
async fn every_example_works() -> Result<()> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api.md");
    let page = std::fs::read_to_string(page)?;
    let blocks = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap_or(rest));
    let script: String = blocks.collect();
    ensure!(script.matches("curl ").count() >= 28, "the examples were not found");
    ensure!(script.contains(ADDRESS), "the page names the server");
    let home = Home::new()?.set("world.path", world().display());
    let (server, mut mara) = with_moderator(&home).await?;
    mara.send_line("quit").await?;
    mara.expect_closed().await?;
    let mut ada = by_telnet(&server, "Ada").await?;
    let mut bob = by_telnet(&server, "Bob").await?;
    let script = script.replace(ADDRESS, &format!("http://{}", server.web));
    let shell = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .stdin(Stdio::null())
        .output()
        .await
        .context("running bash")?;
    let (printed, complained) =
        (String::from_utf8_lossy(&shell.stdout), String::from_utf8_lossy(&shell.stderr));
    ensure!(shell.status.success(), "{printed}\n{complained}");
    ada.expect("You say, \"Anyone here?\"").await?;
    bob.expect("Ada whispers to you, \"Is it you?\"").await?;
    for told in ["shouting", "Rain until noon.", "a flood of guests"] {
        ada.expect(told).await?;
    }
    ensure!(printed.contains("Ada: Anyone here?"), "{printed}");
    Ok(())
}

/// The world that the server is shipped with: the page names its rooms.
fn world() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../world-data")
}
