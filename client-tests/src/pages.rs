//! The client page in a real browser, which a test plays: `browser/pages.mjs` with Debian's Chromium.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::browser;
use crate::cast::PASSWORD;

/// How long one act may take, the browser's start included.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with any number of pages.
pub struct Pages {
    answers: Lines<BufReader<ChildStdout>>,
    acts: ChildStdin,
    _child: Child,
}

impl Pages {
    /// Starts the browser. None where there is none.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start() -> Result<Option<Self>> {
        let Some(tools) = browser::tools("axe-core") else { return Ok(None) };
        let mut child = Command::new(tools.node)
            .arg(tools.folder.join("pages.mjs"))
            .env("CHROMIUM", tools.chromium)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let acts = child.stdin.take().context("stdin is piped")?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        Ok(Some(Self { answers: BufReader::new(stdout).lines(), acts, _child: child }))
    }

    /// Does something on a page.
    ///
    /// # Errors
    /// When it cannot be done, with what the page shows.
    pub async fn act(&mut self, page: &str, act: &str, what: Value) -> Result<Value> {
        let mut order = what;
        let fields = order.as_object_mut().context("what is to be done has fields")?;
        fields.extend([("page".to_owned(), page.into()), ("act".to_owned(), act.into())]);
        self.acts.write_all(format!("{order}\n").as_bytes()).await?;
        let line = timeout(PATIENCE, self.answers.next_line()).await.context("no answer")??;
        let answer: Value = serde_json::from_str(&line.context("the browser has gone")?)?;
        if let Some(why) = answer["error"].as_str() {
            bail!("{why}");
        }
        Ok(answer["ok"].clone())
    }

    /// Opens the page of a server in a context of its own; `how` has the size of the window and the like, and `path` if it is
    /// another page than the first.
    ///
    /// # Errors
    /// When it does not come to the form by which one logs in.
    pub async fn open(&mut self, page: &str, server: SocketAddr, how: Value) -> Result<()> {
        let mut how = how;
        how["address"] = format!("http://{server}/").into();
        self.act(page, "open", how).await.map(drop)
    }

    /// Comes in as a guest.
    ///
    /// # Errors
    /// When that does not lead into the game.
    pub async fn come_in(&mut self, page: &str, name: &str) -> Result<()> {
        self.fill(page, "#name", name).await?;
        self.click(page, "#login-submit").await?;
        self.wait(page, ".line.room", "").await
    }

    /// Makes an account and comes in.
    ///
    /// # Errors
    /// When that does not lead into the game.
    pub async fn create(&mut self, page: &str, name: &str) -> Result<()> {
        self.click(page, ".kinds label:has(#kind-create)").await?;
        self.fill(page, "#password", PASSWORD).await?;
        self.come_in(page, name).await
    }

    /// Types a line and sends it.
    ///
    /// # Errors
    /// When there is nowhere to type it.
    pub async fn types(&mut self, page: &str, line: &str) -> Result<()> {
        self.fill(page, "#line", line).await?;
        self.click(page, "#send").await
    }

    /// Fills a field.
    ///
    /// # Errors
    /// When there is none.
    pub async fn fill(&mut self, page: &str, selector: &str, value: &str) -> Result<()> {
        let what = json!({"selector": selector, "value": value});
        self.act(page, "fill", what).await.map(drop)
    }

    /// Chooses from a list.
    ///
    /// # Errors
    /// When there is none, or no such thing on it.
    pub async fn choose(&mut self, page: &str, selector: &str, value: &str) -> Result<()> {
        let what = json!({"selector": selector, "value": value});
        self.act(page, "choose", what).await.map(drop)
    }

    /// Presses something.
    ///
    /// # Errors
    /// When it is not there, or something lies over it.
    pub async fn click(&mut self, page: &str, selector: &str) -> Result<()> {
        self.act(page, "click", json!({"selector": selector})).await.map(drop)
    }

    /// Presses a key.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn key(&mut self, page: &str, key: &str) -> Result<()> {
        self.act(page, "key", json!({"key": key})).await.map(drop)
    }

    /// Waits until something with a text in it is seen.
    ///
    /// # Errors
    /// When it is not in time.
    pub async fn wait(&mut self, page: &str, selector: &str, text: &str) -> Result<()> {
        self.act(page, "wait", json!({"selector": selector, "text": text})).await.map(drop)
    }

    /// Waits until nothing of the kind with this text in it is seen.
    ///
    /// # Errors
    /// When it still is.
    pub async fn gone(&mut self, page: &str, selector: &str, text: &str) -> Result<()> {
        self.act(page, "gone", json!({"selector": selector, "text": text})).await.map(drop)
    }

    /// Types a line and waits for an answer with a text in it.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn types_and_reads(&mut self, page: &str, line: &str, text: &str) -> Result<()> {
        self.types(page, line).await?;
        self.wait(page, ".line:not(.echo)", text).await
    }

    /// All texts of a kind, as they show.
    ///
    /// # Errors
    /// When the page is gone.
    pub async fn texts(&mut self, page: &str, selector: &str) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.act(page, "text", json!({"selector": selector})).await?)?)
    }

    /// Sees that nothing went wrong on a page: no error, no dialog, nothing that its policy forbids, no request to elsewhere.
    ///
    /// # Errors
    /// When something did.
    pub async fn is_sound(&mut self, page: &str) -> Result<()> {
        let wrong = self.act(page, "wrong", json!({})).await?;
        ensure!(wrong == json!([]), "{page}: {wrong}");
        Ok(())
    }

    /// Sees that axe finds nothing to complain of.
    ///
    /// # Errors
    /// When it does.
    pub async fn is_accessible(&mut self, page: &str, what: &str) -> Result<()> {
        let found = self.act(page, "axe", json!({})).await?;
        ensure!(found == json!([]), "{what}: {found:#}");
        Ok(())
    }

    /// Takes a picture of a page, to `target/screenshots`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn shot(&mut self, page: &str, name: &str) -> Result<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        let path: PathBuf = folder.join(format!("{name}.png"));
        self.act(page, "shot", json!({"path": path})).await.map(drop)
    }
}
