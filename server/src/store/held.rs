//! Lines that wait until staff have approved of them, and what became of them: `held`. Rows are added and marked.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::error::{Problem, StoreError};
use super::restrictions::{issuer_key, person_key};
use super::{Store, time};
use crate::vocab::{HeldLimits, HeldLine, Person, Settling};

/// How long it is kept what became of a line. Days, as milliseconds.
const SETTLED_KEPT_MS: i64 = 30 * 86_400_000;

/// Why a line cannot wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldFull {
    /// So many of one person wait already.
    Person(usize),
    /// So many of all wait already.
    All(usize),
}

impl HeldFull {
    /// What the speaker is told.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Person(lines) => {
                format!(
                    "What you say has to wait for staff, and {lines} of your lines wait already."
                )
            }
            Self::All(_) => {
                "What you say has to wait for staff, and too many lines wait just now.".to_owned()
            }
        }
    }
}

impl Store {
    /// Lets a line wait, and gives it its number; or says that too many wait.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn hold(
        &self,
        line: HeldLine,
        limits: HeldLimits,
    ) -> Result<Result<HeldLine, HeldFull>, StoreError> {
        self.act(move |connection| {
            let of_person = waiting(connection, Some(line.who()))?;
            if of_person >= limits.per_person_max {
                return Ok(Err(HeldFull::Person(of_person)));
            }
            let of_all = waiting(connection, None)?;
            if of_all >= limits.lines_max {
                return Ok(Err(HeldFull::All(of_all)));
            }
            let number = insert(connection, &line)?;
            Ok(Ok(HeldLine { number, ..line.clone() }))
        })
        .await
    }

    /// Marks what has waited too long by now, forgets what was settled long ago, and returns what still waits, oldest
    /// first.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when a line cannot be read.
    pub async fn waiting(&self, at: DateTime<Utc>) -> Result<Vec<HeldLine>, StoreError> {
        self.act(move |connection| {
            let now_ms = time::to_ms(at);
            connection.execute(
                "UPDATE held SET state = 'expired', settled_at_ms = ?1
                 WHERE state = 'waiting' AND until_ms <= ?1",
                [now_ms],
            )?;
            connection.execute(
                "DELETE FROM held WHERE state <> 'waiting' AND settled_at_ms < ?1",
                [now_ms - SETTLED_KEPT_MS],
            )?;
            let mut statement = connection.prepare_cached(
                "SELECT number, body FROM held WHERE state = 'waiting' ORDER BY number",
            )?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.map(|row| row.map_err(Problem::from).and_then(decode)).collect()
        })
        .await
    }

    /// Notes what staff said to a line. Whether it waited until then: of two who do this at once, one is told so.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn settle(&self, settling: Settling) -> Result<bool, StoreError> {
        self.act(move |connection| {
            let changed = connection
                .prepare_cached(
                    "UPDATE held SET state = ?2, settled_at_ms = ?3, settled_by = ?4,
                         settled_by_name = ?5, settled_by_rank = ?6, settled_why = ?7
                     WHERE number = ?1 AND state = 'waiting'",
                )?
                .execute(params![
                    settling.line.number.cast_signed(),
                    settling.verdict.participle(),
                    time::to_ms(settling.at),
                    issuer_key(&settling.issuer),
                    settling.issuer.name.as_str(),
                    settling.issuer.rank.as_str(),
                    settling.why,
                ])?;
            Ok(changed > 0)
        })
        .await
    }

    /// Notes that nobody came to these lines in time.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn expire_held(
        &self,
        numbers: Vec<u64>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.act(move |connection| {
            let mut statement = connection.prepare_cached(
                "UPDATE held SET state = 'expired', settled_at_ms = ?2
                 WHERE number = ?1 AND state = 'waiting'",
            )?;
            for number in &numbers {
                statement.execute(params![number.cast_signed(), time::to_ms(at)])?;
            }
            Ok(())
        })
        .await
    }
}

/// How many lines wait, of one person or of all.
fn waiting(connection: &Connection, person: Option<Person>) -> Result<usize, Problem> {
    let count: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM held WHERE state = 'waiting' AND (?1 IS NULL OR person = ?1)",
        )?
        .query_row([person.map(person_key)], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

fn insert(connection: &Connection, line: &HeldLine) -> Result<u64, Problem> {
    let body = serde_json::to_string(line)
        .map_err(|error| Problem::unreadable("a line to hold", error))?;
    connection
        .prepare_cached(
            "INSERT INTO held (person, at_ms, until_ms, body, state)
             VALUES (?1, ?2, ?3, ?4, 'waiting')",
        )?
        .execute(params![
            person_key(line.who()),
            time::to_ms(line.at),
            time::to_ms(line.until),
            body
        ])?;
    Ok(connection.last_insert_rowid().cast_unsigned())
}

fn decode((number, body): (i64, String)) -> Result<HeldLine, Problem> {
    let line: HeldLine = serde_json::from_str(&body)
        .map_err(|error| Problem::unreadable(format!("the held line {number}"), error))?;
    Ok(HeldLine { number: number.cast_unsigned(), ..line })
}
