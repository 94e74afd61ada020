//! `hearsay logs` and `hearsay privacy`: what can be done with the records from a shell, beside a server that runs or after it
//! has stopped. Writes to what it is given, never to the terminal itself.

mod asked;
mod privacy;
mod search;
mod stats;
mod table;
mod verify;
mod when;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use asked::Asked;
pub use privacy::{PrivacyTask, privacy};
use table::Form;

use crate::config::Config;

/// What `hearsay logs` can do.
#[derive(Debug, Subcommand)]
pub enum LogsTask {
    /// Check that no line of the moderation log was removed, changed, moved or inserted; exit with 1 if one was.
    Verify(Places),
    /// Print the lines that are asked for, oldest first.
    Search(Asked),
    /// Print how often what occurs in the lines that are asked for.
    Stats {
        /// Which lines.
        #[command(flatten)]
        asked: Asked,
        /// How many of each to show.
        #[arg(long, default_value_t = 10)]
        top: usize,
    },
    /// Print the newest lines that are asked for, and further ones as they come.
    Tail {
        /// Which lines.
        #[command(flatten)]
        asked: Asked,
        /// How many of the lines that are there to begin with.
        #[arg(short = 'n', long, default_value_t = 10)]
        lines: usize,
    },
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
pub fn logs(
    task: &LogsTask,
    config: &Config,
    is_coloured: bool,
    out: &mut dyn Write,
) -> anyhow::Result<bool> {
    let form = Form::Table { is_coloured };
    match task {
        LogsTask::Verify(places) => return verify::run(places, config, out),
        LogsTask::Search(asked) => search::find(asked, config, form, out)?,
        LogsTask::Stats { asked, top } => stats::run(asked, *top, config, form, out)?,
        LogsTask::Tail { asked, lines } => search::tail(asked, *lines, config, form, out)?,
    }
    Ok(true)
}
