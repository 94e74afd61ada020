//! TinTin++ as people use it, in a terminal, talks with somebody in a browser.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use client_tests::client::{Client, PATIENCE};
use client_tests::server::Home;
use client_tests::tools;
use tokio::time::sleep;

const PASSWORD: &str = "correct horse battery";
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A terminal that nobody sees, with a program in it. Dropping it ends both.
struct Terminal {
    tmux: PathBuf,
    socket: String,
}

impl Terminal {
    /// Starts a program in a terminal of its own; none where there is no tmux.
    fn open(command: &str) -> Result<Option<Self>> {
        let Some(tmux) = tools::require("tmux") else { return Ok(None) };
        let terminal = Self { tmux, socket: format!("hearsay-{}", std::process::id()) };
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

    fn screen(&self) -> Result<String> {
        self.tmux(&["capture-pane", "-p"])
    }

    fn type_line(&self, line: &str) -> Result<()> {
        self.tmux(&["send-keys", "-l", line])?;
        self.tmux(&["send-keys", "Enter"]).map(|_| ())
    }

    /// Looks at the screen until it shows a text.
    async fn expect(&self, text: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !self.screen()?.contains(text) {
            if Instant::now() > deadline {
                bail!("the screen does not show {text:?}:\n{}", self.screen()?);
            }
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    async fn answer(&self, question: &str, answer: &str) -> Result<()> {
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

#[tokio::test]
async fn tintin_logs_in_and_talks_with_a_browser() -> Result<()> {
    let Some(tintin) = tools::require("tt++") else { return Ok(()) };
    let home = Home::new()?;
    let server = home.start().await?;
    let mut bob = Client::websocket("bob", server.web).await?;
    bob.create("Bob", PASSWORD).await?;

    let (address, port) = (server.telnet.ip(), server.telnet.port());
    let command = format!("{} -G -e '#session mud {address} {port}'", tintin.display());
    let Some(terminal) = Terminal::open(&command)? else { return Ok(()) };
    terminal.answer("Name:", "Ada").await?;
    terminal.answer("(yes/no)", "yes").await?;
    terminal.answer("Choose a password:", PASSWORD).await?;
    terminal.answer("Once more:", PASSWORD).await?;
    terminal.expect("The Long Pier").await?;
    let screen = terminal.screen()?;
    ensure!(!screen.contains(PASSWORD), "the password shows:\n{screen}");

    terminal.type_line("say Grüße von hier")?;
    bob.expect("Ada says, \"Grüße von hier\"").await.context("from TinTin++ to the browser")?;
    bob.send_line("say ✓ and back").await?;
    terminal.expect("Bob says, \"✓ and back\"").await.context("from the browser to TinTin++")?;
    terminal.type_line("quit")?;
    bob.expect("Ada").await?;
    assert!(server.stop().await?.success());
    Ok(())
}
