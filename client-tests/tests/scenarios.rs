//! Every scenario, over real telnet and WebSocket. `UPDATE_EXPECT=1` rewrites the expectations that do not hold.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use client_tests::scenario::{Mode, Scenario, play, record, rewrite};

fn files() -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "mud") {
            files.push(path);
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no scenarios in {}", folder.display());
    Ok(files)
}

fn parse(source: &str, path: &Path) -> Result<Scenario> {
    Scenario::parse(source).with_context(|| path.display().to_string())
}

async fn all_hold(mode: Mode) -> Result<()> {
    let mut failures = Vec::new();
    for path in files()? {
        let scenario = parse(&fs::read_to_string(&path)?, &path)?;
        if let Err(error) = play(&scenario, mode).await {
            failures.push(format!("{}: {error:#}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{mode:?}\n\n{}", failures.join("\n\n"));
    Ok(())
}

async fn update() -> Result<()> {
    for path in files()? {
        let source = fs::read_to_string(&path)?;
        let blocks = record(&parse(&source, &path)?).await?;
        let rewritten = rewrite(&source, &blocks);
        if rewritten != source {
            fs::write(&path, rewritten)?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn scenarios_hold_by_telnet() -> Result<()> {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return update().await;
    }
    all_hold(Mode::Telnet).await
}

#[tokio::test]
async fn scenarios_hold_by_websocket() -> Result<()> {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return Ok(());
    }
    all_hold(Mode::Websocket).await
}

#[tokio::test]
async fn scenarios_hold_with_both_mixed() -> Result<()> {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return Ok(());
    }
    all_hold(Mode::Mixed).await
}
