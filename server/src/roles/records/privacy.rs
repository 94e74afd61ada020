//! `hearsay privacy`: a copy of everything that is stored about an account, and its end.

use std::fs::OpenOptions;
use std::io::{self, BufRead, BufWriter, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::Utc;
use clap::Subcommand;
use serde_json::Value;

use super::Places;
use super::asked::{open, reader};
use crate::config::Config;
use crate::journal::read::{Record, Select, search};
use crate::journal::{Erased, Keyring, Log, blank};
use crate::store::{Archive, Erasable, Eraser, StoreOptions};
use crate::vocab::Rank;

/// How long to wait for a server that is just stopping. Milliseconds.
const PATIENCE_MS: u64 = 500;

/// What `hearsay privacy` can do.
#[derive(Debug, Subcommand)]
pub enum PrivacyTask {
    /// Write all that is stored about an account as JSON, from the database and from the logs.
    Export {
        /// The account's id or name, or the name of one of its characters.
        account: String,
        /// The file to write; it must not be there yet. Without it, standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Where logs and database are.
        #[command(flatten)]
        places: Places,
    },
    /// Erase all that was typed by or about an account, for ever; while the server is stopped.
    Erase {
        /// The account's id or name, or the name of one of its characters.
        account: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Where logs and database are.
        #[command(flatten)]
        places: Places,
    },
}

/// Does it.
///
/// # Errors
/// When there is no such account, the server runs, or files cannot be read or written; the message says so.
pub fn privacy(
    task: &PrivacyTask,
    config: &Config,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> anyhow::Result<bool> {
    match task {
        PrivacyTask::Export { account, out: Some(file), places } => {
            let mut options = OpenOptions::new();
            let opened = options.write(true).create_new(true).mode(0o600).open(file);
            let opened = opened.with_context(|| format!("making {}", file.display()))?;
            let mut copy = BufWriter::new(opened);
            export(account, places, config, &mut copy)?;
            copy.flush()?;
            writeln!(out, "{} has all that is stored about {account}", file.display())?;
        }
        PrivacyTask::Export { account, out: None, places } => {
            export(account, places, config, out)?;
        }
        PrivacyTask::Erase { account, yes, places } => {
            return erase(account, *yes, places, config, input, out);
        }
    }
    Ok(true)
}

fn export(name: &str, places: &Places, config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    let (database, root) = (places.database(config), places.logs(config));
    let id = Archive::open(&database)?.account_named(name)?;
    let id = id.with_context(|| format!("there is no account {name:?}"))?;
    let archive = open(&database, "export", Some(&id.to_string()))?;
    let mut copy = Copy { out, part: None };
    archive.tell(id, &mut |part, row| copy.row(part, &row))??;
    let keys = Keyring::new(archive.keys()?);
    let names = archive.ids_of(&id.to_string())?;
    let select = Select { names: Some(names), ..Select::default() };
    let logs =
        [(Log::Chat, "chat_log"), (Log::Moderation, "moderation_log"), (Log::System, "system_log")];
    for (log, part) in logs {
        let mut written = Ok(());
        let found = |record: &Record| {
            written = copy.row(part, &record.to_json());
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        search(log, &root, &select, Some(&keys), found)?;
        written?;
    }
    Ok(copy.end()?)
}

/// One JSON object: a list for each part, written row by row.
struct Copy<'a> {
    out: &'a mut dyn Write,
    part: Option<&'static str>,
}

impl Copy<'_> {
    fn row(&mut self, part: &'static str, row: &Value) -> io::Result<()> {
        let before = match self.part.replace(part) {
            None => format!("{{\n\"{part}\": [\n"),
            Some(open) if open == part => ",\n".to_owned(),
            Some(_) => format!("\n],\n\"{part}\": [\n"),
        };
        write!(self.out, "{before}{row}")
    }

    fn end(self) -> io::Result<()> {
        writeln!(self.out, "{}", if self.part.is_some() { "\n]\n}" } else { "{}" })
    }
}

fn erase(
    name: &str,
    is_sure: bool,
    places: &Places,
    config: &Config,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> anyhow::Result<bool> {
    let (database, root) = (places.database(config), places.logs(config));
    anyhow::ensure!(database.exists(), "there is no database {}", database.display());
    let options = StoreOptions { busy_timeout_ms: PATIENCE_MS, ..StoreOptions::at(database) };
    let eraser = Eraser::open(&options).context("erasing needs the server to be stopped")?;
    let found = eraser.find(name)?.with_context(|| format!("there is no account {name:?}"))?;
    let Erasable { account, characters } = found;
    anyhow::ensure!(
        account.rank < Rank::Owner,
        "{} owns this server: make another account owner first",
        account.name
    );
    if !is_sure && !confirmed(&account.name, input, out)? {
        writeln!(out, "nothing was erased")?;
        return Ok(false);
    }
    eraser.erase(account.id, &reader(), Utc::now())?;
    let whom = Erased {
        account: account.id.to_string(),
        players: characters.iter().map(ToString::to_string).collect(),
    };
    let again = format!("do it again with {}", account.id);
    let lines = blank(&root, &whom).with_context(|| format!("writing over the logs; {again}"))?;
    writeln!(
        out,
        "{} is erased; {lines} lines of chat and system log were written over",
        account.id
    )?;
    tell_of_rest(&eraser, &root, &whom, out)?;
    Ok(true)
}

fn confirmed(name: &str, input: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<bool> {
    write!(
        out,
        "Everything that was typed by or about {name} will be gone for ever. Type the name: "
    )?;
    out.flush()?;
    let mut typed = String::new();
    input.read_line(&mut typed)?;
    Ok(typed.trim() == name)
}

/// What erasing cannot reach.
fn tell_of_rest(
    eraser: &Eraser,
    root: &Path,
    whom: &Erased,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let names = whom.players.iter().chain([&whom.account]).cloned().collect();
    let select = Select { names: Some(names), ..Select::default() };
    let mut open = 0_u64;
    search(Log::Moderation, root, &select, None, |record| {
        open += u64::from(record.is_unsealed());
        ControlFlow::Continue(())
    })?;
    if open > 0 {
        writeln!(
            out,
            "{open} lines of the moderation log were written unsealed and stay as they are"
        )?;
    }
    for copy in eraser.copies() {
        writeln!(out, "{} is an older copy of the database: remove it", copy.display())?;
    }
    Ok(())
}
