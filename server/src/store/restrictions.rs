//! Who may not do what, and since when it counts no longer: `restrictions`. Rows are added and marked, never removed.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use smol_str::SmolStr;

use super::error::{Problem, StoreError};
use super::parts::Part;
use super::{Store, time};
use crate::vocab::{
    AccountId, ActId, Issuer, Lifted, MessageId, Person, Restriction, RestrictionKind, Scope,
    Spared, Subject,
};

/// What stands for the account where a rule of the server did something by itself.
const BY_ITSELF: &str = "rule";
/// What is read of a row, in the order of [`Stored`].
const COLUMNS: &str = "id, kind, subject_kind, subject, subject_name, scope, from_ms, until_ms, \
    reason, issuer, issuer_name, issuer_rank, evidence, supersedes, lifted_at_ms, lifted_by, \
    lifted_by_name, lifted_by_rank, lifted_why, measure, except_for";

impl Store {
    /// Puts a restriction on record, and marks the one it supersedes as lifted.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn restrict(&self, restriction: Restriction) -> Result<(), StoreError> {
        self.act(move |connection| {
            insert(connection, &restriction)?;
            if let Some(before) = restriction.supersedes {
                let (by, at) = (restriction.issuer.clone(), restriction.from);
                mark(connection, before, &Lifted { by, at, why: "superseded".to_owned() })?;
            }
            Ok(())
        })
        .await
    }

    /// Marks restrictions as lifted; those that are already stay as they are.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn lift(&self, ids: Vec<ActId>, lifted: Lifted) -> Result<(), StoreError> {
        self.act(move |connection| ids.iter().try_for_each(|id| mark(connection, *id, &lifted)))
            .await
    }

    /// All restrictions that are not lifted and not over at a moment.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when one of them cannot be read.
    pub async fn standing(&self, at: DateTime<Utc>) -> Result<Vec<Restriction>, StoreError> {
        self.question(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM restrictions
                 WHERE lifted_at_ms IS NULL AND (until_ms IS NULL OR until_ms > ?1)"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map([time::to_ms(at)], Stored::read)?;
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
) -> Result<Vec<Restriction>, Problem> {
    let rows = part.newest(connection, COLUMNS, person, Stored::read)?;
    rows.into_iter().map(Stored::decode).collect()
}

fn insert(connection: &Connection, restriction: &Restriction) -> Result<(), Problem> {
    let (subject_kind, subject) = subject_columns(&restriction.subject);
    let lifted = restriction.lifted.as_ref();
    connection
        .prepare_cached(&format!(
            "INSERT INTO restrictions ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, \
             ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)"
        ))?
        .execute(params![
            restriction.id.to_string(),
            restriction.kind.as_str(),
            subject_kind,
            subject,
            restriction.subject.to_string(),
            to_json(&restriction.scope)?,
            time::to_ms(restriction.from),
            restriction.until.map(time::to_ms),
            restriction.reason,
            issuer_key(&restriction.issuer),
            restriction.issuer.name.as_str(),
            restriction.issuer.rank.as_str(),
            to_json(&restriction.evidence)?,
            restriction.supersedes.map(|id| id.to_string()),
            lifted.map(|lifted| time::to_ms(lifted.at)),
            lifted.map(|lifted| issuer_key(&lifted.by)),
            lifted.map(|lifted| lifted.by.name.as_str()),
            lifted.map(|lifted| lifted.by.rank.as_str()),
            lifted.map(|lifted| lifted.why.as_str()),
            i64::try_from(restriction.measure).unwrap_or(i64::MAX),
            to_json(&restriction.except)?,
        ])?;
    Ok(())
}

fn mark(connection: &Connection, id: ActId, lifted: &Lifted) -> Result<(), Problem> {
    connection
        .prepare_cached(
            "UPDATE restrictions SET lifted_at_ms = ?2, lifted_by = ?3, lifted_by_name = ?4,
                 lifted_by_rank = ?5, lifted_why = ?6
             WHERE id = ?1 AND lifted_at_ms IS NULL",
        )?
        .execute(params![
            id.to_string(),
            time::to_ms(lifted.at),
            issuer_key(&lifted.by),
            lifted.by.name.as_str(),
            lifted.by.rank.as_str(),
            lifted.why,
        ])?;
    Ok(())
}

/// A row as it is.
struct Stored {
    id: String,
    kind: String,
    subject_kind: String,
    subject: String,
    subject_name: String,
    scope: String,
    from_ms: i64,
    until_ms: Option<i64>,
    reason: String,
    issuer: [String; 3],
    evidence: String,
    supersedes: Option<String>,
    lifted_at_ms: Option<i64>,
    lifted_by: [Option<String>; 3],
    lifted_why: Option<String>,
    measure: i64,
    except: String,
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            kind: row.get(1)?,
            subject_kind: row.get(2)?,
            subject: row.get(3)?,
            subject_name: row.get(4)?,
            scope: row.get(5)?,
            from_ms: row.get(6)?,
            until_ms: row.get(7)?,
            reason: row.get(8)?,
            issuer: [row.get(9)?, row.get(10)?, row.get(11)?],
            evidence: row.get(12)?,
            supersedes: row.get(13)?,
            lifted_at_ms: row.get(14)?,
            lifted_by: [row.get(15)?, row.get(16)?, row.get(17)?],
            lifted_why: row.get(18)?,
            measure: row.get(19)?,
            except: row.get(20)?,
        })
    }

    fn decode(self) -> Result<Restriction, Problem> {
        let what = format!("the restriction {}", self.id);
        self.decoded().map_err(|why| match why {
            Odd::Text(why) => Problem::unreadable(what, why),
            Odd::Problem(problem) => problem,
        })
    }

    fn decoded(self) -> Result<Restriction, Odd> {
        let kind = RestrictionKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        Ok(Restriction {
            id: self.id.parse().map_err(odd)?,
            kind: kind.ok_or_else(|| odd(format!("unknown kind {:?}", self.kind)))?,
            subject: subject(&self.subject_kind, &self.subject, &self.subject_name)?,
            scope: serde_json::from_str::<Scope>(&self.scope).map_err(odd)?,
            measure: u64::try_from(self.measure).map_err(odd)?,
            from: time::from_ms(self.from_ms)?,
            until: self.until_ms.map(time::from_ms).transpose()?,
            reason: self.reason,
            issuer: issuer(self.issuer)?,
            evidence: serde_json::from_str::<Vec<MessageId>>(&self.evidence).map_err(odd)?,
            except: serde_json::from_str::<Vec<Spared>>(&self.except).map_err(odd)?,
            supersedes: self.supersedes.map(|id| id.parse()).transpose().map_err(odd)?,
            lifted: lifted(self.lifted_at_ms, self.lifted_by, self.lifted_why)?,
        })
    }
}

/// What is odd about a row.
pub(super) enum Odd {
    Text(String),
    Problem(Problem),
}

impl From<Problem> for Odd {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

pub(super) fn odd(why: impl ToString) -> Odd {
    Odd::Text(why.to_string())
}

pub(super) fn lifted(
    at_ms: Option<i64>,
    by: [Option<String>; 3],
    why: Option<String>,
) -> Result<Option<Lifted>, Odd> {
    let (Some(at_ms), [Some(account), Some(name), Some(rank)]) = (at_ms, by) else {
        return Ok(None);
    };
    let by = issuer([account, name, rank])?;
    Ok(Some(Lifted { by, at: time::from_ms(at_ms)?, why: why.unwrap_or_default() }))
}

pub(super) fn issuer([account, name, rank]: [String; 3]) -> Result<Issuer, Odd> {
    let account: Option<AccountId> = match account.as_str() {
        BY_ITSELF => None,
        account => Some(account.parse().map_err(odd)?),
    };
    Ok(Issuer { account, name: SmolStr::new(name), rank: rank.parse().map_err(odd)? })
}

/// Whoever did it; [`BY_ITSELF`] for a rule of the server.
pub(super) fn issuer_key(issuer: &Issuer) -> String {
    issuer.account.map_or_else(|| BY_ITSELF.to_owned(), |account| account.to_string())
}

/// A person's columns: those of accounts and of guests differ in their first letter.
pub(super) fn person_key(person: Person) -> String {
    match person {
        Person::Account(account) => account.to_string(),
        Person::Guest(player) => player.to_string(),
    }
}

pub(super) fn person(key: &str) -> Result<Person, Odd> {
    let account = key.parse().map(Person::Account);
    account.or_else(|_| key.parse().map(Person::Guest)).map_err(odd)
}

pub(super) fn subject_columns(subject: &Subject) -> (&'static str, String) {
    match subject {
        Subject::Person(person, _) => ("person", person_key(*person)),
        Subject::Names(pattern) => ("names", pattern.to_string()),
        Subject::Addresses(range) => ("addresses", range.to_string()),
        Subject::Everyone => ("everyone", String::new()),
    }
}

pub(super) fn subject(kind: &str, subject: &str, name: &str) -> Result<Subject, Odd> {
    match kind {
        "person" => Ok(Subject::Person(person(subject)?, SmolStr::new(name))),
        "names" => Ok(Subject::Names(subject.parse().map_err(odd)?)),
        "addresses" => Ok(Subject::Addresses(subject.parse().map_err(odd)?)),
        "everyone" => Ok(Subject::Everyone),
        _ => Err(odd(format!("unknown kind of subject {kind:?}"))),
    }
}

pub(super) fn to_json(value: &impl serde::Serialize) -> Result<String, Problem> {
    serde_json::to_string(value)
        .map_err(|error| Problem::unreadable("a restriction to store", error))
}
