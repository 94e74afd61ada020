//! A real nats-server on loopback that a test can stop, start again, and pause.
//!
//! The server picks its port itself and keeps it over a restart.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use futures_util::StreamExt;
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::{process, tools};

const START_MAX: Duration = Duration::from_secs(10);
/// How long a listener waits for a message.
const HEARING_MAX: Duration = Duration::from_secs(15);
/// How often a file that is about to appear is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A NATS server with JetStream, for one test.
pub struct Nats {
    program: PathBuf,
    folder: TempDir,
    /// What its configuration file says; none for no file.
    config: Option<String>,
    port: u16,
    child: Option<Child>,
}

impl Nats {
    /// Starts one; none where it is not installed, see [`tools::require`].
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start() -> Result<Option<Self>> {
        Self::start_with(None).await
    }

    /// Starts one that lets in only those whom this configuration names.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_locked(config: &str) -> Result<Option<Self>> {
        Self::start_with(Some(config.to_owned())).await
    }

    async fn start_with(config: Option<String>) -> Result<Option<Self>> {
        let Some(program) = tools::require("nats-server") else { return Ok(None) };
        let folder = tempfile::Builder::new().prefix("hearsay-nats-").tempdir()?;
        let mut nats = Self { program, folder, config, port: 0, child: None };
        nats.start_again().await?;
        Ok(Some(nats))
    }

    /// What clients connect to.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Starts it on the port and the data that it had before.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_again(&mut self) -> Result<()> {
        let port = if self.port == 0 { "-1".to_owned() } else { self.port.to_string() };
        let mut command = Command::new(&self.program);
        if let Some(config) = &self.config {
            let file = self.folder.path().join("nats.conf");
            std::fs::write(&file, config)?;
            command.arg("-c").arg(file);
        }
        let child = command
            .args(["-a", "127.0.0.1", "-p", &port, "-js", "--ports_file_dir"])
            .arg(self.folder.path())
            .arg("-sd")
            .arg(self.folder.path().join("jetstream"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("starting nats-server")?;
        let pid = child.id().context("nats-server is gone already")?;
        self.child = Some(child);
        self.port = timeout(START_MAX, self.announced_port(pid))
            .await
            .with_context(|| format!("nats-server did not start within {START_MAX:?}"))?;
        Ok(())
    }

    async fn announced_port(&self, pid: u32) -> u16 {
        let file = self.folder.path().join(format!("nats-server_{pid}.ports"));
        loop {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if let Some(port) = port_in(&text) {
                return port;
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Kills it as a crash would.
    ///
    /// # Errors
    /// When it was not running.
    pub async fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("nats-server is not running")?;
        Ok(child.kill().await?)
    }

    /// Stops it in its tracks: its sockets stay open and nothing answers.
    ///
    /// # Errors
    /// When it is not running.
    pub fn pause(&self) -> Result<()> {
        process::signal(self.pid()?, Signal::STOP)
    }

    /// Lets it go on after [`pause`](Self::pause).
    ///
    /// # Errors
    /// When it is not running.
    pub fn resume(&self) -> Result<()> {
        process::signal(self.pid()?, Signal::CONT)
    }

    /// The id of its process.
    ///
    /// # Errors
    /// When it is not running.
    pub fn pid(&self) -> Result<u32> {
        self.child.as_ref().and_then(Child::id).context("nats-server is not running")
    }
}

/// Hears what a server publishes for everyone on NATS who may listen.
pub struct Listener(async_nats::Subscriber);

impl Listener {
    /// Listens to `chat.>`.
    ///
    /// # Errors
    /// When NATS does not answer.
    pub async fn at(nats: &Nats) -> Result<Self> {
        let client = async_nats::connect(nats.url()).await?;
        let subscriber = client.subscribe("chat.>").await?;
        // Answered by "nobody there", but only after the subscription has been seen.
        let _ = client.request("nobody", Bytes::new()).await;
        Ok(Self(subscriber))
    }

    /// The next message: its subject, and its payload.
    ///
    /// # Errors
    /// When none comes in time, or one that is no JSON.
    pub async fn next(&mut self) -> Result<(String, Value)> {
        let message = timeout(HEARING_MAX, self.0.next())
            .await
            .with_context(|| format!("nothing within {HEARING_MAX:?}"))?
            .context("the subscription ended")?;
        Ok((message.subject.to_string(), serde_json::from_slice(&message.payload)?))
    }

    /// The words of the next `count` messages.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub async fn hear(&mut self, count: usize) -> Result<Vec<String>> {
        let mut heard = Vec::new();
        while heard.len() < count {
            let (_, message) = self.next().await.with_context(|| format!("after {heard:?}"))?;
            heard.push(message["content"].as_str().context("no content")?.to_owned());
        }
        Ok(heard)
    }
}

/// The port in a ports file, `{"nats":["nats://127.0.0.1:4222"]}`; none while it is not written to its end.
fn port_in(text: &str) -> Option<u16> {
    let ports: Value = serde_json::from_str(text).ok()?;
    ports["nats"][0].as_str()?.rsplit_once(':')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_written_ports_file_holds_no_port() {
        assert_eq!(port_in(r#"{"nats":["nats://127.0.0.1:4222"]}"#), Some(4222));
        assert_eq!(port_in(r#"{"nats":["nats://127.0.0.1:42"#), None);
        assert_eq!(port_in(""), None);
    }

    #[tokio::test]
    async fn it_comes_back_on_the_same_port() {
        let Some(mut nats) = Nats::start().await.expect("it starts") else { return };
        let url = nats.url();
        nats.kill().await.expect("it runs");
        nats.start_again().await.expect("it starts again");
        assert_eq!(nats.url(), url);
        async_nats::connect(url).await.expect("it answers");
    }
}
