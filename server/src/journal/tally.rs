//! What the journal knows of its own health: numbers for metrics, the last error for `/health`.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::Log;

/// The numbers of all three logs since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Speech.
    pub chat: LogCounters,
    /// Acts of staff.
    pub moderation: LogCounters,
    /// How the server fares.
    pub system: LogCounters,
}

/// The numbers of one log since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogCounters {
    /// Lines in the file.
    pub written: u64,
    /// Records that are in no file: the queue was full, or the disk was for too long.
    pub dropped: u64,
    /// Attempts to write, open or sync that failed. Nothing is lost by one alone.
    pub write_errors: u64,
}

/// The last time that a log could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastError {
    /// When.
    pub at: DateTime<Utc>,
    /// Which file and why, as a sentence for the operator.
    pub error: String,
    /// Whether that log could be written again since.
    pub over: bool,
}

/// One log's counters, shared between those who count and those who look.
#[derive(Default)]
pub(super) struct Tally {
    written: AtomicU64,
    dropped: AtomicU64,
    write_errors: AtomicU64,
    last_error: Mutex<Option<LastError>>,
}

impl Tally {
    pub(super) fn wrote(&self, lines: u64) {
        if lines == 0 {
            return;
        }
        self.written.fetch_add(lines, Relaxed);
        if let Some(last) = &mut *self.lock() {
            last.over = true;
        }
    }

    pub(super) fn lost(&self, records: u64) {
        self.dropped.fetch_add(records, Relaxed);
    }

    pub(super) fn failed(&self, log: Log, at: DateTime<Utc>, error: &io::Error) {
        self.write_errors.fetch_add(1, Relaxed);
        let error = format!("the {} log could not be written: {error}", log.name());
        *self.lock() = Some(LastError { at, error, over: false });
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Relaxed)
    }

    pub(super) fn counters(&self) -> LogCounters {
        LogCounters {
            written: self.written.load(Relaxed),
            dropped: self.dropped(),
            write_errors: self.write_errors.load(Relaxed),
        }
    }

    pub(super) fn last_error(&self) -> Option<LastError> {
        self.lock().clone()
    }

    /// Only the log's own writer and a reader of `/health` ever meet here, for the length of a copy.
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<LastError>> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
