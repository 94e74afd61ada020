//! A Hearsay server as its own process: its folder, its settings, its start and its end.
//!
//! Never guesses a port: the server binds port 0 and says which it got.

mod binary;
mod start;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::{http, process};
pub use start::Output;

/// How long a server may take until it is ready; generous, for debug builds on a busy machine.
const START_MAX: Duration = Duration::from_secs(30);
/// How long a server may take to stop after SIGTERM.
const STOP_MAX: Duration = Duration::from_secs(5);

/// How often what is about to change is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// How long it may take until `/health` says what is expected.
const HEALTH_MAX: Duration = Duration::from_secs(15);

/// What lifts the limits that a test or a load run would hit long before a person does.
const UNHURRIED: [(&str, &str); 2] =
    [("chat.rate_limiting.enabled", "false"), ("limits.lines_per_second", "0")];

/// Where a server lives: its folder, and how its settings differ from the defaults. Outlives the servers started in it,
/// so that a test can stop one and start the next on the same data.
pub struct Home {
    folder: TempDir,
    settings: BTreeMap<String, String>,
    arguments: Vec<String>,
    core: Option<usize>,
}

/// A process of the binary that has ended by itself.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// All that it printed, to either stream.
    pub output: String,
}

/// A server that is up. Dropping it kills its process.
pub struct Server {
    child: Child,
    pid: u32,
    /// Where telnet listens; port 0 for a world alone, which does not.
    pub telnet: SocketAddr,
    /// Where HTTP and WebSocket listen.
    pub web: SocketAddr,
    /// What makes the first one to type it the owner; only on the first start in a home.
    pub claim_code: Option<String>,
    output: Output,
}

impl Home {
    /// An empty folder with the world of the tests, free ports, and no limits on how fast one types.
    ///
    /// # Errors
    /// When no temporary folder can be made.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("hearsay-").tempdir()?;
        std::fs::write(folder.path().join("server_config.yaml"), "{}\n")?;
        let world = Path::new(env!("CARGO_MANIFEST_DIR")).join("world");
        let home = Self { folder, settings: BTreeMap::new(), arguments: Vec::new(), core: None }
            .set("telnet.listen", "127.0.0.1:0")
            .set("http.listen", "127.0.0.1:0")
            .set("world.path", world.display());
        let database = home.path("hearsay.db");
        let logs = home.path("logs");
        let home = home.set("store.path", database.display()).set("logs.dir", logs.display());
        Ok(UNHURRIED.into_iter().fold(home, |home, (key, value)| home.set(key, value)))
    }

    /// The same home with one setting changed; the key as in the config file, its parts joined by dots.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl Display) -> Self {
        let variable = format!("HEARSAY_{}", key.replace('.', "__").to_uppercase());
        self.settings.insert(variable, value.to_string());
        self
    }

    /// The same home, whose servers get more on their command line, such as `--role world`.
    #[must_use]
    pub fn with_arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// The same home, whose servers run on one processor core only.
    #[must_use]
    pub fn on_core(mut self, core: usize) -> Self {
        self.core = Some(core);
        self
    }

    /// A path inside the home.
    #[must_use]
    pub fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    /// The database, to be looked into while a server uses it.
    ///
    /// # Errors
    /// When there is none.
    pub fn database(&self) -> Result<rusqlite::Connection> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let database = rusqlite::Connection::open_with_flags(self.path("hearsay.db"), flags)?;
        database.busy_timeout(Duration::from_secs(5))?;
        Ok(database)
    }

    /// Waits until words that were said are in the database.
    ///
    /// # Errors
    /// When they are not after a while.
    pub async fn until_stored(&self, words: &str) -> Result<()> {
        let database = self.database()?;
        let deadline = Instant::now() + START_MAX;
        let like = format!("%\"content\":\"{words}\"%");
        loop {
            let found: bool = database.query_row(
                "SELECT EXISTS (SELECT 1 FROM messages WHERE body LIKE ?1)",
                [&like],
                |row| row.get(0),
            )?;
            if found {
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "{words:?} is not in the database");
            sleep(LOOK_EVERY).await;
        }
    }

    /// Starts a server and waits until it says that it is ready.
    ///
    /// # Errors
    /// When it stops or stays silent instead; holds what it printed.
    pub async fn start(&self) -> Result<Server> {
        let mut child = self.command()?.spawn().context("starting the server")?;
        let pid = child.id().context("the server is gone already")?;
        let output = Output::default();
        match timeout(START_MAX, start::until_ready(&mut child, &output)).await {
            Ok(Ok(said)) => Ok(Server {
                child,
                pid,
                telnet: said.telnet.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0))),
                web: said.web,
                claim_code: said.claim_code,
                output,
            }),
            Ok(Err(error)) => Err(error.context(format!("the server printed:\n{}", output.text()))),
            Err(_) => {
                bail!("not ready within {START_MAX:?}; the server printed:\n{}", output.text())
            }
        }
    }

    /// Starts a server that must give up by itself.
    ///
    /// # Errors
    /// When it has not ended after half a minute, which means that it started.
    pub async fn fail_to_start(&self) -> Result<Ended> {
        until_ended(self.command()?.spawn().context("starting the server")?).await
    }

    /// Runs the binary with other arguments, such as `check`, in this home and with its settings.
    ///
    /// # Errors
    /// When it has not ended after half a minute.
    pub async fn run(&self, arguments: &[&str]) -> Result<Ended> {
        let mut command = Command::new(binary::path()?);
        command.args(arguments);
        until_ended(self.at_home(&mut command).spawn()?).await
    }

    fn command(&self) -> Result<Command> {
        let binary = binary::path()?;
        let mut command = match self.core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.arg("-c").arg(core.to_string()).arg(binary);
                command
            }
            None => Command::new(binary),
        };
        command
            .arg("serve")
            .arg("--config")
            .arg(self.path("server_config.yaml"))
            .args(&self.arguments);
        self.at_home(&mut command);
        Ok(command)
    }

    fn at_home<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .envs(&self.settings)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
    }
}

async fn until_ended(child: Child) -> Result<Ended> {
    let ended = timeout(START_MAX, child.wait_with_output())
        .await
        .with_context(|| format!("it did not end within {START_MAX:?}"))??;
    let mut output = String::from_utf8_lossy(&ended.stdout).into_owned();
    output.push_str(&String::from_utf8_lossy(&ended.stderr));
    Ok(Ended { status: ended.status, output })
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
