//! Lines that wait until staff have approved of them, and what became of them: `held`. Rows are added and marked.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use super::error::{Problem, StoreError};
use super::parts::Part;
use super::restrictions::{Odd, issuer_key, lifted, person_key};
use super::{Store, time};
use crate::vocab::{HeldLimits, HeldLine, HeldRecord, Person, Settling, Verdict};

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

/// What is read of a row, in the order of [`Stored`].
const COLUMNS: &str = "number, body, state, settled_at_ms, settled_by, settled_by_name, \
    settled_by_rank, settled_why";

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

/// The newest of a part.
pub(super) fn newest(
    connection: &Connection,
    part: &Part,
    person: Person,
) -> Result<Vec<HeldRecord>, Problem> {
    let rows = part.newest(connection, COLUMNS, person, Stored::read)?;
    rows.into_iter().map(Stored::decode).collect()
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

/// A row as it is.
struct Stored {
    number: i64,
    body: String,
    state: String,
    settled_at_ms: Option<i64>,
    settled_by: [Option<String>; 3],
    settled_why: Option<String>,
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            body: row.get(1)?,
            state: row.get(2)?,
            settled_at_ms: row.get(3)?,
            settled_by: [row.get(4)?, row.get(5)?, row.get(6)?],
            settled_why: row.get(7)?,
        })
    }

    fn decode(self) -> Result<HeldRecord, Problem> {
        let what = format!("what became of the held line {}", self.number);
        let line = decode((self.number, self.body))?;
        let settled = lifted(self.settled_at_ms, self.settled_by, self.settled_why);
        let settled = settled.map_err(|why| match why {
            Odd::Text(why) => Problem::unreadable(what, why),
            Odd::Problem(problem) => problem,
        })?;
        let verdicts = [Verdict::Approved, Verdict::Denied];
        let verdict = verdicts.into_iter().find(|verdict| verdict.participle() == self.state);
        Ok(HeldRecord { line, settled: verdict.zip(settled) })
    }
}
