//! What waits for a decision of staff, and what was decided: `cases`, `reports`. Rows are added and amended, never removed.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use smol_str::SmolStr;

use super::error::{Problem, StoreError};
use super::parts::Part;
use super::restrictions::{
    Odd, issuer, issuer_key, odd, person, person_key, subject, subject_columns,
};
use super::{Store, notices, time};
use crate::vocab::{
    AccountId, Case, CaseKind, CaseVerdict, Contested, Decided, Issuer, MessageId, Notice, Person,
    Rank, Report,
};

/// What is read of a case, in the order of [`StoredCase`].
const CASE: &str = "number, kind, subject_kind, subject, subject_name, opened_at_ms, severity, \
    restriction, what, issuer, issuer_name, issuer_rank, until_ms, claimed_at_ms, claimed_by, \
    claimed_by_name, claimed_by_rank, decided_at_ms, verdict, decided_by, decided_by_name, \
    decided_by_rank, decided_why";
/// What is read of a report, in the order of [`StoredReport`].
const REPORT: &str = "id, reporter, reporter_name, reason, at_ms, message, evidence";

/// The queue as it is on record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredDocket {
    /// Cases that wait, and the newest of those that were decided.
    pub cases: Vec<Case>,
    /// For everyone with an account who has reported: how many of their cases were upheld, and how many decided.
    pub credit: Vec<(Person, u32, u32)>,
    /// The last number that was given to a case.
    pub last: u64,
}

impl Store {
    /// Puts a case on record as it is now, with what was brought forward in it last, and what people are to be told of it.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn keep_case(
        &self,
        case: Arc<Case>,
        report: Option<Arc<Report>>,
        notices: Vec<Notice>,
    ) -> Result<(), StoreError> {
        self.act(move |connection| {
            put(connection, &case)?;
            if let Some(report) = &report {
                insert(connection, case.number, report)?;
            }
            notices.iter().try_for_each(|notice| notices::insert(connection, notice))
        })
        .await
    }

    /// The queue: all that waits, and this many of the cases that were decided.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when a row cannot be read.
    pub async fn docket(&self, decided_max: usize) -> Result<StoredDocket, StoreError> {
        self.question(move |connection| {
            let decided_max = i64::try_from(decided_max).unwrap_or(i64::MAX);
            let open = "WHERE decided_at_ms IS NULL ORDER BY number LIMIT ?1";
            let mut cases = select(connection, open, -1)?;
            let decided = "WHERE decided_at_ms IS NOT NULL ORDER BY number DESC LIMIT ?1";
            cases.extend(select(connection, decided, decided_max)?);
            let last: i64 =
                connection
                    .query_row("SELECT ifnull(max(number), 0) FROM cases", [], |row| row.get(0))?;
            let last = u64::try_from(last).unwrap_or_default();
            Ok(StoredDocket { cases, credit: credit(connection)?, last })
        })
        .await
    }

    /// Every account with a rank above a player's, and that rank.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when a rank is unknown.
    pub async fn staff(&self) -> Result<Vec<(AccountId, Rank)>, StoreError> {
        self.question(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT id, rank FROM accounts WHERE rank <> 'player'")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.map(|row| {
                let (id, rank): (i64, String) = row?;
                let rank = rank.parse().map_err(|why| Problem::unreadable("a rank", why))?;
                Ok((AccountId(id.cast_unsigned()), rank))
            })
            .collect()
        })
        .await
    }
}

fn put(connection: &Connection, case: &Case) -> Result<(), Problem> {
    let (subject_kind, subject) = subject_columns(&case.subject);
    let contested = case.contested.as_ref();
    let claimed = case.claimed.as_ref();
    let decided = case.decided.as_ref();
    connection
        .prepare_cached(&format!(
            "INSERT OR REPLACE INTO cases ({CASE}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, \
             ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)"
        ))?
        .execute(params![
            case.number.cast_signed(),
            case.kind.as_str(),
            subject_kind,
            subject,
            case.subject.to_string(),
            time::to_ms(case.opened),
            case.severity,
            contested.map(|it| it.restriction.to_string()),
            contested.map(|it| it.what.as_str()),
            contested.map(|it| issuer_key(&it.issuer)),
            contested.map(|it| it.issuer.name.as_str()),
            contested.map(|it| it.issuer.rank.as_str()),
            contested.and_then(|it| it.until).map(time::to_ms),
            claimed.map(|(_, at)| time::to_ms(*at)),
            claimed.map(|(by, _)| issuer_key(by)),
            claimed.map(|(by, _)| by.name.as_str()),
            claimed.map(|(by, _)| by.rank.as_str()),
            decided.map(|it| time::to_ms(it.at)),
            decided.map(|it| it.verdict.as_str()),
            decided.map(|it| issuer_key(&it.by)),
            decided.map(|it| it.by.name.as_str()),
            decided.map(|it| it.by.rank.as_str()),
            decided.map(|it| it.reason.as_str()),
        ])?;
    Ok(())
}

fn insert(connection: &Connection, case: u64, report: &Report) -> Result<(), Problem> {
    let evidence = serde_json::to_string(&report.evidence)
        .map_err(|error| Problem::unreadable("evidence to store", error))?;
    connection
        .prepare_cached(&format!(
            "INSERT INTO reports (case_number, {REPORT}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        ))?
        .execute(params![
            case.cast_signed(),
            report.id.to_string(),
            person_key(report.reporter),
            report.name.as_str(),
            report.reason,
            time::to_ms(report.at),
            report.message.map(|id| id.to_string()),
            evidence,
        ])?;
    Ok(())
}

fn select(connection: &Connection, which: &str, limit: i64) -> Result<Vec<Case>, Problem> {
    let mut statement = connection.prepare_cached(&format!("SELECT {CASE} FROM cases {which}"))?;
    let rows = statement.query_map([limit], StoredCase::read)?;
    rows.map(|row| {
        let mut case = row?.decode()?;
        case.reports = reports(connection, case.number)?;
        Ok(case)
    })
    .collect()
}

/// The newest of a part, without what was brought forward in them.
pub(super) fn newest(
    connection: &Connection,
    part: &Part,
    person: Person,
) -> Result<Vec<Case>, Problem> {
    let rows = part.newest(connection, CASE, person, StoredCase::read)?;
    rows.into_iter().map(StoredCase::decode).collect()
}

fn reports(connection: &Connection, case: u64) -> Result<Vec<Arc<Report>>, Problem> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {REPORT} FROM reports WHERE case_number = ?1 ORDER BY id"
    ))?;
    let rows = statement.query_map([case.cast_signed()], StoredReport::read)?;
    rows.map(|row| Ok(Arc::new(row?.decode()?))).collect()
}

/// How often each account's reports were upheld and decided; a case counts once for everyone who reported it.
fn credit(connection: &Connection) -> Result<Vec<(Person, u32, u32)>, Problem> {
    let mut statement = connection.prepare_cached(
        "SELECT reporter, sum(verdict = 'uphold'), count(*) FROM (
             SELECT DISTINCT reporter, case_number, verdict FROM reports
             JOIN cases ON number = case_number
             WHERE kind = 'report' AND verdict IS NOT NULL AND reporter GLOB 'a_*'
         ) GROUP BY reporter",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.map(|row| {
        let (reporter, upheld, decided): (String, u32, u32) = row?;
        let reporter = person(&reporter).map_err(|why| unreadable("a reporter".to_owned(), why))?;
        Ok((reporter, upheld, decided))
    })
    .collect()
}

fn unreadable(what: String, why: Odd) -> Problem {
    match why {
        Odd::Text(why) => Problem::unreadable(what, why),
        Odd::Problem(problem) => problem,
    }
}

/// An account, a name and a rank.
type Columns = [Option<String>; 3];

/// A row of `cases` as it is.
struct StoredCase {
    number: i64,
    kind: String,
    subject: [String; 3],
    opened_at_ms: i64,
    severity: u8,
    restriction: Option<String>,
    what: Option<String>,
    issuer: Columns,
    until_ms: Option<i64>,
    claimed_at_ms: Option<i64>,
    claimed_by: Columns,
    decided_at_ms: Option<i64>,
    verdict: Option<String>,
    decided_by: Columns,
    decided_why: Option<String>,
}

impl StoredCase {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            kind: row.get(1)?,
            subject: [row.get(2)?, row.get(3)?, row.get(4)?],
            opened_at_ms: row.get(5)?,
            severity: row.get(6)?,
            restriction: row.get(7)?,
            what: row.get(8)?,
            issuer: [row.get(9)?, row.get(10)?, row.get(11)?],
            until_ms: row.get(12)?,
            claimed_at_ms: row.get(13)?,
            claimed_by: [row.get(14)?, row.get(15)?, row.get(16)?],
            decided_at_ms: row.get(17)?,
            verdict: row.get(18)?,
            decided_by: [row.get(19)?, row.get(20)?, row.get(21)?],
            decided_why: row.get(22)?,
        })
    }

    fn decode(self) -> Result<Case, Problem> {
        let what = format!("the case {}", self.number);
        self.decoded().map_err(|why| unreadable(what, why))
    }

    fn decoded(self) -> Result<Case, Odd> {
        let kind = CaseKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        let [subject_kind, key, name] = &self.subject;
        Ok(Case {
            number: self.number.cast_unsigned(),
            kind: kind.ok_or_else(|| odd(format!("unknown kind {:?}", self.kind)))?,
            subject: subject(subject_kind, key, name)?,
            opened: time::from_ms(self.opened_at_ms)?,
            severity: self.severity,
            contested: self.contested()?,
            reports: Vec::new(),
            claimed: dated(self.claimed_at_ms, self.claimed_by.clone())?,
            decided: self.into_decided()?,
        })
    }

    fn contested(&self) -> Result<Option<Contested>, Odd> {
        let (Some(restriction), Some(issuer)) = (&self.restriction, by(self.issuer.clone())?)
        else {
            return Ok(None);
        };
        let restriction = restriction.parse().map_err(odd)?;
        let until = self.until_ms.map(time::from_ms).transpose()?;
        let what = self.what.clone().unwrap_or_default();
        Ok(Some(Contested { restriction, what, issuer, until }))
    }

    fn into_decided(self) -> Result<Option<Decided>, Odd> {
        let Some((by, at)) = dated(self.decided_at_ms, self.decided_by)? else { return Ok(None) };
        let word = self.verdict.unwrap_or_default();
        let verdict = CaseVerdict::ALL.into_iter().find(|verdict| verdict.as_str() == word);
        let verdict = verdict.ok_or_else(|| odd(format!("unknown verdict {word:?}")))?;
        Ok(Some(Decided { by, at, verdict, reason: self.decided_why.unwrap_or_default() }))
    }
}

fn by(columns: Columns) -> Result<Option<Issuer>, Odd> {
    match columns {
        [Some(account), Some(name), Some(rank)] => issuer([account, name, rank]).map(Some),
        _ => Ok(None),
    }
}

fn dated(at_ms: Option<i64>, columns: Columns) -> Result<Option<(Issuer, DateTime<Utc>)>, Odd> {
    match (by(columns)?, at_ms) {
        (Some(by), Some(at_ms)) => Ok(Some((by, time::from_ms(at_ms)?))),
        _ => Ok(None),
    }
}

/// A row of `reports` as it is.
struct StoredReport {
    id: String,
    reporter: String,
    name: String,
    reason: String,
    at_ms: i64,
    message: Option<String>,
    evidence: String,
}

impl StoredReport {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            reporter: row.get(1)?,
            name: row.get(2)?,
            reason: row.get(3)?,
            at_ms: row.get(4)?,
            message: row.get(5)?,
            evidence: row.get(6)?,
        })
    }

    fn decode(self) -> Result<Report, Problem> {
        let what = format!("the report {}", self.id);
        self.decoded().map_err(|why| unreadable(what, why))
    }

    fn decoded(self) -> Result<Report, Odd> {
        let message = self.message.map(|id| id.parse().map(MessageId)).transpose();
        Ok(Report {
            id: self.id.parse().map_err(odd)?,
            reporter: person(&self.reporter)?,
            name: SmolStr::new(self.name),
            reason: self.reason,
            at: time::from_ms(self.at_ms)?,
            message: message.map_err(odd)?,
            evidence: serde_json::from_str(&self.evidence).map_err(odd)?,
        })
    }
}
