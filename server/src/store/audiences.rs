//! Who was there to hear a line: `audiences`. A list is stored once for all lines that the same people heard; short ones stay
//! with their line. Owned by the writer; nobody else adds rows.

use std::sync::Arc;

use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;

use super::error::Problem;
use crate::vocab::{Message, PlayerId};

/// A list of so many is stored with its line.
const SHORT: usize = 2;
/// For how long lines are stored under one row. A row that is older than the oldest line by so much has none left.
/// Milliseconds.
const USED_MS: i64 = 3_600_000;
/// How far a clock may have been set back while lines were said: they sort by name, not by time. Milliseconds.
const SET_BACK_MS: i64 = 86_400_000;
/// How many listeners are remembered, over all lists.
const LISTENERS_MAX: usize = 500_000;

/// The lists that have rows.
#[derive(Default)]
pub(super) struct Audiences {
    /// By where a list lies in memory, which is the same for all that is said in a room while nobody comes or goes.
    known: FxHashMap<usize, Known>,
    listeners: usize,
}

struct Known {
    /// Keeps its place in memory from being used for another.
    list: Arc<[PlayerId]>,
    number: i64,
    since_ms: i64,
}

impl Audiences {
    /// The row of a line's audience, which is added if there is none; none for a line that keeps its list itself.
    pub(super) fn row_of(
        &mut self,
        line: &Message,
        connection: &Connection,
    ) -> Result<Option<i64>, Problem> {
        let Some(list) = line.audience.as_ref().filter(|list| list.len() > SHORT) else {
            return Ok(None);
        };
        let (place, at_ms) = (list.as_ptr().addr(), line.at.timestamp_millis());
        let known = self.known.get(&place);
        if let Some(known) =
            known.filter(|it| (it.since_ms..it.since_ms + USED_MS).contains(&at_ms))
        {
            return Ok(Some(known.number));
        }
        let number = insert(connection, list, at_ms)?;
        self.remember(place, Known { list: Arc::clone(list), number, since_ms: at_ms });
        Ok(Some(number))
    }

    fn remember(&mut self, place: usize, known: Known) {
        if self.listeners + known.list.len() > LISTENERS_MAX {
            self.forget();
        }
        self.listeners += known.list.len();
        self.known.insert(place, known);
    }

    /// Forgets all rows: some of them may not have been committed.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

fn insert(connection: &Connection, list: &[PlayerId], at_ms: i64) -> Result<i64, Problem> {
    let members = serde_json::to_string(list)
        .map_err(|error| Problem::unreadable("an audience to store", error))?;
    connection
        .prepare_cached("INSERT INTO audiences (at_ms, members) VALUES (?1, ?2)")?
        .execute(params![at_ms, members])?;
    Ok(connection.last_insert_rowid())
}

/// Removes the rows that no line is stored under any more.
pub(super) fn prune(connection: &Connection) -> Result<u64, Problem> {
    let removed = connection
        .prepare_cached(
            "DELETE FROM audiences WHERE at_ms + ?1 <
                 (SELECT at_ms FROM messages WHERE id IS NOT NULL ORDER BY number LIMIT 1)",
        )?
        .execute([USED_MS + SET_BACK_MS])?;
    Ok(removed as u64)
}
