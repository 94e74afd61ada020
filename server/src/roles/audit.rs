//! The moderation log for staff who call: a page of it, opened with the keys of the store. Which lines are meant is asked;
//! nothing is decided here.

use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::api::v1::{AuditEntry, AuditPage, AuditQuery, Books};
use crate::config::Config;
use crate::journal::read::{Record, newest};
use crate::journal::{Keyring, Log};
use crate::store::Archive;

/// Files of days that are read for one page.
const FILES_MAX: usize = 7;
/// What belongs to a case, which not all staff may see.
const OF_CASES: [&str; 8] =
    ["report", "modqueue", "claim", "unclaim", "uphold", "dismiss", "grant", "appeal"];
/// The fields that say who did something.
const ACTORS: [&str; 4] = ["actor_account", "actor_name", "reader_account", "reader_name"];
/// The fields that say to whom or to what.
const TARGETS: [&str; 3] = ["subject", "subject_name", "target"];

/// What reads the log of this configuration.
pub(super) fn books(config: &Config) -> Books {
    let (root, database) = (config.logs.dir.clone(), config.store.path.clone());
    Arc::new(move |query: &AuditQuery| {
        let keys = Keyring::new(Archive::open(&database)?.keys()?);
        let page = (query.before, query.limit, FILES_MAX);
        let found = newest(
            Log::Moderation,
            &root,
            Some(&keys),
            page,
            |day| is_in_question(query, day),
            |record| takes(query, record),
        )
        .with_context(|| format!("reading the logs in {}", root.display()))?;
        let entries = found.lines.iter().map(|(_, record)| entry(record));
        Ok(AuditPage { entries: entries.collect(), next: found.next })
    })
}

/// Whether a file may hold what is asked for. A line is in the file of the day on which it was written, a moment after.
fn is_in_question(query: &AuditQuery, day: NaiveDate) -> bool {
    let day_after = |moment: DateTime<Utc>| {
        moment.date_naive().checked_add_signed(TimeDelta::days(1)).unwrap_or(NaiveDate::MAX)
    };
    query.since.is_none_or(|since| day >= since.date_naive())
        && query.until.is_none_or(|until| day <= day_after(until))
}

fn takes(query: &AuditQuery, record: &Record) -> bool {
    let is_one_of = |names: &[String], fields: &[&str]| {
        let mut texts = fields.iter().filter_map(|field| record.text(field));
        texts.any(|text| names.contains(&text.to_lowercase()))
    };
    let at = record.text("at").and_then(|at| at.parse::<DateTime<Utc>>().ok());
    let is_meant = |asked: &Option<Vec<String>>, fields: &[&str]| {
        asked.as_deref().is_none_or(|names| is_one_of(names, fields))
    };
    let is_of_case = act(record).is_some_and(|act| OF_CASES.contains(&act));
    // It came to nothing, or it would be a line of its own kind. It says who reported, and not always whom.
    let is_failed_report = record.text("act") == Some("report");
    ["act", "read", "automatic"].contains(&record.kind())
        && query.act.as_deref().is_none_or(|asked| act(record) == Some(asked))
        && query.since.is_none_or(|since| at.is_some_and(|at| at >= since))
        && query.until.is_none_or(|until| at.is_some_and(|at| at < until))
        && is_meant(&query.actor, &ACTORS)
        && is_meant(&query.target, &TARGETS)
        && !is_one_of(&query.asker, &TARGETS)
        && !(is_of_case && is_one_of(&query.above, &TARGETS))
        && !is_failed_report
}

fn act(record: &Record) -> Option<&str> {
    record.text("act").or_else(|| record.text("what"))
}

fn entry(record: &Record) -> AuditEntry {
    let shown = |field: &str| Some(record.shown(field)).filter(|text| !text.is_empty());
    let first = |fields: &[&str]| fields.iter().find_map(|field| shown(field));
    AuditEntry {
        at: record.shown("at"),
        kind: record.kind().to_owned(),
        actor: first(&["actor_name", "reader_name", "rule"]).unwrap_or_default(),
        rank: shown("rank"),
        act: act(record).unwrap_or_default().to_owned(),
        target: first(&["target", "subject_name"]),
        detail: shown("detail"),
        refused: shown("refused"),
        restriction: shown("restriction"),
        until: shown("until"),
    }
}
