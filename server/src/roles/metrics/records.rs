//! The database and the three logs.

use std::fmt;

use super::page::{Page, whether};
use crate::journal::{Journal, LogCounters};
use crate::store::{Health, Store};

pub(super) fn write_store(page: &mut Page<'_>, store: &Store) -> fmt::Result {
    let counters = store.counters();
    let is_failing = counters.health != Health::Well;
    let help = "Whether the database takes nothing now: 1 or 0.";
    page.gauge("store_failing", help, whether(is_failing))?;
    page.counter("store_rows", "Lines, characters and acts written.", counters.rows_written)?;
    let help = "Lines and characters not taken because too many waited.";
    page.counter("store_dropped", help, counters.dropped)?;
    let help = "Lines and characters that the database would never accept.";
    page.counter("store_rejected", help, counters.rejected)?;
    page.counter("store_errors", "Transactions that failed.", counters.errors)?;
    let help = "How long transactions that wrote something took, the disk included.";
    page.durations("store_commit_seconds", help, store.commit_times())
}

pub(super) fn write_journal(page: &mut Page<'_>, journal: &Journal) -> fmt::Result {
    let counters = journal.counters();
    let logs =
        [("chat", counters.chat), ("moderation", counters.moderation), ("system", counters.system)];
    let each = |figure: fn(&LogCounters) -> u64| {
        logs.iter().map(move |(log, counters)| ([("log", *log)], figure(counters)))
    };
    page.counters("journal_lines", "Lines written to a log.", each(|log| log.written))?;
    page.counters("journal_dropped", "Records that are in no file.", each(|log| log.dropped))?;
    let help = "Attempts to write, open or sync a log that failed.";
    page.counters("journal_write_errors", help, each(|log| log.write_errors))?;
    let is_failing = journal.last_error().is_some_and(|error| !error.over);
    page.gauge(
        "journal_failing",
        "Whether a log cannot be written now: 1 or 0.",
        whether(is_failing),
    )
}
