//! Epochs: the runs of the server, in order, and whether each one ended with all its lines stored.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Problem, StoreError};
use super::{Store, time};

impl Store {
    /// Begins the epoch in which messages are numbered from now on. Lines of an epoch that was never begun are rejected.
    /// [`Store::close`] ends it.
    ///
    /// # Errors
    /// [`StoreError::EpochUsed`] when there was one of that name; a fault of the storage.
    pub async fn begin_epoch(&self, name: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.shared);
        let name = name.to_owned();
        self.act(move |connection| {
            let number = begin(connection, &name, at)?;
            shared.current_epoch.store(number, Ordering::Relaxed);
            Ok(())
        })
        .await
    }
}

fn begin(connection: &Connection, name: &str, at: DateTime<Utc>) -> Result<i64, Problem> {
    if number(connection, name)?.is_some() {
        return Err(StoreError::EpochUsed { name: name.to_owned() }.into());
    }
    connection.execute(
        "INSERT INTO epochs (name, begun_at_ms) VALUES (?1, ?2)",
        params![name, time::to_ms(at)],
    )?;
    Ok(connection.last_insert_rowid())
}

/// An epoch's number; later epochs have greater ones.
pub(super) fn number(connection: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT number FROM epochs WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Whether an epoch from this one on, other than the current one, may have lost its last lines.
pub(super) fn any_unclean(
    connection: &Connection,
    first: i64,
    current: i64,
) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM epochs WHERE clean = 0 AND number >= ?1 AND number <> ?2)",
        )?
        .query_row([first, current], |row| row.get(0))
}

/// Marks an epoch as ended with all its lines stored.
pub(super) fn end(connection: &Connection, number: i64) -> rusqlite::Result<()> {
    connection.execute("UPDATE epochs SET clean = 1 WHERE number = ?1", [number]).map(drop)
}
