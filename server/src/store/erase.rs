//! Takes everything that was typed by or about an account out of the database, while no server runs on it, and sees to it that
//! nothing of it is left in the file.

use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::error::{Problem, StoreError};
use super::open::{self, OpenDatabase};
use super::{StoreOptions, accounts, dossier, migrate};
use crate::vocab::{Account, AccountId, PlayerId};

/// A database that is held for erasing; no server can start on it meanwhile.
#[derive(Debug)]
pub struct Eraser {
    database: OpenDatabase,
}

/// An account that can be erased, and the ids under which the logs know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasable {
    /// The account.
    pub account: Account,
    /// Its characters.
    pub characters: Vec<PlayerId>,
}

impl Eraser {
    /// Opens a database.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while a server has it; as [`Store::open`](super::Store::open).
    pub fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        Ok(Self { database: open::open(options, migrate::STEPS)? })
    }

    /// The account that is meant by an id, by its name or by that of one of its characters.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn find(&self, name: &str) -> Result<Option<Erasable>, StoreError> {
        self.with(|connection| {
            let Some(id) = dossier::account_named(connection, name)? else { return Ok(None) };
            let characters = dossier::characters_of(connection, id)?;
            let account = accounts::by_id(connection, id)?;
            Ok(account.map(|account| Erasable { account, characters }))
        })
    }

    /// Erases an account: all or nothing. Afterwards the file is written anew, so that nothing is left in pages that are
    /// not in use, and the write-ahead log is emptied.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn erase(
        &self,
        account: AccountId,
        reader: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.with(|connection| {
            connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
            let transaction = connection.unchecked_transaction()?;
            dossier::erase(&transaction, account, reader, at)?;
            transaction.commit()?;
            connection.execute_batch("VACUUM")?;
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(())
        })
    }

    /// Copies of the database that were left beside it by changes of its schema. They still hold what was erased.
    #[must_use]
    pub fn copies(&self) -> Vec<PathBuf> {
        let path = &self.database.path;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path.parent().and_then(|folder| fs::read_dir(folder).ok());
        let files = folder.into_iter().flatten().flatten().map(|entry| entry.path());
        let is_copy = |path: &PathBuf| {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            file.strip_prefix(&name).is_some_and(|rest| rest.starts_with(".schema-"))
        };
        let mut copies: Vec<PathBuf> = files.filter(is_copy).collect();
        copies.sort();
        copies
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Problem>,
    ) -> Result<T, StoreError> {
        work(&self.database.connection).map_err(|problem| problem.at(&self.database.path))
    }
}
