//! The end of the journal that everyone holds. Giving it a record never waits, whatever the disk does.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread};

use anyhow::Context;
use chrono::{NaiveDate, Utc};
use tracing_appender::non_blocking::NonBlocking;

use super::guard::Guard;
use super::moderation::ModerationRecord;
use super::record::{Blocked, Speech};
use super::seal::Seals;
use super::system::{self, SystemLog};
use super::tally::{Counters, LastError, Tally};
use super::writer::{Queues, Writer};
use super::{Clock, Content, Log, LogsOptions};
use crate::vocab::{ChainHead, Delivered};

/// A handle on the journal; cheap to clone.
#[derive(Clone)]
pub struct Journal {
    /// Whether the chat log is written at all.
    keeps_talk: bool,
    speech: SyncSender<Speech>,
    records: SyncSender<Box<Entry>>,
    writer: Thread,
    system: NonBlocking,
    terminal: NonBlocking,
    shared: Arc<Shared>,
}

/// A record, and what its texts are sealed with.
pub(super) struct Entry {
    pub(super) record: ModerationRecord,
    pub(super) seals: Seals,
}

/// What the handles, the writer and the guard all look at.
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) chat: Arc<Tally>,
    pub(super) moderation: Arc<Tally>,
    pub(super) system: SystemLog,
    pub(super) closing: AtomicBool,
    /// Whether the writer waits a moment for more speech and need not be told of it.
    pub(super) gathers: AtomicBool,
    /// Records given, and those that are in the file or dropped since.
    pub(super) given: AtomicU64,
    pub(super) settled: AtomicU64,
    /// The newest head of each day that nobody has taken yet.
    pub(super) heads: Mutex<BTreeMap<NaiveDate, ChainHead>>,
}

/// Opens the three logs and starts the thread that writes them.
///
/// # Errors
/// A sentence that names the path, when a folder cannot be made or today's file cannot be opened.
pub fn start(options: LogsOptions) -> anyhow::Result<(Journal, Guard)> {
    start_with_clock(options, Arc::new(Utc::now))
}

/// [`start`] by another clock than the wall's.
///
/// # Errors
/// As [`start`].
pub fn start_with_clock(options: LogsOptions, clock: Clock) -> anyhow::Result<(Journal, Guard)> {
    check_folder(&options.dir)?;
    let (system, system_lines, system_worker) = system::open(&options, &clock)?;
    let (terminal, terminal_worker) = system::open_terminal();
    let shared = Arc::new(Shared {
        clock,
        chat: Arc::default(),
        moderation: Arc::default(),
        system,
        closing: AtomicBool::new(false),
        gathers: AtomicBool::new(false),
        given: AtomicU64::new(0),
        settled: AtomicU64::new(0),
        heads: Mutex::default(),
    });
    let records_max = options.queue_records_max.max(1);
    let keeps_talk = options.content != Content::None;
    let (speech, speech_queue) = mpsc::sync_channel(records_max);
    let (records, record_queue) = mpsc::sync_channel(records_max);
    let queues = Queues { speech: speech_queue, records: record_queue };
    let writer = Writer::open(options, Arc::clone(&shared), queues)?;

    let (thread, finished) = spawn(writer)?;
    let writer = thread.thread().clone();
    let workers = vec![system_worker, terminal_worker];
    let guard = Guard::new(Arc::clone(&shared), thread, finished, workers);
    let system = system_lines;
    Ok((Journal { keeps_talk, speech, records, writer, system, terminal, shared }, guard))
}

/// Starts the writer's thread, and gives with it what is closed when the thread is at its end.
fn spawn(writer: Writer) -> anyhow::Result<(JoinHandle<()>, Receiver<()>)> {
    let (done, finished) = mpsc::sync_channel(0);
    let run = move || {
        writer.run();
        drop::<SyncSender<()>>(done);
    };
    let thread = thread::Builder::new().name("journal".to_owned()).spawn(run);
    Ok((thread.context("starting the journal's thread")?, finished))
}

impl Journal {
    /// Writes down a message and how it went out.
    pub fn delivered(&self, delivered: Delivered) {
        self.speech(Speech::Delivered(delivered));
    }

    /// Writes down words that a rule kept from everyone.
    pub fn blocked(&self, blocked: Blocked) {
        self.speech(Speech::Blocked(Box::new(blocked)));
    }

    /// Writes a line of the moderation log; on disk as soon as the disk confirms.
    pub fn moderation(&self, record: ModerationRecord, seals: Seals) {
        self.shared.given.fetch_add(1, AcqRel);
        let sent = self.records.try_send(Box::new(Entry { record, seals })).is_ok();
        if !sent {
            self.shared.settled.fetch_add(1, AcqRel);
        }
        self.record(sent);
    }

    /// Counts a moderation record that could not even be brought here. The log will say so.
    pub fn lost_moderation(&self) {
        self.record(false);
    }

    /// How many moderation records were given until now; see [`settled`](Self::settled).
    #[must_use]
    pub fn given(&self) -> u64 {
        self.shared.given.load(Acquire)
    }

    /// Whether so many of the records given are on disk or dropped by now.
    #[must_use]
    pub fn settled(&self, given: u64) -> bool {
        self.shared.settled.load(Acquire) >= given
    }

    /// The newest head of the moderation log for each day that has a new one since the last call.
    #[must_use]
    pub fn new_heads(&self) -> Vec<ChainHead> {
        std::mem::take(&mut *self.shared.heads()).into_values().collect()
    }

    /// What was written and what was not, since the start.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.shared.counters()
    }

    /// The newest trouble with a file, of all three logs; that which is not over comes first.
    #[must_use]
    pub fn last_error(&self) -> Option<LastError> {
        let errors = self.shared.tallies().into_iter().filter_map(|(_, tally)| tally.last_error());
        errors.max_by_key(|error| (!error.over, error.at))
    }

    pub(super) fn system_lines(&self) -> NonBlocking {
        self.system.clone()
    }

    pub(super) fn terminal_lines(&self) -> NonBlocking {
        self.terminal.clone()
    }

    pub(super) fn clock(&self) -> Clock {
        Arc::clone(&self.shared.clock)
    }

    fn speech(&self, speech: Speech) {
        if !self.keeps_talk {
            return;
        }
        if self.speech.try_send(speech).is_err() {
            self.shared.chat.lost(1);
        }
        // While it gathers lines it comes back by itself, and soon.
        if !self.shared.gathers.load(SeqCst) {
            self.writer.unpark();
        }
    }

    fn record(&self, sent: bool) {
        if !sent {
            self.shared.moderation.lost(1);
        }
        self.writer.unpark();
    }
}

impl Shared {
    pub(super) fn counters(&self) -> Counters {
        Counters {
            chat: self.chat.counters(),
            moderation: self.moderation.counters(),
            system: self.system.counters(),
        }
    }

    pub(super) fn tallies(&self) -> [(Log, &Tally); 3] {
        [
            (Log::Chat, &self.chat),
            (Log::Moderation, &self.moderation),
            (Log::System, &self.system.tally),
        ]
    }

    /// How many records of a log are in no file.
    pub(super) fn dropped(&self, log: Log) -> u64 {
        match log {
            Log::Chat => self.chat.dropped(),
            Log::Moderation => self.moderation.dropped(),
            Log::System => self.system.counters().dropped,
        }
    }

    /// The writer and whoever stores heads meet here, for the length of a copy.
    pub(super) fn heads(&self) -> MutexGuard<'_, BTreeMap<NaiveDate, ChainHead>> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn close(&self) {
        self.closing.store(true, Release);
    }
}

fn check_folder(dir: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(
        !dir.exists() || dir.is_dir(),
        "the log folder {} is not a directory",
        dir.display()
    );
    Ok(())
}
