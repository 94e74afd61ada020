//! Where servers live, one after the other: a folder, and how their settings differ from the defaults.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::{LOOK_EVERY, Output, START_MAX, Server, binary, start};

/// What lifts the limits that a test or a load run would hit long before a person does, and lets it read the moderation log.
const UNHURRIED: [(&str, &str); 4] = [
    ("chat.rate_limiting.enabled", "false"),
    ("moderation.ladder", "false"),
    ("limits.lines_per_second", "0"),
    ("logs.moderation_sealed", "false"),
];

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

impl Home {
    /// An empty folder with the world of the tests, free ports, and no limits on how fast one types.
    ///
    /// # Errors
    /// When no temporary folder can be made.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("hearsay-").tempdir()?;
        fs::write(folder.path().join("server_config.yaml"), "{}\n")?;
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

    /// An empty folder with a copy of the world of the tests, in `world`, that may be changed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn with_world_of_its_own() -> Result<Self> {
        let home = Self::new()?;
        let world = home.path("world");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("world"), &world)?;
        Ok(home.set("world.path", world.display()))
    }

    /// Changes the first occurrence of a text in a file of the home.
    ///
    /// # Errors
    /// When there is none.
    pub fn rewrite(&self, file: &str, from: &str, to: &str) -> Result<()> {
        let path = self.path(file);
        let text = fs::read_to_string(&path)?;
        ensure!(text.contains(from), "{from:?} is not in {file}");
        Ok(fs::write(path, text.replacen(from, to, 1))?)
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

    /// The same home, whose servers have a variable of the environment that is no setting of ours.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: impl Display) -> Self {
        self.settings.insert(name.to_owned(), value.to_string());
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
                telnet_tls: said.telnet_tls,
                web: said.web,
                web_tls: said.web_tls,
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
        until_ended(self.command_with(arguments)?.spawn()?).await
    }

    /// The binary with other arguments, to be started in this home and with its settings.
    ///
    /// # Errors
    /// When there is no binary.
    pub fn command_with(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(binary::path()?);
        command.args(arguments);
        self.at_home(&mut command);
        Ok(command)
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

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

async fn until_ended(child: Child) -> Result<Ended> {
    let ended = timeout(START_MAX, child.wait_with_output())
        .await
        .with_context(|| format!("it did not end within {START_MAX:?}"))??;
    let mut output = String::from_utf8_lossy(&ended.stdout).into_owned();
    output.push_str(&String::from_utf8_lossy(&ended.stderr));
    Ok(Ended { status: ended.status, output })
}
