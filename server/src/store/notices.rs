//! Words that wait for somebody to come in: `notices`. A row goes when it has been read.

use rusqlite::{Connection, params};

use super::error::{Problem, StoreError};
use super::restrictions::person_key;
use super::{Store, time};
use crate::vocab::{Notice, Person};

/// The most notices that are shown at once; the oldest first.
const NOTICES_MAX: u32 = 20;

impl Store {
    /// What waits for somebody, oldest first.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when a row cannot be read.
    pub async fn notices(&self, person: Person) -> Result<Vec<Notice>, StoreError> {
        self.question(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT number, text, at_ms FROM notices WHERE person = ?1 ORDER BY number LIMIT ?2",
            )?;
            let key = person_key(person);
            let rows = statement.query_map(params![key, NOTICES_MAX], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
            rows.map(|row| {
                let (number, text, at_ms) = row?;
                Ok(Notice { number, person, text, at: time::from_ms(at_ms)? })
            })
            .collect()
        })
        .await
    }

    /// These were read.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn notices_read(&self, numbers: Vec<i64>) -> Result<(), StoreError> {
        self.act(move |connection| {
            let mut statement =
                connection.prepare_cached("DELETE FROM notices WHERE number = ?1")?;
            for number in &numbers {
                statement.execute([number])?;
            }
            Ok(())
        })
        .await
    }
}

pub(super) fn insert(connection: &Connection, notice: &Notice) -> Result<(), Problem> {
    connection
        .prepare_cached("INSERT INTO notices (person, text, at_ms) VALUES (?1, ?2, ?3)")?
        .execute(params![person_key(notice.person), notice.text, time::to_ms(notice.at)])?;
    Ok(())
}
