//! One transaction: jobs applied in order, and what came of them.

use std::collections::HashSet;
use std::path::Path;

use rusqlite::Connection;

use super::characters;
use super::error::{Problem, StoreError};
use super::known::Known;
use super::open::OpenDatabase;
use super::queue::{Ask, Job};
use super::scribe::Scribe;

/// What a transaction did.
#[derive(Default)]
pub(super) struct Tally {
    /// Whether it could have changed anything.
    pub(super) writes: bool,
    /// Lines and characters stored, and acts.
    pub(super) rows: u64,
    /// Which of the jobs the database would never accept.
    pub(super) rejected: Vec<usize>,
}

/// Does all jobs in one transaction and commits it. After an error nothing of them is stored.
pub(super) fn commit(
    jobs: &mut [Job],
    database: &OpenDatabase,
    known: &mut Known,
) -> Result<Tally, StoreError> {
    let OpenDatabase { connection, path, .. } = database;
    let fail = |error| StoreError::from_sqlite(path, &error);
    let writes = jobs.iter().any(writes);
    begin(connection, writes).map_err(fail)?;
    let committed = apply(jobs, database, known).and_then(|tally| {
        execute(connection, "COMMIT").map_err(fail)?;
        Ok(Tally { writes, ..tally })
    });
    committed.inspect_err(|_| {
        roll_back(connection);
        known.forget();
    })
}

/// Runs questions in a transaction that has all jobs in it and is then given up.
pub(super) fn preview(
    jobs: &mut [Job],
    questions: &mut [Box<dyn Ask>],
    database: &OpenDatabase,
) -> Result<(), StoreError> {
    let OpenDatabase { connection, path, .. } = database;
    begin(connection, false).map_err(|error| StoreError::from_sqlite(path, &error))?;
    let outcome = apply(jobs, database, &mut Known::default())
        .and_then(|_| questions.iter_mut().try_for_each(|question| question.run(connection, path)));
    roll_back(connection);
    outcome
}

/// Of several waiting saves of one character, only the newest is worth its room.
pub(super) fn newest_saves(mut behind: Vec<Job>) -> Vec<Job> {
    let mut seen = HashSet::new();
    behind.reverse();
    behind.retain(|job| !matches!(job, Job::Save(character, _) if !seen.insert(character.id)));
    behind.reverse();
    behind
}

fn writes(job: &Job) -> bool {
    match job {
        Job::Line(..) | Job::Save(..) => true,
        Job::Ask(ask) => ask.acts(),
        Job::Close(_) => false,
    }
}

fn apply(
    jobs: &mut [Job],
    database: &OpenDatabase,
    known: &mut Known,
) -> Result<Tally, StoreError> {
    let OpenDatabase { connection, path, .. } = database;
    let fail = |problem: Problem| problem.at(path);
    let mut tally = Tally::default();
    let mut scribe = Scribe::new(connection, known);
    for (index, job) in jobs.iter_mut().enumerate() {
        if let Job::Line(line, _) = job {
            scribe.take(index, line).map_err(fail)?;
            continue;
        }
        scribe.flush().map_err(fail)?;
        let stored = match job {
            Job::Save(character, _) => characters::update(connection, character),
            Job::Ask(ask) => {
                ask.run(connection, path)?;
                Ok(ask.acts())
            }
            Job::Line(..) | Job::Close(_) => Ok(false),
        };
        tally.count(index, stored, path)?;
    }
    scribe.flush().map_err(fail)?;
    tally.rows += scribe.stored;
    tally.rejected.append(&mut scribe.rejected);
    Ok(tally)
}

impl Tally {
    fn count(
        &mut self,
        index: usize,
        stored: Result<bool, Problem>,
        path: &Path,
    ) -> Result<(), StoreError> {
        match stored.map_err(|problem| problem.at(path)) {
            Ok(true) => self.rows += 1,
            Ok(false) => {}
            Err(fault) if fault.is_fault() => return Err(fault),
            Err(_) => self.rejected.push(index),
        }
        Ok(())
    }
}

fn begin(connection: &Connection, writes: bool) -> rusqlite::Result<()> {
    execute(connection, if writes { "BEGIN IMMEDIATE" } else { "BEGIN" })
}

/// Ends a transaction that came to nothing.
fn roll_back(connection: &Connection) {
    // SQLite may have rolled back by itself, and then there is nothing to do.
    if !connection.is_autocommit() {
        let _ = execute(connection, "ROLLBACK");
    }
}

fn execute(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(drop)
}
