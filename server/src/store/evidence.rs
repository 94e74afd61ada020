//! What vouches for the moderation log and opens it: `log_heads`, `account_keys`, and `readings` that wait to be logged.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::{Problem, StoreError};
use super::{Store, time};
use crate::vocab::{AccountId, ChainHead, TextKey};

/// Readings given to the log at once.
const READINGS_MAX: u32 = 100;

/// That somebody with a shell read what is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its number, ascending.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The user on that machine.
    pub reader: String,
    /// How, as a word: `search`, `stats`, `tail`, `export`.
    pub what: String,
    /// What was asked for; none for everything.
    pub target: Option<String>,
}

impl Store {
    /// Stores where the moderation log ends. A run of the server replaces only its own heads, so that those of earlier runs
    /// still vouch for what they saw.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn put_heads(
        &self,
        run: &str,
        heads: Vec<ChainHead>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let run = run.to_owned();
        self.act(move |connection| heads.iter().try_for_each(|it| put(connection, &run, it, at)))
            .await
    }

    /// The key that an account's texts are sealed with now, if it has one.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn find_text_key(&self, account: AccountId) -> Result<Option<TextKey>, StoreError> {
        self.question(move |connection| Ok(live_key(connection, account)?)).await
    }

    /// Stores a key of an account, beside those that it has.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn keep_text_key(&self, new: TextKey, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.act(move |connection| {
            let account = new.account.0.cast_signed();
            connection
                .prepare_cached(
                    "INSERT INTO account_keys (id, account, key, created_at_ms)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![new.id, account, new.bytes, time::to_ms(at)])?;
            Ok(())
        })
        .await
    }

    /// The oldest readings that are not in the log yet.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when a row cannot be read.
    pub async fn readings(&self) -> Result<Vec<Reading>, StoreError> {
        self.question(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, at_ms, reader, what, target FROM readings ORDER BY id LIMIT ?1",
            )?;
            let rows = statement.query_map([READINGS_MAX], stored_reading)?;
            rows.map(|row| decoded(row?)).collect()
        })
        .await
    }

    /// Removes the readings up to this one: they are in the log.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn forget_readings(&self, through: i64) -> Result<(), StoreError> {
        self.act(move |connection| {
            connection.prepare_cached("DELETE FROM readings WHERE id <= ?1")?.execute([through])?;
            Ok(())
        })
        .await
    }
}

fn put(
    connection: &Connection,
    run: &str,
    head: &ChainHead,
    at: DateTime<Utc>,
) -> Result<(), Problem> {
    connection
        .prepare_cached(
            "REPLACE INTO log_heads (day, run, seq, hash, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            head.day.to_string(),
            run,
            head.seq.cast_signed(),
            head.hash.to_string(),
            time::to_ms(at)
        ])?;
    Ok(())
}

fn live_key(connection: &Connection, account: AccountId) -> rusqlite::Result<Option<TextKey>> {
    connection
        .prepare_cached(
            "SELECT id, key FROM account_keys WHERE account = ?1 AND key IS NOT NULL
             ORDER BY created_at_ms DESC LIMIT 1",
        )?
        .query_row([account.0.cast_signed()], |row| {
            Ok(TextKey { id: row.get(0)?, account, bytes: row.get(1)? })
        })
        .optional()
}

/// Every head that any run stored, by their numbers.
pub(super) fn heads(connection: &Connection) -> Result<Vec<ChainHead>, Problem> {
    let mut statement = connection.prepare("SELECT day, seq, hash FROM log_heads ORDER BY seq")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
    })?;
    rows.map(|row| {
        let (day, seq, hash) = row?;
        let odd = |why: String| Problem::unreadable(format!("the log's head of {day}"), why);
        Ok(ChainHead {
            day: day.parse::<NaiveDate>().map_err(|why| odd(why.to_string()))?,
            seq: seq.cast_unsigned(),
            hash: hash.parse().map_err(|why: crate::vocab::NoDigest| odd(why.to_string()))?,
        })
    })
    .collect()
}

/// A key by its number; none for one that was destroyed.
pub type NumberedKey = (i64, Option<[u8; 32]>);

/// Every key.
pub(super) fn keys(connection: &Connection) -> Result<Vec<NumberedKey>, Problem> {
    let mut statement = connection.prepare("SELECT id, key FROM account_keys")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes a reading, to be logged by the server that runs or by the next one.
pub(super) fn note_reading(
    connection: &Connection,
    at: DateTime<Utc>,
    reader: &str,
    what: &str,
    target: Option<&str>,
) -> rusqlite::Result<()> {
    connection
        .prepare("INSERT INTO readings (at_ms, reader, what, target) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![time::to_ms(at), reader, what, target])?;
    Ok(())
}

type StoredReading = (i64, i64, String, String, Option<String>);

fn stored_reading(row: &Row<'_>) -> rusqlite::Result<StoredReading> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

fn decoded((id, at_ms, reader, what, target): StoredReading) -> Result<Reading, Problem> {
    Ok(Reading { id, at: time::from_ms(at_ms)?, reader, what, target })
}

/// A key for an account that has none, with a number that no other has.
#[must_use]
pub fn new_text_key(account: AccountId) -> TextKey {
    // Numbers that JSON tools hold exactly; among 2^48 a second one is never the same in practice, and then it is refused.
    let id = super::ids::random().cast_signed();
    TextKey { id, account, bytes: rand::random() }
}
