//! The database as other processes than the server see it: what vouches for the logs and opens them. Changes nothing but
//! the list of those who read, and works beside a server that runs.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::error::{Problem, StoreError};
use super::evidence::{self, NumberedKey};
use super::{dossier, grants, migrate};
use crate::vocab::{AccountId, ChainHead, Grant, GrantId};

/// How long to wait for a lock that a server holds.
const PATIENCE: Duration = Duration::from_secs(5);

/// A database that is open beside its server.
#[derive(Debug)]
pub struct Archive {
    connection: Connection,
    path: PathBuf,
}

impl Archive {
    /// Opens a database for reading.
    ///
    /// # Errors
    /// When it cannot be opened, is not ours, or is of another version than this program.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    /// Opens a database, and notes in it that somebody reads what is on record. It is committed before this returns.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when the note cannot be written.
    pub fn open_to_read(
        path: &Path,
        at: DateTime<Utc>,
        reader: &str,
        what: &str,
        target: Option<&str>,
    ) -> Result<Self, StoreError> {
        let archive = Self::open_with(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        evidence::note_reading(&archive.connection, at, reader, what, target)
            .map_err(|error| StoreError::from_sqlite(path, &error))?;
        Ok(archive)
    }

    /// Opens a database to make and revoke grants.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_for_grants(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// The text of a note, which is made if it is not there: whoever comes second gets what the first one made.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn note_or(&self, key: &str, otherwise: &str) -> Result<String, StoreError> {
        self.read(|connection| {
            connection.execute(
                "INSERT OR IGNORE INTO notes (key, value) VALUES (?1, ?2)",
                [key, otherwise],
            )?;
            let read = "SELECT value FROM notes WHERE key = ?1";
            Ok(connection.query_row(read, [key], |row| row.get(0))?)
        })
    }

    /// Puts a grant on record.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn make_grant(&self, grant: &Grant) -> Result<(), StoreError> {
        self.read(|connection| grants::insert(connection, grant, None))
    }

    /// The grants of services, newest first.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn service_grants(&self) -> Result<Vec<Grant>, StoreError> {
        self.read(grants::of_services)
    }

    /// Takes a grant back. Whether it was good until then.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn revoke_grant(&self, id: GrantId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        self.read(|connection| Ok(grants::revoke(connection, id, at)?))
    }

    fn open_with(path: &Path, flags: OpenFlags) -> Result<Self, StoreError> {
        let fail = |error| StoreError::from_sqlite(path, &error);
        let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
        connection.busy_timeout(PATIENCE).map_err(fail)?;
        migrate::check_identity(&connection, path, migrate::STEPS)?;
        migrate::check_current(&connection, path)?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// Every head that was stored of the moderation log, by their numbers.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when a row cannot be read.
    pub fn heads(&self) -> Result<Vec<ChainHead>, StoreError> {
        self.read(evidence::heads)
    }

    /// Every key that texts of the moderation log are or were sealed with.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn keys(&self) -> Result<Vec<NumberedKey>, StoreError> {
        self.read(evidence::keys)
    }

    /// The account that is meant by an id, by its name or by that of one of its characters.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn account_named(&self, name: &str) -> Result<Option<AccountId>, StoreError> {
        self.read(|connection| dossier::account_named(connection, name))
    }

    /// Gives all that is stored about an account, a row at a time, with the title of its part.
    ///
    /// # Errors
    /// A fault of the storage; what `each` says, when it cannot take a row.
    pub fn tell(
        &self,
        account: AccountId,
        each: &mut dyn FnMut(&'static str, Value) -> io::Result<()>,
    ) -> Result<io::Result<()>, StoreError> {
        self.read(|connection| dossier::tell(connection, account, each))
    }

    /// The ids under which the logs have whoever has this name or id: account and characters, in lower case.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn ids_of(&self, name: &str) -> Result<Vec<String>, StoreError> {
        self.read(|connection| {
            let Some(account) = dossier::account_named(connection, name)? else {
                return Ok(Vec::new());
            };
            let characters = dossier::characters_of(connection, account)?;
            let ids = characters.iter().map(ToString::to_string);
            Ok(ids.chain([account.to_string()]).collect())
        })
    }

    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Problem>,
    ) -> Result<T, StoreError> {
        work(&self.connection).map_err(|problem| problem.at(&self.path))
    }
}
