//! `hearsay logs` and `hearsay privacy`: what can be done with the records from a shell, beside a server that runs or after it
//! has stopped. Writes to what it is given, never to the terminal itself.

mod verify;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::config::Config;

/// What `hearsay logs` can do.
#[derive(Debug, Subcommand)]
pub enum LogsTask {
    /// Check that no line of the moderation log was removed, changed, moved or inserted; exit with 1 if one was.
    Verify(Places),
}

/// Where logs and database are, if not where the configuration says.
#[derive(Debug, Args)]
pub struct Places {
    /// The folder that holds chat/, moderation/ and system/.
    #[arg(long, value_name = "DIR")]
    logs: Option<PathBuf>,
    /// The SQLite file.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
}

impl Places {
    fn logs(&self, config: &Config) -> PathBuf {
        self.logs.clone().unwrap_or_else(|| config.logs.dir.clone())
    }

    fn database(&self, config: &Config) -> PathBuf {
        self.database.clone().unwrap_or_else(|| config.store.path.clone())
    }
}

/// Does it. Whether all was well: a broken chain is no error of this program.
///
/// # Errors
/// When files cannot be read, or what was asked for makes no sense; the message says so.
pub fn logs(task: &LogsTask, config: &Config, out: &mut dyn Write) -> anyhow::Result<bool> {
    match task {
        LogsTask::Verify(places) => verify::run(places, config, out),
    }
}
