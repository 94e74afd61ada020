//! A terminal that nobody sees, for clients that want one.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use tokio::time::sleep;

use crate::client::PATIENCE;
use crate::tools;

const LOOK_EVERY: Duration = Duration::from_millis(50);
/// So that terminals of one process have different names.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A terminal that nobody sees, with a program in it. Dropping it ends both.
pub struct Terminal {
    tmux: PathBuf,
    socket: String,
}

impl Terminal {
    /// Starts a program in a terminal of its own; none where there is no tmux.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn open(command: &str) -> Result<Option<Self>> {
        let Some(tmux) = tools::require("tmux") else { return Ok(None) };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let terminal = Self { tmux, socket: format!("hearsay-{}-{number}", std::process::id()) };
        terminal.tmux(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            "100",
            "-y",
            "50",
            command,
        ])?;
        Ok(Some(terminal))
    }

    fn tmux(&self, arguments: &[&str]) -> Result<String> {
        let ended = Command::new(&self.tmux)
            .args(["-L", &self.socket])
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .output()?;
        let error = String::from_utf8_lossy(&ended.stderr);
        ensure!(ended.status.success(), "tmux {arguments:?}: {error}");
        Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
    }

    /// What it shows now.
    ///
    /// # Errors
    /// When the program has ended.
    pub fn screen(&self) -> Result<String> {
        self.tmux(&["capture-pane", "-p"])
    }

    /// Types a line, and the key that ends it.
    ///
    /// # Errors
    /// When the program has ended.
    pub fn type_line(&self, line: &str) -> Result<()> {
        self.tmux(&["send-keys", "-l", line])?;
        self.tmux(&["send-keys", "Enter"]).map(|_| ())
    }

    /// Looks at the screen until it shows a text.
    ///
    /// # Errors
    /// When it does not in time; says what it shows.
    pub async fn expect(&self, text: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !self.screen()?.contains(text) {
            if Instant::now() > deadline {
                bail!("the screen does not show {text:?}:\n{}", self.screen()?);
            }
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Types a line when a question shows.
    ///
    /// # Errors
    /// When it does not show in time.
    pub async fn answer(&self, question: &str, answer: &str) -> Result<()> {
        self.expect(question).await?;
        self.type_line(answer)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Only our own: the socket has a name that nobody else uses.
        let _ = self.tmux(&["kill-server"]);
    }
}
