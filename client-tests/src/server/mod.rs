//! A Hearsay server as its own process: its folder, its settings, its start and its end.
//!
//! Never guesses a port: the server binds port 0 and says which it got.

mod binary;
mod home;
mod start;

use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::Signal;
use serde_json::Value;
use tokio::process::Child;
use tokio::time::{sleep, timeout};

use crate::{http, process};
pub use home::{Ended, Home};
pub use start::Output;

/// How long a server may take until it is ready; generous, for debug builds on a busy machine.
const START_MAX: Duration = Duration::from_secs(30);
/// How long a server may take to stop after SIGTERM.
const STOP_MAX: Duration = Duration::from_secs(5);

/// How often what is about to change is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// How long it may take until `/health` says what is expected.
const HEALTH_MAX: Duration = Duration::from_secs(15);

/// A server that is up. Dropping it kills its process.
pub struct Server {
    child: Child,
    pid: u32,
    /// Where telnet listens; port 0 for a world alone, which does not.
    pub telnet: SocketAddr,
    /// Where telnet over TLS listens, if it does.
    pub telnet_tls: Option<SocketAddr>,
    /// Where HTTP and WebSocket listen.
    pub web: SocketAddr,
    /// Where they listen over TLS, if they do.
    pub web_tls: Option<SocketAddr>,
    /// What makes the first one to type it the owner; only on the first start in a home.
    pub claim_code: Option<String>,
    output: Output,
}

impl Server {
    /// The id of its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// All that it has printed so far, to either stream.
    #[must_use]
    pub fn output(&self) -> String {
        self.output.text()
    }

    /// What `/health` says.
    ///
    /// # Errors
    /// When it says nothing, or no JSON.
    pub async fn health(&self) -> Result<Value> {
        http::get(self.web, "/health").await?.json()
    }

    /// Waits until `/health` says what is wanted of it.
    ///
    /// # Errors
    /// When it does not after a while; says what it said last.
    pub async fn until_health(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Result<()> {
        let deadline = Instant::now() + HEALTH_MAX;
        loop {
            let health = self.health().await?;
            if holds(&health) {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "/health does not say {what}: {health}");
            sleep(LOOK_EVERY).await;
        }
    }

    /// Asks it to stop and waits until it has.
    ///
    /// # Errors
    /// When it takes longer than five seconds.
    pub async fn stop(self) -> Result<ExitStatus> {
        process::signal(self.pid, Signal::TERM)?;
        self.ended().await
    }

    /// Waits until it has stopped.
    ///
    /// # Errors
    /// When it takes longer than five seconds.
    pub async fn ended(mut self) -> Result<ExitStatus> {
        let ended = timeout(STOP_MAX, self.child.wait()).await.with_context(|| {
            format!("still there after {STOP_MAX:?}; it printed:\n{}", self.output.text())
        })?;
        Ok(ended?)
    }

    /// Kills it as a power cut would and waits until it is gone.
    ///
    /// # Errors
    /// When it was gone already.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}
