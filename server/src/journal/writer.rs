//! The thread that alone writes the chat and the moderation log.
//!
//! What concerns moderation goes first, and the disk has confirmed them before anything else is done; several that wait share one
//! confirmation. The first line of speech goes out at once; while more follow, they are gathered for 20 ms, so that neither
//! this thread is woken nor the file written for each. While a disk is full the thread tries again every 200 ms.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, SeqCst};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use chrono::NaiveDate;

use super::daily::DailyFile;
use super::handle::{Entry, Shared};
use super::ledger::Ledger;
use super::line::{self, Pen};
use super::record::Speech;
use super::retention::{oldest_kept, sweep};
use super::tally::Tally;
use super::{Log, LogsOptions};

/// How long speech is gathered before it is written.
const GATHER: Duration = Duration::from_millis(20);

/// How long a line may wait in memory while the queue is never empty, or the disk takes nothing.
const FLUSH_EVERY: Duration = Duration::from_millis(200);

/// How often the thread looks at the date when nothing is said.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// How often the operator is told of the same trouble.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// How many records of one log are written before the other log has its turn.
const RECORDS_AT_ONCE: usize = 256;

/// Where records come from.
pub(super) struct Queues {
    pub(super) speech: Receiver<Speech>,
    pub(super) records: Receiver<Box<Entry>>,
}

/// The thread's own state.
pub(super) struct Writer {
    options: LogsOptions,
    shared: Arc<Shared>,
    queues: Queues,
    chat: Page,
    pen: Pen,
    moderation: Ledger,
    flushed: Instant,
    swept: Option<NaiveDate>,
    told: Told,
}

/// A log's file, and how many dropped records the file itself tells of.
struct Page {
    file: DailyFile,
    tally: Arc<Tally>,
    dropped_told: u64,
}

/// What the operator has been told, and when.
#[derive(Default)]
struct Told {
    last: Option<Instant>,
    dropped: [u64; 3],
    failing: [bool; 3],
}

impl Writer {
    /// Opens today's chat and moderation files.
    ///
    /// # Errors
    /// A sentence with the path.
    pub(super) fn open(
        options: LogsOptions,
        shared: Arc<Shared>,
        queues: Queues,
    ) -> anyhow::Result<Self> {
        let chat = Page::open(Log::Chat, &options, &shared, &shared.chat)?;
        let moderation = Ledger::open(&options, &shared)?;
        let pen = Pen::new(options.content, options.node.clone());
        let (flushed, told) = (Instant::now(), Told::default());
        Ok(Self { options, shared, queues, chat, pen, moderation, flushed, swept: None, told })
    }

    /// Writes until the journal is closed and nothing waits.
    pub(super) fn run(mut self) {
        loop {
            // Read before the queues are: what was sent before the journal was closed is in them by then.
            let closing = self.shared.closing.load(Acquire);
            let recorded = self.take_records();
            let spoken = self.take_speech();
            let busy = recorded || spoken == RECORDS_AT_ONCE;
            if !busy || self.flushed.elapsed() >= FLUSH_EVERY {
                self.settle();
            }
            if busy {
                continue;
            }
            if closing && spoken == 0 {
                break;
            }
            self.wait(spoken > 0);
        }
        self.finish();
    }

    /// Waits for more: after speech a moment, in which nobody has to say that there is more, or else until told.
    fn wait(&self, has_spoken: bool) {
        let has_gathered = self.shared.gathers.swap(has_spoken, SeqCst);
        if has_spoken {
            thread::park_timeout(GATHER);
        } else if !has_gathered {
            thread::park_timeout(self.rest());
        }
        // Otherwise something may have come of which nobody told: it is looked for once more.
    }

    fn take_records(&mut self) -> bool {
        let mut count = 0;
        for entry in self.queues.records.try_iter().take(RECORDS_AT_ONCE) {
            self.moderation.take(&entry);
            count += 1;
        }
        if count > 0 {
            self.moderation.flush();
        }
        count > 0
    }

    /// How many lines it took.
    fn take_speech(&mut self) -> usize {
        let mut count = 0;
        self.chat.file.turn_page();
        for speech in self.queues.speech.try_iter().take(RECORDS_AT_ONCE) {
            // What finds no room is counted by the file.
            let _ = self.chat.file.append_to_page(self.pen.speech(&speech));
            count += 1;
        }
        count
    }

    /// Brings what waits to the files, and does what is due from time to time.
    fn settle(&mut self) {
        self.chat.tell_of_dropped(&self.shared, &self.options.node);
        self.chat.file.flush();
        self.moderation.settle();
        self.flushed = Instant::now();
        self.sweep_once_a_day();
        self.told.tell(&self.shared);
    }

    fn rest(&self) -> Duration {
        let waiting = self.chat.file.is_waiting() || self.moderation.is_waiting();
        if waiting { FLUSH_EVERY } else { LOOK_EVERY }
    }

    fn sweep_once_a_day(&mut self) {
        let today = (self.shared.clock)().date_naive();
        if self.swept.replace(today) == Some(today) {
            return;
        }
        for log in Log::ALL {
            let Some(oldest) = oldest_kept(today, self.options.keep.of(log)) else { continue };
            let swept = match log {
                Log::Moderation => self.moderation.sweep(&self.options.dir, oldest),
                log => sweep(log, &self.options.dir, oldest),
            };
            match swept {
                Ok(0) => {}
                Ok(files) => tracing::info!(log = log.name(), files, "removed old log files"),
                Err(error) => tracing::warn!(log = log.name(), %error, "old log files stay"),
            }
        }
    }

    fn finish(mut self) {
        self.chat.file.flush();
        self.chat.file.sync();
        self.chat.file.give_up();
        self.moderation.finish();
        self.told.last = None;
        self.told.tell(&self.shared);
    }
}

impl Page {
    fn open(
        log: Log,
        options: &LogsOptions,
        shared: &Shared,
        tally: &Arc<Tally>,
    ) -> anyhow::Result<Self> {
        let clock = Arc::clone(&shared.clock);
        let file = DailyFile::open(log, &options.dir, clock, Arc::clone(tally))?;
        Ok(Self { file, tally: Arc::clone(tally), dropped_told: 0 })
    }

    /// Says in the file itself that records are missing, so that whoever reads only the file knows. Not while the file takes
    /// nothing: that line would only take the room of another.
    fn tell_of_dropped(&mut self, shared: &Shared, node: &str) {
        let dropped = self.tally.dropped();
        if dropped > self.dropped_told && self.file.flush() {
            let count = dropped - self.dropped_told;
            let _ = self.file.append(&line::dropped(count, (shared.clock)(), node));
            self.dropped_told = dropped;
        }
    }
}

impl Told {
    /// Tells the operator of new trouble, at most once a minute.
    fn tell(&mut self, shared: &Shared) {
        if self.last.is_some_and(|last| last.elapsed() < TELL_EVERY) {
            return;
        }
        for (index, (log, tally)) in shared.tallies().into_iter().enumerate() {
            self.tell_of_errors(index, log, tally);
            self.tell_of_dropped(index, log, shared);
        }
    }

    fn tell_of_errors(&mut self, index: usize, log: Log, tally: &Tally) {
        let error = tally.last_error().filter(|error| !error.over);
        if let Some(error) = &error {
            tracing::error!(log = log.name(), since = %error.at, "{}", error.error);
            self.last = Some(Instant::now());
        } else if self.failing[index] {
            tracing::info!(log = log.name(), "the log is written again");
        }
        self.failing[index] = error.is_some();
    }

    fn tell_of_dropped(&mut self, index: usize, log: Log, shared: &Shared) {
        let dropped = shared.dropped(log);
        let count = dropped - self.dropped[index];
        if count > 0 {
            tracing::warn!(log = log.name(), count, "records were dropped");
            self.last = Some(Instant::now());
            self.dropped[index] = dropped;
        }
    }
}
