//! A line of talk that memory no longer holds, and what was said around it.

use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::error::{Problem, StoreError};
use super::messages::{LINE_COLUMNS, StoredLine};
use crate::vocab::{Message, MessageId, MessageRef};

/// How far the clock may have gone between the naming of a message and its time. Milliseconds.
const NAMED_WITHIN_MS: i64 = 60_000;

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

/// The name tells when the message was said, so that few lines have to be looked at.
fn by_name(connection: &Connection, id: MessageId) -> Result<Option<Place>, Problem> {
    let Some(at_ms) = said_at_ms(id) else { return Ok(None) };
    let place = connection
        .prepare_cached(
            "SELECT channel, epoch, seq FROM messages
             WHERE at_ms BETWEEN ?1 AND ?2 AND json_extract(body, '$.id') = ?3 LIMIT 1",
        )?
        .query_row(
            params![
                at_ms.saturating_sub(NAMED_WITHIN_MS),
                at_ms.saturating_add(NAMED_WITHIN_MS),
                id.to_string()
            ],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    Ok(place)
}

/// The time in a UUID version 7; none in any other.
fn said_at_ms(id: MessageId) -> Option<i64> {
    let (seconds, nanoseconds) = id.0.get_timestamp()?.to_unix();
    let ms = seconds.checked_mul(1_000)?.checked_add(u64::from(nanoseconds / 1_000_000))?;
    (id.0.get_version_num() == 7).then(|| i64::try_from(ms).ok()).flatten()
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
