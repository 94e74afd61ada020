//! The thread that owns the connection. It gathers jobs into transactions, in the order in which they came, and answers
//! those who wait only after the commit.
//!
//! What is written behind is kept until it is committed: after a fault the thread tries again, ever less often, for as
//! long as the server runs. What someone waits for is answered with the fault instead.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::batch::{self, Tally};
use super::error::StoreError;
use super::health::Shared;
use super::known::Known;
use super::open::OpenDatabase;
use super::queue::{Ask, Job};
use super::{StoreOptions, epochs};

/// The first wait after a fault; each further one doubles.
const RETRY_MIN: Duration = Duration::from_millis(50);

/// A fault that may pass.
struct Retry {
    at: Instant,
    waited: Duration,
    fault: StoreError,
}

type Closing = oneshot::Sender<Result<(), StoreError>>;

pub(super) struct Writer {
    database: OpenDatabase,
    known: Known,
    inbox: Receiver<Job>,
    shared: Arc<Shared>,
    /// How long a line may wait for others to share its transaction.
    gather: Duration,
    retry_max: Duration,
    close_max: Duration,
    /// What was taken from the queue and is not committed, in order.
    hand: Vec<Job>,
    /// Set while the hand waits for a fault to pass.
    retry: Option<Retry>,
    closing: Option<Closing>,
    /// No handle is left.
    abandoned: bool,
}

impl Writer {
    pub(super) fn new(
        database: OpenDatabase,
        inbox: Receiver<Job>,
        shared: Arc<Shared>,
        options: &StoreOptions,
    ) -> Self {
        Self {
            database,
            known: Known::default(),
            inbox,
            shared,
            // The other half of the window is for the commit.
            gather: Duration::from_millis(options.group_ms) / 2,
            retry_max: Duration::from_millis(options.retry_max_ms),
            close_max: Duration::from_millis(options.close_max_ms),
            hand: Vec::new(),
            retry: None,
            closing: None,
            abandoned: false,
        }
    }

    /// Works until the store is closed or no handle is left.
    pub(super) fn run(mut self) {
        self.shared.writer.get_or_init(thread::current);
        while self.closing.is_none() && !self.abandoned {
            self.gather();
            self.write();
        }
        self.finish();
    }

    /// Takes jobs until the oldest has waited long enough, or someone waits for one. While lines wait, nobody wakes this
    /// thread for one more; only for what someone waits for.
    fn gather(&mut self) {
        if self.hand.is_empty() {
            match self.inbox.recv() {
                Ok(job) => _ = self.take(job),
                Err(_) => self.abandoned = true,
            }
        }
        loop {
            let waits = self.take_waiting();
            let due = self.due().unwrap_or_else(Instant::now);
            let left = due.saturating_duration_since(Instant::now());
            if waits || left.is_zero() {
                return;
            }
            thread::park_timeout(left);
        }
    }

    /// When the hand is to be written, whatever else comes; none while it is empty.
    fn due(&self) -> Option<Instant> {
        match (&self.retry, self.hand.first()) {
            (Some(retry), _) => Some(retry.at),
            (None, Some(Job::Line(_, offered) | Job::Save(_, offered))) => {
                Some(*offered + self.gather)
            }
            (None, _) => None,
        }
    }

    /// Takes what is in the queue already; no more than fits in it, however fast others fill it. Whether someone waits
    /// for any of it.
    fn take_waiting(&mut self) -> bool {
        let mut waits = false;
        for _ in 0..self.shared.depth.load(Ordering::Relaxed) {
            match self.inbox.try_recv() {
                Ok(job) => waits |= self.take(job),
                Err(_) => break,
            }
        }
        waits
    }

    /// Takes one job. Whether someone waits for it.
    fn take(&mut self, job: Job) -> bool {
        match job {
            Job::Close(reply) => {
                self.closing = Some(reply);
                true
            }
            job => {
                let waits = matches!(job, Job::Ask(_));
                self.hand.push(job);
                waits
            }
        }
    }

    fn write(&mut self) {
        if self.hand.is_empty() {
            return;
        }
        let started = Instant::now();
        match batch::commit(&mut self.hand, &self.database, &mut self.known) {
            Ok(tally) => self.settle(tally, started),
            Err(fault) => self.postpone(fault),
        }
    }

    fn settle(&mut self, tally: Tally, started: Instant) {
        if tally.writes {
            let shared = &self.shared;
            let took = started.elapsed();
            shared.commit_times.add(took);
            let elapsed = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            shared.last_commit_us.store(elapsed, Ordering::Relaxed);
            shared.commits.fetch_add(1, Ordering::Relaxed);
            shared.rows_written.fetch_add(tally.rows, Ordering::Relaxed);
            self.retry = None;
            if shared.note_well() {
                tracing::info!(rows = tally.rows, "the database takes writes again");
            }
        }
        for &index in &tally.rejected {
            self.reject(index);
        }
        self.shared.depth.fetch_sub(self.hand.len(), Ordering::Relaxed);
        for job in std::mem::take(&mut self.hand) {
            if let Job::Ask(ask) = job {
                ask.answer(Ok(()));
            }
        }
    }

    fn reject(&self, index: usize) {
        self.shared.rejected.fetch_add(1, Ordering::Relaxed);
        match &self.hand[index] {
            Job::Line(line, _) => {
                self.shared.lose(line);
                tracing::error!(channel = %line.channel, epoch = %line.epoch, seq = line.seq, "the database cannot take this line");
            }
            Job::Save(character, _) => {
                tracing::error!(player = %character.id, "the database cannot take this character");
            }
            Job::Ask(_) | Job::Close(_) => {}
        }
    }

    /// Nothing of the hand is stored: acts are answered with the fault, questions from what can be read, the rest stays.
    fn postpone(&mut self, fault: StoreError) {
        if self.shared.note_fault(&fault) {
            tracing::error!(%fault, "what is written behind waits for the database");
        }
        let (mut behind, mut questions) = (Vec::new(), Vec::new());
        for job in std::mem::take(&mut self.hand) {
            match job {
                Job::Ask(ask) if ask.acts() => {
                    self.release();
                    ask.answer(Err(fault.clone()));
                }
                Job::Ask(ask) => questions.push(ask),
                job => behind.push(job),
            }
        }
        let waiting = behind.len();
        self.hand = batch::newest_saves(behind);
        self.shared.depth.fetch_sub(waiting - self.hand.len(), Ordering::Relaxed);
        self.preview(questions);
        self.retry = self.next_try(fault);
    }

    fn next_try(&self, fault: StoreError) -> Option<Retry> {
        let waited = self.retry.as_ref().map_or(RETRY_MIN, |retry| retry.waited * 2);
        let waited = waited.min(self.retry_max);
        let at = Instant::now() + waited;
        (!self.hand.is_empty()).then_some(Retry { at, waited, fault })
    }

    /// Answers questions while nothing can be committed, with all that waits taken as if it were stored.
    fn preview(&mut self, mut questions: Vec<Box<dyn Ask>>) {
        if questions.is_empty() {
            return;
        }
        let outcome = batch::preview(&mut self.hand, &mut questions, &self.database);
        for question in questions {
            self.release();
            question.answer(outcome.clone());
        }
    }

    /// One job less is under way.
    fn release(&self) {
        self.shared.depth.fetch_sub(1, Ordering::Relaxed);
    }

    fn finish(mut self) {
        let deadline = Instant::now() + self.close_max;
        self.take_waiting();
        self.write();
        while let Some(at) = self.retry.as_ref().map(|retry| retry.at)
            && at < deadline
        {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            self.write();
        }
        let result = self.end_cleanly();
        if let Err(fault) = &result {
            tracing::error!(%fault, lost = self.hand.len(), "the database was not closed cleanly");
        }
        let OpenDatabase { connection, lock, .. } = self.database;
        // SQLite has nothing left to say that matters: everything is committed or reported.
        let _ = connection.close();
        drop(lock);
        if let Some(reply) = self.closing {
            self.shared.depth.fetch_sub(1, Ordering::Relaxed);
            let _ = reply.send(result);
        }
    }

    /// Marks the epoch clean if the store was closed and nothing is missing, and empties the write-ahead log.
    fn end_cleanly(&self) -> Result<(), StoreError> {
        let OpenDatabase { connection, path, .. } = &self.database;
        let fail = |error| StoreError::from_sqlite(path, &error);
        if let Some(retry) = &self.retry {
            return Err(retry.fault.clone());
        }
        if self.closing.is_some() && self.shared.lost_nothing() {
            let epoch = self.shared.current_epoch.load(Ordering::Relaxed);
            epochs::end(connection, epoch).map_err(fail)?;
        }
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        connection.query_row(checkpoint, [], |_| Ok(())).map_err(fail)
    }
}
