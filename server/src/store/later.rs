//! What was said on all channels since a line, for a program that listens to all of them.

use rusqlite::{Connection, params};

use super::error::Problem;
use super::lines::{LINE_COLUMNS, StoredLine};
use super::pages::Reader;
use super::{Store, StoreError, numbers};
use crate::vocab::{Message, MessageId};

/// The most lines that are looked at.
const LOOKED_AT_MAX: i64 = 20_000;

/// What somebody missed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Later {
    /// The lines, oldest first.
    pub lines: Vec<Message>,
    /// Whether there was more than could be looked at or may be had at once, or the line from which on is not known.
    pub gap: bool,
}

impl Store {
    /// What a reader may read of all that was said after a line, on any channel; the oldest of it, if it is too much. Lines that were
    /// taken back are left out.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn later(
        &self,
        after: MessageId,
        reader: Reader,
        limit: usize,
    ) -> Result<Later, StoreError> {
        self.question(move |connection| later(connection, after, &reader, limit)).await
    }
}

fn later(
    connection: &Connection,
    after: MessageId,
    reader: &Reader,
    limit: usize,
) -> Result<Later, Problem> {
    let (first, last) = numbers::of(after);
    let known: Option<i64> = connection
        .prepare_cached(
            "SELECT max(number) FROM messages WHERE number BETWEEN ?1 AND ?2 AND id = ?3",
        )?
        .query_row(params![first, last, after.to_string()], |row| row.get(0))?;
    let mut later = Later { lines: Vec::new(), gap: known.is_none() };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {LINE_COLUMNS} FROM messages WHERE number > ?1 ORDER BY number LIMIT ?2"
    ))?;
    let from = known.unwrap_or(last);
    let lines = statement.query_map(params![from, LOOKED_AT_MAX], StoredLine::read)?;
    let mut looked_at = 0;
    for line in lines {
        looked_at += 1;
        let Some(message) = line?.readable().filter(|message| reader.takes(message)) else {
            continue;
        };
        if later.lines.len() == limit {
            return Ok(Later { gap: true, ..later });
        }
        later.lines.push(message);
    }
    later.gap |= looked_at == LOOKED_AT_MAX;
    Ok(later)
}
