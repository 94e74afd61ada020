//! `hearsay token`: tokens of services for the REST API, made and revoked from a shell, beside a server that runs or not.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use chrono::{TimeDelta, Utc};
use clap::Subcommand;

use super::halves::API_SECRET_NOTE;
use crate::accounts::Tokens;
use crate::config::Config;
use crate::store::Archive;
use crate::vocab::{Grant, GrantId, Holder, TokenScopes};

/// The longest a token may count. Days.
const DAYS_MAX: u32 = 3650;

/// What `hearsay token` can do.
#[derive(Debug, Subcommand)]
pub enum TokenTask {
    /// Make a token for a service and print it; it is shown this once.
    Create {
        /// What the service is called, in lists and on record.
        #[arg(long)]
        name: String,
        /// What it may do: scopes with blanks between them, such as "chat:read log:write".
        #[arg(long)]
        scope: TokenScopes,
        /// How long it counts.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=i64::from(DAYS_MAX)))]
        days: u32,
        /// The SQLite file, if not where the configuration says.
        #[arg(long, value_name = "FILE")]
        database: Option<PathBuf>,
    },
    /// List the tokens of services.
    List {
        /// The SQLite file, if not where the configuration says.
        #[arg(long, value_name = "FILE")]
        database: Option<PathBuf>,
    },
    /// Take a token back; from then on it is refused.
    Revoke {
        /// Its id, as `list` has it.
        id: GrantId,
        /// The SQLite file, if not where the configuration says.
        #[arg(long, value_name = "FILE")]
        database: Option<PathBuf>,
    },
}

/// Does it. Whether there was something to be done.
///
/// # Errors
/// When there is no database of this version, or what was asked for makes no sense; the message says so.
pub fn tokens(task: &TokenTask, config: &Config, out: &mut dyn Write) -> anyhow::Result<bool> {
    match task {
        TokenTask::Create { name, scope, days, database } => {
            let archive = open(config, database.as_ref())?;
            writeln!(out, "{}", create(&archive, name, scope, *days)?)?;
        }
        TokenTask::List { database } => {
            for grant in open(config, database.as_ref())?.service_grants()? {
                writeln!(out, "{}", line(&grant))?;
            }
        }
        TokenTask::Revoke { id, database } => {
            let revoked = open(config, database.as_ref())?.revoke_grant(*id, Utc::now())?;
            let said = if revoked { "is revoked" } else { "is not in use" };
            writeln!(out, "{id} {said}")?;
            return Ok(revoked);
        }
    }
    Ok(true)
}

fn open(config: &Config, database: Option<&PathBuf>) -> anyhow::Result<Archive> {
    let path = database.unwrap_or(&config.store.path);
    let opened = Archive::open_for_grants(path);
    opened.with_context(|| format!("opening {}; a server makes it when it starts", path.display()))
}

fn create(
    archive: &Archive,
    name: &str,
    scopes: &TokenScopes,
    days: u32,
) -> anyhow::Result<String> {
    let is_name =
        |text: &str| (1..=60).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    anyhow::ensure!(is_name(name), "--name takes 1 to 60 visible ASCII characters, not {name:?}");
    anyhow::ensure!(!scopes.is_empty(), "--scope takes one of {} or more", TokenScopes::all());
    let secret = archive.note_or(API_SECRET_NOTE, &Tokens::draw_secret())?;
    let now = Utc::now();
    let grant = Grant {
        id: GrantId::now_v7(),
        holder: Holder::Service(name.into()),
        scopes: scopes.clone(),
        made: now,
        expires: now + TimeDelta::days(i64::from(days)),
        revoked: None,
    };
    archive.make_grant(&grant)?;
    Ok(Tokens::new(&secret)?.sign(grant.id, grant.made, grant.expires))
}

fn line(grant: &Grant) -> String {
    let name = match &grant.holder {
        Holder::Service(name) => name.as_str(),
        Holder::Account(_) => "",
    };
    let state = match grant.revoked {
        Some(at) => format!("revoked {}", at.format("%Y-%m-%d")),
        None if !grant.is_good(Utc::now()) => "ended".to_owned(),
        None => format!("until {}", grant.expires.format("%Y-%m-%d")),
    };
    format!("{}  {name}  {state}  {}", grant.id, grant.scopes)
}
