//! A real browser, through whose own WebSocket a test speaks: `browser/socket.mjs` with Debian's Chromium.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::tools;

/// How long the browser may take, its start included.
const PATIENCE: Duration = Duration::from_secs(60);

/// A page of the server in a browser, and a WebSocket that was opened from it.
pub struct Browser {
    events: Lines<BufReader<ChildStdout>>,
    messages: ChildStdin,
    _child: Child,
}

/// What drives a browser.
pub struct BrowserTools {
    /// Node.js.
    pub node: PathBuf,
    /// The browser.
    pub chromium: PathBuf,
    /// Where the scripts and what they need lie.
    pub folder: PathBuf,
}

/// What drives a browser, with a package for Node.js; none where something is not installed.
#[must_use]
pub fn tools(package: &str) -> Option<BrowserTools> {
    let (node, chromium) = (tools::require("node")?, tools::require("chromium")?);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    if folder.join("node_modules").join(package).is_dir() {
        return Some(BrowserTools { node, chromium, folder });
    }
    tools::skip(&format!("{package} is not installed: `npm ci` in client-tests/browser"));
    None
}

impl Browser {
    /// Opens the page, and a socket that asks for subprotocols. None where there is no browser.
    ///
    /// # Errors
    /// When it does not start.
    pub fn open(server: SocketAddr, subprotocols: &[&str]) -> Result<Option<Self>> {
        Self::open_from(server, server, subprotocols)
    }

    /// Opens a page of one server, and from there a socket to another.
    ///
    /// # Errors
    /// When it does not start.
    pub fn open_from(
        page: SocketAddr,
        server: SocketAddr,
        subprotocols: &[&str],
    ) -> Result<Option<Self>> {
        let Some(tools) = tools("playwright-core") else { return Ok(None) };
        let mut child = Command::new(tools.node)
            .arg(tools.folder.join("socket.mjs"))
            .args([format!("http://{page}/"), format!("ws://{server}/ws")])
            .args(subprotocols)
            .env("CHROMIUM", tools.chromium)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let messages = child.stdin.take().context("stdin is piped")?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let events = BufReader::new(stdout).lines();
        Ok(Some(Self { events, messages, _child: child }))
    }

    /// Sends a text message.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn send(&mut self, message: &str) -> Result<()> {
        ensure!(!message.contains('\n'), "one line");
        Ok(self.messages.write_all(format!("{message}\n").as_bytes()).await?)
    }

    /// The next thing that happened to the socket.
    ///
    /// # Errors
    /// When nothing does in time.
    pub async fn event(&mut self) -> Result<Value> {
        let line = timeout(PATIENCE, self.events.next_line()).await.context("no event")??;
        Ok(serde_json::from_str(&line.context("the browser has gone")?)?)
    }

    /// Reads messages up to one that has a text in it.
    ///
    /// # Errors
    /// When none comes, or the socket is closed.
    pub async fn expect(&mut self, text: &str) -> Result<String> {
        loop {
            let event = self.event().await.with_context(|| format!("waiting for {text:?}"))?;
            match event["text"].as_str() {
                Some(message) if message.contains(text) => return Ok(message.to_owned()),
                None if !event["closed"].is_null() => bail!("closed before {text:?}: {event}"),
                _ => {}
            }
        }
    }
}
