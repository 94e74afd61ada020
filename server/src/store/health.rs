//! How the store is: numbers for `/health` and metrics, shared by the handles and the writer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread::Thread;

use smol_str::SmolStr;

use super::error::StoreError;
use crate::vocab::{ChannelName, Durations, Message};

/// Whether what is offered reaches the disk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Health {
    /// It does.
    #[default]
    Well,
    /// It does not, for this reason; it is kept and tried again.
    Failing(String),
}

/// How the store is at one moment. All totals count from its opening.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counters {
    /// Whether what is offered reaches the disk.
    pub health: Health,
    /// Jobs offered and not yet committed or answered.
    pub queue_depth: usize,
    /// Lines and characters not taken because too many waited.
    pub dropped: u64,
    /// Lines and characters taken that the database would never accept: an unknown epoch, a number used twice.
    pub rejected: u64,
    /// Lines and characters written behind, and acts.
    pub rows_written: u64,
    /// Transactions that wrote something.
    pub commits: u64,
    /// How long the last of them took, in microseconds, the disk included.
    pub last_commit_us: u64,
    /// Transactions that failed.
    pub errors: u64,
    /// Why the last of them did.
    pub last_error: Option<String>,
}

/// What the handles and the writer both know.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// The thread that writes, once it runs.
    pub(super) writer: OnceLock<Thread>,
    pub(super) depth: AtomicUsize,
    pub(super) closing: AtomicBool,
    pub(super) dropped: AtomicU64,
    pub(super) rejected: AtomicU64,
    pub(super) rows_written: AtomicU64,
    pub(super) commits: AtomicU64,
    pub(super) last_commit_us: AtomicU64,
    /// How long those that wrote something took.
    pub(super) commit_times: Durations,
    pub(super) errors: AtomicU64,
    /// The number of the epoch begun last; 0 before the first.
    pub(super) current_epoch: AtomicI64,
    faults: Mutex<Faults>,
    lost: Mutex<HashMap<ChannelName, (SmolStr, u64)>>,
}

#[derive(Debug, Default)]
struct Faults {
    now: Option<StoreError>,
    last: Option<String>,
}

const SOUND: &str = "no code panics while it holds this lock";

impl Shared {
    /// Has the writer look at the queue now, whatever it waits for.
    pub(super) fn wake_writer(&self) {
        // Before it runs, it has yet to look for the first time.
        if let Some(writer) = self.writer.get() {
            writer.unpark();
        }
    }

    pub(super) fn counters(&self) -> Counters {
        let faults = self.faults.lock().expect(SOUND);
        Counters {
            health: faults
                .now
                .as_ref()
                .map_or(Health::Well, |fault| Health::Failing(fault.to_string())),
            queue_depth: self.depth.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
            rejected: self.rejected.load(Ordering::Relaxed),
            rows_written: self.rows_written.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            last_commit_us: self.last_commit_us.load(Ordering::Relaxed),
            errors: self.errors.load(Ordering::Relaxed),
            last_error: faults.last.clone(),
        }
    }

    /// Notes that a transaction failed. Whether this is news.
    pub(super) fn note_fault(&self, fault: &StoreError) -> bool {
        self.errors.fetch_add(1, Ordering::Relaxed);
        let mut faults = self.faults.lock().expect(SOUND);
        faults.last = Some(fault.to_string());
        faults.now.replace(fault.clone()).as_ref() != Some(fault)
    }

    /// Notes that a transaction succeeded. Whether this is news.
    pub(super) fn note_well(&self) -> bool {
        self.faults.lock().expect(SOUND).now.take().is_some()
    }

    /// Notes that a line will never be stored, so that no one is told they have seen everything.
    pub(super) fn lose(&self, line: &Message) {
        let place = (line.epoch.clone(), line.seq);
        self.lost.lock().expect(SOUND).insert(line.channel.clone(), place);
    }

    /// Whether a line of the channel was lost that someone who saw `(epoch, seq)` last has missed.
    pub(super) fn lost_after(&self, channel: &ChannelName, epoch: &str, seq: u64) -> bool {
        let lost = self.lost.lock().expect(SOUND);
        lost.get(channel).is_some_and(|(lost_in, number)| lost_in != epoch || *number > seq)
    }

    /// Whether nothing that was offered has been lost.
    pub(super) fn lost_nothing(&self) -> bool {
        self.lost.lock().expect(SOUND).is_empty()
    }
}
