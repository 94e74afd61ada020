//! The moderation log as it is written: a daily file whose lines form a chain.
//!
//! A line that finds no room is not part of the chain; the line that tells of it later is. The head is made known only when
//! the disk has confirmed the line, so that what is stored of it elsewhere is never ahead of the file.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::AcqRel;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
use smol_str::SmolStr;

use super::chain::{Chain, Link, going};
use super::daily::DailyFile;
use super::entry::{Note, entry, note};
use super::handle::{Entry, Shared};
use super::retention::sweep;
use super::{Log, LogsOptions};
use crate::vocab::ChainHead;

/// The moderation log's file and the end of its chain.
pub(super) struct Ledger {
    file: DailyFile,
    chain: Chain,
    shared: Arc<Shared>,
    node: SmolStr,
    /// Dropped records that the file itself tells of.
    dropped_told: u64,
    /// Records whose lines are not confirmed yet.
    unsettled: u64,
    /// The number of the last line whose head was made known.
    known: u64,
}

impl Ledger {
    /// Opens today's file and takes up the chain where it ended.
    ///
    /// # Errors
    /// A sentence with the path.
    pub(super) fn open(options: &LogsOptions, shared: &Arc<Shared>) -> anyhow::Result<Self> {
        let clock = Arc::clone(&shared.clock);
        let tally = Arc::clone(&shared.moderation);
        let file = DailyFile::open(Log::Moderation, &options.dir, clock, tally)?;
        let (chain, cut) = Chain::resume(&options.dir)
            .with_context(|| format!("reading the moderation log in {}", options.dir.display()))?;
        let known = chain.next().seq - 1;
        let (shared, node) = (Arc::clone(shared), options.node.clone());
        let mut ledger = Self { file, chain, shared, node, dropped_told: 0, unsettled: 0, known };
        if let Some(cut) = cut {
            ledger.note(cut);
            ledger.flush();
        }
        Ok(ledger)
    }

    /// Takes a record; it is in the file after the next flush that succeeds.
    pub(super) fn take(&mut self, given: &Entry) {
        let Entry { record, seals } = given;
        let node = self.node.clone();
        self.append(|link, _| entry(record, seals, link, &node));
        self.unsettled += 1;
    }

    /// Writes what waits and makes the head known.
    pub(super) fn flush(&mut self) {
        if !self.file.flush() {
            return;
        }
        self.shared.settled.fetch_add(std::mem::take(&mut self.unsettled), AcqRel);
        let Link { seq: next, prev: hash } = self.chain.next();
        let seq = next - 1;
        if seq > self.known {
            self.known = seq;
            let day = self.file.day();
            self.shared.heads().insert(day, ChainHead { day, seq, hash });
        }
    }

    /// Tells of dropped records and writes what waits.
    pub(super) fn settle(&mut self) {
        let dropped = self.shared.moderation.dropped();
        // Not while the file takes nothing: that line would only take the room of another.
        if dropped > self.dropped_told && self.file.flush() {
            self.note(Note::Dropped { count: dropped - self.dropped_told });
            self.dropped_told = dropped;
        }
        self.flush();
    }

    /// Removes the files of days before `oldest`. First the log says so, and the disk confirms it: whoever verifies the chain
    /// later knows that they are gone by right.
    ///
    /// # Errors
    /// When files cannot be read or removed, or the log takes no line.
    pub(super) fn sweep(&mut self, root: &Path, oldest: NaiveDate) -> io::Result<usize> {
        if let Some(swept) = going(root, oldest)? {
            self.note(swept);
            self.flush();
            if self.file.is_waiting() {
                return Err(io::Error::other("the log takes no line that says so"));
            }
        }
        sweep(Log::Moderation, root, oldest)
    }

    /// Whether lines wait to be written.
    pub(super) fn is_waiting(&self) -> bool {
        self.file.is_waiting()
    }

    /// Writes what can be written and counts the rest as dropped.
    pub(super) fn finish(&mut self) {
        self.flush();
        self.file.sync();
        self.file.give_up();
    }

    fn note(&mut self, what: Note) {
        let node = self.node.clone();
        self.append(|link, at| note(what, at, link, &node));
    }

    fn append(&mut self, line: impl FnOnce(Link, DateTime<Utc>) -> Vec<u8>) {
        let line = line(self.chain.next(), (self.shared.clock)());
        if self.file.append(&line) {
            self.chain.took(&line);
        }
    }
}
