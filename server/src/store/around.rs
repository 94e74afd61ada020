//! A line of talk that memory no longer holds, and what was said around it.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Problem, StoreError};
use super::lines::{LINE_COLUMNS, StoredLine};
use super::{Store, numbers};
use crate::vocab::{Message, MessageId, MessageRef};

impl Store {
    /// The line that is meant, with at most this many before and after it on its channel, oldest first; nothing when there
    /// is no such line. Numbers are those of `epoch`.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn around(
        &self,
        wanted: MessageRef,
        epoch: String,
        each_side: u32,
    ) -> Result<Vec<Message>, StoreError> {
        self.question(move |connection| {
            let place = match &wanted {
                MessageRef::Id(id) => by_name(connection, *id)?,
                MessageRef::Numbered(channel, seq) => {
                    by_number(connection, channel.as_str(), &epoch, *seq)?
                }
            };
            let Some(place) = place else { return Ok(Vec::new()) };
            let mut lines = beside(connection, &place, each_side.saturating_add(1), Side::UpTo)?;
            lines.reverse();
            lines.extend(beside(connection, &place, each_side, Side::After)?);
            Ok(lines)
        })
        .await
    }
}

/// A channel, an epoch and a number.
type Place = (String, i64, i64);

fn by_name(connection: &Connection, id: MessageId) -> Result<Option<Place>, Problem> {
    let (first, last) = numbers::of(id);
    let place = connection
        .prepare_cached(
            "SELECT channel, epoch, seq FROM messages WHERE number BETWEEN ?1 AND ?2 AND id = ?3",
        )?
        .query_row(params![first, last, id.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    Ok(place)
}

fn by_number(
    connection: &Connection,
    channel: &str,
    epoch: &str,
    seq: u64,
) -> Result<Option<Place>, Problem> {
    let Ok(seq) = i64::try_from(seq) else { return Ok(None) };
    let place = connection
        .prepare_cached(
            "SELECT channel, epoch, seq FROM messages WHERE channel = ?1 AND seq = ?3
             AND epoch = (SELECT number FROM epochs WHERE name = ?2)",
        )?
        .query_row(params![channel, epoch, seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(place)
}

/// Which lines beside one.
#[derive(Clone, Copy)]
enum Side {
    /// Itself and those before it, newest first.
    UpTo,
    /// Those after it, oldest first.
    After,
}

fn beside(
    connection: &Connection,
    (channel, epoch, seq): &Place,
    limit: u32,
    side: Side,
) -> Result<Vec<Message>, Problem> {
    let (is, order) = match side {
        Side::UpTo => ("<=", "DESC"),
        Side::After => (">", "ASC"),
    };
    let sql = format!(
        "SELECT {LINE_COLUMNS} FROM messages
         WHERE channel = ?1 AND (epoch, seq) {is} (?2, ?3)
         ORDER BY epoch {order}, seq {order} LIMIT ?4"
    );
    let lines = connection
        .prepare_cached(&sql)?
        .query_map(params![channel, epoch, seq, limit], StoredLine::read)?
        .filter_map(|line| line.map(|line| line.message).transpose())
        .collect::<Result<_, _>>()?;
    Ok(lines)
}
