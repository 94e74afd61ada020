//! What is asked of the logs on the command line, and what it takes to answer: which lines, in which form, with which keys.

use std::path::Path;

use anyhow::Context;
use chrono::Utc;
use clap::{Args, ValueEnum};

use super::table::Form;
use super::{Places, when};
use crate::config::Config;
use crate::journal::read::Select;
use crate::journal::{Keyring, Log};
use crate::store::Archive;

/// Which log.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Which {
    Chat,
    Moderation,
    System,
}

impl From<Which> for Log {
    fn from(which: Which) -> Self {
        match which {
            Which::Chat => Self::Chat,
            Which::Moderation => Self::Moderation,
            Which::System => Self::System,
        }
    }
}

/// Which lines.
#[derive(Debug, Args)]
pub struct Asked {
    /// Which log.
    #[arg(long, value_enum, default_value_t = Which::Moderation)]
    log: Which,
    /// Lines that name this player or account, by name or id.
    #[arg(long, value_name = "NAME")]
    player: Option<String>,
    /// Lines about this channel.
    #[arg(long)]
    channel: Option<String>,
    /// Lines of this rule.
    #[arg(long)]
    rule: Option<String>,
    /// Lines of this kind (act, hit, report, said, blocked, ...) or about this act (mute, ban, ...).
    #[arg(long)]
    kind: Option<String>,
    /// Lines in which this was typed.
    #[arg(long)]
    text: Option<String>,
    /// Lines of so long ago at most: 90s, 10m, 2h, 7d, 1w.
    #[arg(long, value_name = "TIME", conflicts_with = "from")]
    since: Option<String>,
    /// Lines from this day or moment on, UTC.
    #[arg(long, value_name = "MOMENT")]
    from: Option<String>,
    /// Lines before this day or moment, UTC.
    #[arg(long, value_name = "MOMENT")]
    to: Option<String>,
    /// A JSON object to a line instead of a table.
    #[arg(long)]
    json: bool,
    /// Leave sealed what is sealed; needs no database, and is not recorded.
    #[arg(long)]
    sealed: bool,
    #[command(flatten)]
    pub(super) places: Places,
}

/// Everything that it takes to answer.
pub(super) struct Inquiry {
    pub(super) log: Log,
    pub(super) select: Select,
    pub(super) keys: Option<Keyring>,
    pub(super) form: Form,
}

impl Asked {
    /// Prepares the answer. That somebody asks is in the database before this returns, unless nothing is to be opened.
    ///
    /// # Errors
    /// When a time makes no sense, or the database cannot be used.
    pub(super) fn prepare(
        &self,
        what: &str,
        config: &Config,
        form: Form,
    ) -> anyhow::Result<Inquiry> {
        let mut select = self.select()?;
        let form = if self.json { Form::Json } else { form };
        let log = Log::from(self.log);
        let database = self.places.database(config);
        // How the server fares is no record of anybody; but it knows people by their ids alone.
        if self.sealed || log == Log::System {
            if let (Some(names), Some(player), false) =
                (&mut select.names, &self.player, self.sealed)
            {
                names.extend(Archive::open(&database)?.ids_of(player)?);
            }
            return Ok(Inquiry { log, select, keys: None, form });
        }
        let archive = open(&database, what, self.target().as_deref())?;
        if let (Some(names), Some(player)) = (&mut select.names, &self.player) {
            names.extend(archive.ids_of(player)?);
        }
        let keys = Some(Keyring::new(archive.keys()?));
        Ok(Inquiry { log, select, keys, form })
    }

    fn select(&self) -> anyhow::Result<Select> {
        let from = match &self.since {
            Some(since) => Some(Utc::now() - when::span(since).context("--since")?),
            None => self.from.as_deref().map(when::moment).transpose().context("--from")?,
        };
        Ok(Select {
            names: self.player.as_ref().map(|name| vec![name.to_lowercase()]),
            channel: self.channel.clone(),
            rule: self.rule.clone(),
            kind: self.kind.clone(),
            text: self.text.as_ref().map(|text| text.to_lowercase()),
            from,
            to: self.to.as_deref().map(when::moment).transpose().context("--to")?,
        })
    }

    /// What is recorded of the question: whose lines. Not the words that were looked for: they may be somebody's.
    fn target(&self) -> Option<String> {
        self.player.clone()
    }
}

/// Opens the database, and has it recorded that somebody reads.
///
/// # Errors
/// When it cannot be used.
pub(super) fn open(database: &Path, what: &str, target: Option<&str>) -> anyhow::Result<Archive> {
    let opened = Archive::open_to_read(database, Utc::now(), &reader(), what, target);
    opened.context("without the database nothing can be opened, and it is to be recorded who reads")
}

/// The user who asks, as the system calls them.
pub(super) fn reader() -> String {
    let names = ["SUDO_USER", "USER", "LOGNAME"];
    let name = names.into_iter().find_map(|key| std::env::var(key).ok());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}
