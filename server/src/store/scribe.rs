//! Puts lines of talk into `messages`, many by one statement: most of what a row costs SQLite it costs once a statement.

use std::ops::Range;
use std::sync::LazyLock;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode};
use uuid::fmt::Hyphenated;

use super::error::Problem;
use super::known::Known;
use super::lines;
use crate::vocab::Message;

/// So many rows there are in a statement: the first size that is not too large is taken.
const SIZES: [usize; 3] = [32, 8, 1];
/// What a body takes, in bytes; most take less.
const BODY_BYTES: usize = 320;
/// Columns of a row.
const COLUMNS: usize = 9;

/// The statement for each size. A row that cannot be taken ends it, and those before it stay.
static INSERT: LazyLock<[String; SIZES.len()]> = LazyLock::new(|| {
    SIZES.map(|rows| {
        let row = format!("({})", ["?"; COLUMNS].join(", "));
        format!(
            "INSERT OR FAIL INTO messages
                 (number, channel, epoch, seq, at_ms, sender, body, id, audience)
             VALUES {}",
            vec![row; rows].join(", ")
        )
    })
});

/// Stores lines, within one transaction.
pub(super) struct Scribe<'t> {
    connection: &'t Connection,
    known: &'t mut Known,
    statements: [Option<CachedStatement<'t>>; SIZES.len()],
    /// What is taken and not stored yet.
    rows: Vec<Row<'t>>,
    /// The bodies of the rows.
    bodies: Vec<u8>,
    /// Lines stored.
    pub(super) stored: u64,
    /// Which lines the database would never accept.
    pub(super) rejected: Vec<usize>,
}

/// A row to be.
struct Row<'t> {
    index: usize,
    line: &'t Message,
    number: i64,
    epoch: i64,
    body: Range<usize>,
    audience: Option<i64>,
}

impl<'t> Scribe<'t> {
    pub(super) fn new(connection: &'t Connection, known: &'t mut Known) -> Self {
        Self {
            connection,
            known,
            statements: [const { None }; SIZES.len()],
            rows: Vec::new(),
            bodies: Vec::new(),
            stored: 0,
            rejected: Vec::new(),
        }
    }

    /// Takes a line, which is stored by the next [`flush`](Self::flush). One whose epoch is unknown or whose number is in use is
    /// rejected, by its `index`, and spoils no other.
    ///
    /// # Errors
    /// A fault of the storage, and no other.
    pub(super) fn take(&mut self, index: usize, line: &'t Message) -> Result<(), Problem> {
        if self.known.numbers.must_ask(line.id) {
            self.flush()?;
        }
        match self.row(index, line) {
            Ok(Some(row)) => self.rows.push(row),
            Err(fault) if fault.is_fault() => return Err(fault),
            Ok(None) | Err(_) => self.rejected.push(index),
        }
        if self.rows.len() == SIZES[0] { self.flush() } else { Ok(()) }
    }

    /// Stores what was taken.
    ///
    /// # Errors
    /// A fault of the storage, and no other.
    pub(super) fn flush(&mut self) -> Result<(), Problem> {
        let mut done = 0;
        while done < self.rows.len() {
            done += self.store(done)?;
        }
        self.rows.clear();
        self.bodies.clear();
        Ok(())
    }

    /// The row of a line; none when its epoch was never begun.
    fn row(&mut self, index: usize, line: &'t Message) -> Result<Option<Row<'t>>, Problem> {
        let (connection, known) = (self.connection, &mut *self.known);
        let Some(epoch) = known.epoch(&line.epoch, connection)? else { return Ok(None) };
        let audience = known.audiences.row_of(line, connection)?;
        let number = known.numbers.next(line.id, connection)?;
        self.rows.reserve(SIZES[0] - self.rows.len());
        let start = self.bodies.len();
        if start == 0 {
            self.bodies.reserve(SIZES[0] * BODY_BYTES);
        }
        lines::write_body(line, audience.is_some(), &mut self.bodies);
        let body = start..self.bodies.len();
        Ok(Some(Row { index, line, number, epoch, body, audience }))
    }

    /// Stores some of the rows from this one on. How many are done with.
    fn store(&mut self, from: usize) -> Result<usize, Problem> {
        let left = self.rows.len() - from;
        let size = SIZES.iter().position(|size| *size <= left).unwrap_or(SIZES.len() - 1);
        let rows = &self.rows[from..from + SIZES[size]];
        let statement = match &mut self.statements[size] {
            Some(statement) => statement,
            none => none.insert(self.connection.prepare_cached(&INSERT[size])?),
        };
        match insert(statement, rows, &self.bodies) {
            Ok(_) => {
                self.stored += rows.len() as u64;
                Ok(rows.len())
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                // The row that cannot be taken follows those that were.
                let stored = (self.connection.changes() as usize).min(rows.len() - 1);
                self.stored += stored as u64;
                self.rejected.push(rows[stored].index);
                Ok(stored + 1)
            }
            Err(error) => {
                let problem = Problem::from(error);
                if problem.is_fault() {
                    return Err(problem);
                }
                self.rejected.extend(rows.iter().map(|row| row.index));
                Ok(rows.len())
            }
        }
    }
}

/// Runs a statement for so many rows.
fn insert(
    statement: &mut CachedStatement<'_>,
    rows: &[Row<'_>],
    bodies: &[u8],
) -> rusqlite::Result<usize> {
    for (place, row) in rows.iter().enumerate() {
        row.bind(statement, place * COLUMNS, bodies)?;
    }
    statement.raw_execute()
}

impl Row<'_> {
    fn bind(
        &self,
        statement: &mut CachedStatement<'_>,
        before: usize,
        bodies: &[u8],
    ) -> rusqlite::Result<()> {
        let Self { line, number, epoch, body, audience, .. } = self;
        let mut id = [0; Hyphenated::LENGTH];
        let id = line.id.0.hyphenated().encode_lower(&mut id);
        let body = ToSqlOutput::Borrowed(ValueRef::Text(&bodies[body.clone()]));
        statement.raw_bind_parameter(before + 1, number)?;
        statement.raw_bind_parameter(before + 2, line.channel.as_str())?;
        statement.raw_bind_parameter(before + 3, epoch)?;
        statement.raw_bind_parameter(before + 4, line.seq.cast_signed())?;
        statement.raw_bind_parameter(before + 5, line.at.timestamp_millis())?;
        statement.raw_bind_parameter(before + 6, line.sender.id.0.cast_signed())?;
        statement.raw_bind_parameter(before + 7, body)?;
        statement.raw_bind_parameter(before + 8, &*id)?;
        statement.raw_bind_parameter(before + 9, audience)
    }
}
