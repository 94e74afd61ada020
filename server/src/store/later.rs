//! What was said on all channels since a line, for a program that listens to all of them.

use rusqlite::{Connection, params};

use super::error::Problem;
use super::lines::{LINE_COLUMNS, StoredLine};
use super::reader::Reader;
use super::{Store, StoreError, numbers};
use crate::vocab::{Message, MessageId};

/// The most lines that are looked at.
const LOOKED_AT_MAX: i64 = 2_000;

/// What somebody missed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Later {
    /// The lines, oldest first.
    pub lines: Vec<Message>,
    /// Whether the line is not known from which on they are wanted.
    pub is_unknown: bool,
    /// The last line that was looked at, if there is more behind it.
    pub reached: Option<MessageId>,
}

impl Store {
    /// What a reader may read of what was said after a line, on any channel: the oldest of it, if it is too much for once.
    /// Lines that were taken back are left out.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn later(&self, after: MessageId, reader: Reader) -> Result<Later, StoreError> {
        self.question(move |connection| later(connection, after, &reader)).await
    }
}

fn later(connection: &Connection, after: MessageId, reader: &Reader) -> Result<Later, Problem> {
    let (first, last) = numbers::of(after);
    let known: Option<i64> = connection
        .prepare_cached(
            "SELECT max(number) FROM messages WHERE number BETWEEN ?1 AND ?2 AND id = ?3",
        )?
        .query_row(params![first, last, after.to_string()], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {LINE_COLUMNS} FROM messages WHERE number > ?1 ORDER BY number LIMIT ?2"
    ))?;
    let from = known.unwrap_or(last);
    let lines = statement.query_map(params![from, LOOKED_AT_MAX], StoredLine::read)?;
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    let is_all = (lines.len() as i64) < LOOKED_AT_MAX;
    let newest = lines.iter().rev().find_map(|line| line.message.as_ref().map(|it| it.id));
    let readable = lines.into_iter().filter_map(StoredLine::readable);
    Ok(Later {
        lines: readable.filter(|message| reader.takes(message)).collect(),
        is_unknown: known.is_none(),
        reached: newest.filter(|_| !is_all),
    })
}
