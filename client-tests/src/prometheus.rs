//! A real Prometheus on loopback that scrapes a server, and promtool.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::http;
use crate::tools;

/// How long it may take until Prometheus has seen what is expected.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is asked.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Where the example and the alerts are.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/prometheus")
}

/// Runs promtool beside the example and the alerts; none where it is not installed. Gives all that it printed.
///
/// # Errors
/// When it finds something wrong; holds what it printed.
pub async fn promtool(arguments: &[&str], input: &str) -> Result<Option<String>> {
    let Some(program) = tools::require("promtool") else { return Ok(None) };
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    child.stdin.take().context("stdin is piped")?.write_all(input.as_bytes()).await?;
    let ended = tokio::time::timeout(PATIENCE, child.wait_with_output()).await??;
    let mut said = String::from_utf8_lossy(&ended.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&ended.stderr));
    ensure!(ended.status.success(), "promtool {arguments:?}: {}\n{said}", ended.status);
    Ok(Some(said))
}

/// A Prometheus. Dropping it kills its process.
pub struct Prometheus {
    _child: Child,
    _folder: TempDir,
    address: SocketAddr,
}

impl Prometheus {
    /// Starts one that scrapes this address by the example's rules, five times a second; none where it is not installed.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn scraping(target: SocketAddr) -> Result<Option<Self>> {
        let Some(program) = tools::require("prometheus") else { return Ok(None) };
        let data = tempfile::Builder::new().prefix("hearsay-prometheus-").tempdir()?;
        let config = data.path().join("prometheus.yml");
        fs::write(&config, example_for(target)?)?;
        fs::copy(folder().join("alerts.yml"), data.path().join("alerts.yml"))?;
        // Free a moment ago; Prometheus takes no port of the system's choice.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(program)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", data.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("starting Prometheus")?;
        Ok(Some(Self { _child: child, _folder: data, address }))
    }

    /// Asks until the answer is as wanted.
    ///
    /// # Errors
    /// When it is not after a while; tells what it was last.
    pub async fn until(&self, path: &str, holds: impl Fn(&Value) -> bool) -> Result<Value> {
        // In HTTP/1.0, so that the answer comes in one piece.
        let request = format!("GET {path} HTTP/1.0\r\n\r\n");
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = http::send(self.address, &request).await.and_then(|it| it.json());
            match answer {
                Ok(answer) if holds(&answer["data"]) => return Ok(answer),
                answer => ensure!(Instant::now() < deadline, "{path}: {answer:?}"),
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Asks for a query's only row until its value is as wanted.
    ///
    /// # Errors
    /// As [`until`](Self::until).
    pub async fn until_value(&self, query: &str, holds: impl Fn(f64) -> bool) -> Result<()> {
        let path = format!("/api/v1/query?query={}", escaped(query));
        let is_it = |data: &Value| {
            let value = data["result"][0]["value"][1].as_str().and_then(|value| value.parse().ok());
            value.is_some_and(&holds)
        };
        self.until(&path, is_it).await.map(|_| ())
    }
}

/// The example, for another target and with less patience.
fn example_for(target: SocketAddr) -> Result<String> {
    let example = fs::read_to_string(folder().join("prometheus.yml"))?;
    ensure!(example.contains("127.0.0.1:4080") && example.contains("interval: 15s"), "{example}");
    Ok(example
        .replace("127.0.0.1:4080", &target.to_string())
        .replace("interval: 15s", "interval: 200ms"))
}

/// A text as it may stand in the query of an address.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
