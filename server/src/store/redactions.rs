//! Lines that staff took back: `redactions`; and lines by their names. Rows are added and marked, never removed. The line
//! itself stays in `messages`, so that it can be put back and leaves no hole.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::{Problem, StoreError};
use super::lines::{LINE_COLUMNS, read_message};
use super::parts::Part;
use super::restrictions::{Odd, issuer, issuer_key, lifted, odd, subject, subject_columns};
use super::{Store, numbers, time};
use crate::vocab::{LineId, Message, MessageId, MessageRef, Person, Redaction};

/// What is read of a row, in the order of [`Stored`].
const COLUMNS: &str = "id, message, channel, epoch, seq, by, by_name, by_rank, at_ms, reason, \
    undone_at_ms, undone_by, undone_by_name, undone_by_rank, undone_why, subject, subject_name";

impl Store {
    /// A line by its name, or by its number in the epoch begun last; with what stands against it.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when the line cannot be read.
    pub async fn line(
        &self,
        line: &MessageRef,
    ) -> Result<Option<(Message, Option<Redaction>)>, StoreError> {
        let (shared, line) = (Arc::clone(&self.shared), line.clone());
        self.question(move |connection| {
            let epoch = shared.current_epoch.load(Ordering::Relaxed);
            let Some(message) = find(connection, &line, epoch)? else { return Ok(None) };
            let redaction = standing(connection, message.id)?;
            Ok(Some((message, redaction)))
        })
        .await
    }

    /// Puts on record that a line was taken back.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when the line was taken back before.
    pub async fn redact(&self, redaction: Redaction) -> Result<(), StoreError> {
        self.act(move |connection| insert(connection, &redaction)).await
    }

    /// Puts on record that a line was put back, as the redaction says.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn restore(&self, redaction: Redaction) -> Result<(), StoreError> {
        self.act(move |connection| mark(connection, &redaction)).await
    }

    /// What was taken back and not put back, newest first.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when a row cannot be read.
    pub async fn redactions(&self, rows_max: u32) -> Result<Vec<Redaction>, StoreError> {
        self.question(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM redactions WHERE undone_at_ms IS NULL
                 ORDER BY message DESC LIMIT ?1"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map([rows_max], Stored::read)?;
            rows.map(|row| row?.decode()).collect()
        })
        .await
    }
}

/// The newest of a part.
pub(super) fn newest(
    connection: &Connection,
    part: &Part,
    person: Person,
) -> Result<Vec<Redaction>, Problem> {
    let rows = part.newest(connection, COLUMNS, person, Stored::read)?;
    rows.into_iter().map(Stored::decode).collect()
}

fn find(
    connection: &Connection,
    line: &MessageRef,
    epoch: i64,
) -> Result<Option<Message>, Problem> {
    let select = format!("SELECT {LINE_COLUMNS} FROM messages");
    let message = match line {
        MessageRef::Id(id) => {
            let (first, last) = numbers::of(*id);
            connection
                .prepare_cached(&format!("{select} WHERE number BETWEEN ?1 AND ?2 AND id = ?3"))?
                .query_row(params![first, last, id.to_string()], read_message)
                .optional()?
        }
        MessageRef::Numbered(channel, seq) => connection
            .prepare_cached(&format!("{select} WHERE channel = ?1 AND epoch = ?2 AND seq = ?3"))?
            .query_row(params![channel.as_str(), epoch, seq.cast_signed()], read_message)
            .optional()?,
    };
    message.transpose().map_err(|error| Problem::unreadable(format!("the line {line}"), error))
}

fn standing(connection: &Connection, message: MessageId) -> Result<Option<Redaction>, Problem> {
    let sql =
        format!("SELECT {COLUMNS} FROM redactions WHERE message = ?1 AND undone_at_ms IS NULL");
    let mut statement = connection.prepare_cached(&sql)?;
    let row = statement.query_row([message.to_string()], Stored::read).optional()?;
    row.map(Stored::decode).transpose()
}

fn insert(connection: &Connection, redaction: &Redaction) -> Result<(), Problem> {
    let Redaction { id, line, speaker, by, at, reason, .. } = redaction;
    let speaker_key = speaker.as_ref().map(|speaker| subject_columns(speaker).1);
    connection
        .prepare_cached(
            "INSERT INTO redactions
                 (id, message, channel, epoch, seq, by, by_name, by_rank, at_ms, reason,
                  subject, subject_name)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            id.to_string(),
            line.id.to_string(),
            line.channel.as_str(),
            line.epoch.as_str(),
            line.seq.cast_signed(),
            issuer_key(by),
            by.name.as_str(),
            by.rank.as_str(),
            time::to_ms(*at),
            reason,
            speaker_key,
            speaker.as_ref().map(ToString::to_string),
        ])?;
    Ok(())
}

fn mark(connection: &Connection, redaction: &Redaction) -> Result<(), Problem> {
    let Some(undone) = &redaction.undone else { return Ok(()) };
    connection
        .prepare_cached(
            "UPDATE redactions SET undone_at_ms = ?2, undone_by = ?3, undone_by_name = ?4,
                 undone_by_rank = ?5, undone_why = ?6
             WHERE id = ?1 AND undone_at_ms IS NULL",
        )?
        .execute(params![
            redaction.id.to_string(),
            time::to_ms(undone.at),
            issuer_key(&undone.by),
            undone.by.name.as_str(),
            undone.by.rank.as_str(),
            undone.why,
        ])?;
    Ok(())
}

/// A row as it is.
struct Stored {
    id: String,
    message: String,
    channel: String,
    epoch: String,
    seq: i64,
    by: [String; 3],
    at_ms: i64,
    reason: String,
    undone_at_ms: Option<i64>,
    undone_by: [Option<String>; 3],
    undone_why: Option<String>,
    subject: [Option<String>; 2],
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            message: row.get(1)?,
            channel: row.get(2)?,
            epoch: row.get(3)?,
            seq: row.get(4)?,
            by: [row.get(5)?, row.get(6)?, row.get(7)?],
            at_ms: row.get(8)?,
            reason: row.get(9)?,
            undone_at_ms: row.get(10)?,
            undone_by: [row.get(11)?, row.get(12)?, row.get(13)?],
            undone_why: row.get(14)?,
            subject: [row.get(15)?, row.get(16)?],
        })
    }

    fn decode(self) -> Result<Redaction, Problem> {
        let what = format!("the redaction {}", self.id);
        self.decoded().map_err(|why| match why {
            Odd::Text(why) => Problem::unreadable(what, why),
            Odd::Problem(problem) => problem,
        })
    }

    fn decoded(self) -> Result<Redaction, Odd> {
        let line = LineId {
            id: MessageId(self.message.parse().map_err(odd)?),
            channel: self.channel.parse().map_err(odd)?,
            epoch: self.epoch.into(),
            seq: self.seq.cast_unsigned(),
        };
        let speaker = match self.subject {
            [Some(key), Some(name)] => Some(subject("person", &key, &name)?),
            _ => None,
        };
        Ok(Redaction {
            speaker,
            id: self.id.parse().map_err(odd)?,
            line,
            by: issuer(self.by)?,
            at: time::from_ms(self.at_ms)?,
            reason: self.reason,
            undone: lifted(self.undone_at_ms, self.undone_by, self.undone_why)?,
        })
    }
}
