//! Warnings, notes and kicks: `remarks`. Rows are added and acknowledged, never removed.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use smol_str::SmolStr;

use super::error::{Problem, StoreError};
use super::names::Name;
use super::parts::Part;
use super::restrictions::{Odd, issuer, issuer_key, odd, person, person_key, to_json};
use super::{Store, characters, time};
use crate::vocab::{ActId, Person, Remark, RemarkKind, ShownText, Subject};

/// What is read of a row, in the order of [`Stored`].
const COLUMNS: &str = "id, kind, subject, subject_name, text, at_ms, issuer, issuer_name, \
    issuer_rank, acknowledged_at_ms, evidence";

impl Store {
    /// Puts a remark on record.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when it is about nobody.
    pub async fn remark(&self, remark: Remark) -> Result<(), StoreError> {
        self.act(move |connection| insert(connection, &remark)).await
    }

    /// Puts on record that a text was taken away, and takes it away from the character of this name: both or neither.
    ///
    /// # Errors
    /// As [`Store::remark`].
    pub async fn clear_text(&self, remark: Remark, kind: ShownText) -> Result<(), StoreError> {
        self.act(move |connection| {
            insert(connection, &remark)?;
            characters::clear_text(connection, &Name::new(&remark.subject.to_string()), kind)
        })
        .await
    }

    /// Notes that warnings were read; those that were before keep their time.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn acknowledge(&self, ids: Vec<ActId>, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.act(move |connection| {
            let mut statement = connection.prepare_cached(
                "UPDATE remarks SET acknowledged_at_ms = ?2
                 WHERE id = ?1 AND acknowledged_at_ms IS NULL",
            )?;
            for id in &ids {
                statement.execute(params![id.to_string(), time::to_ms(at)])?;
            }
            Ok(())
        })
        .await
    }

    /// The warnings that nobody has acknowledged, oldest first.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when one of them cannot be read.
    pub async fn pending_warnings(&self) -> Result<Vec<Remark>, StoreError> {
        self.pending("warning").await
    }

    /// Who read along with whom without that another of the staff was told, oldest first.
    ///
    /// # Errors
    /// As [`Store::pending_warnings`].
    pub async fn untold_snoops(&self) -> Result<Vec<Remark>, StoreError> {
        self.pending("snoop").await
    }

    async fn pending(&self, kind: &'static str) -> Result<Vec<Remark>, StoreError> {
        self.question(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM remarks
                 WHERE kind = '{kind}' AND acknowledged_at_ms IS NULL ORDER BY id"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map([], Stored::read)?;
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
) -> Result<Vec<Remark>, Problem> {
    let rows = part.newest(connection, COLUMNS, person, Stored::read)?;
    rows.into_iter().map(Stored::decode).collect()
}

fn insert(connection: &Connection, remark: &Remark) -> Result<(), Problem> {
    let Some(person) = remark.subject.person() else {
        return Err(Problem::unreadable("a remark to store", "it is about nobody"));
    };
    connection
        .prepare_cached(&format!(
            "INSERT INTO remarks ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        ))?
        .execute(params![
            remark.id.to_string(),
            remark.kind.as_str(),
            person_key(person),
            remark.subject.to_string(),
            remark.text,
            time::to_ms(remark.at),
            issuer_key(&remark.issuer),
            remark.issuer.name.as_str(),
            remark.issuer.rank.as_str(),
            remark.acknowledged.map(time::to_ms),
            to_json(&remark.evidence)?,
        ])?;
    Ok(())
}

/// A row as it is.
struct Stored {
    id: String,
    kind: String,
    subject: String,
    subject_name: String,
    text: String,
    at_ms: i64,
    issuer: [String; 3],
    acknowledged_at_ms: Option<i64>,
    evidence: String,
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            kind: row.get(1)?,
            subject: row.get(2)?,
            subject_name: row.get(3)?,
            text: row.get(4)?,
            at_ms: row.get(5)?,
            issuer: [row.get(6)?, row.get(7)?, row.get(8)?],
            acknowledged_at_ms: row.get(9)?,
            evidence: row.get(10)?,
        })
    }

    fn decode(self) -> Result<Remark, Problem> {
        let what = format!("the remark {}", self.id);
        self.decoded().map_err(|why| match why {
            Odd::Text(why) => Problem::unreadable(what, why),
            Odd::Problem(problem) => problem,
        })
    }

    fn decoded(self) -> Result<Remark, Odd> {
        let kind = RemarkKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        Ok(Remark {
            id: self.id.parse().map_err(odd)?,
            kind: kind.ok_or_else(|| odd(format!("unknown kind {:?}", self.kind)))?,
            subject: Subject::Person(person(&self.subject)?, SmolStr::new(&self.subject_name)),
            text: self.text,
            at: time::from_ms(self.at_ms)?,
            issuer: issuer(self.issuer)?,
            evidence: serde_json::from_str(&self.evidence).map_err(odd)?,
            acknowledged: self.acknowledged_at_ms.map(time::from_ms).transpose()?,
        })
    }
}
