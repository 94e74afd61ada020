//! The queue into the writer: bounded, and nobody waits to put something in.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::error::{Problem, StoreError};
use super::health::Shared;
use crate::vocab::{Character, Message};

/// Room kept for questions and acts when the queue is full of talk.
const ASKS_MAX: usize = 1024;

/// One thing for the writer to do.
pub(super) enum Job {
    /// Written behind: a line of talk, and when it was offered.
    Line(Arc<Message>, Instant),
    /// Written behind: a character, and when it was offered.
    Save(Box<Character>, Instant),
    /// Answered once it is committed.
    Ask(Box<dyn Ask>),
    /// Everything before it is committed, the epoch ends, the thread ends.
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// A question or an act: something that someone waits for.
pub(super) trait Ask: Send {
    /// Whether it changes anything.
    fn acts(&self) -> bool;
    /// Does it within a transaction, and keeps the result. May be called again after a rollback.
    ///
    /// # Errors
    /// Only when the storage is at fault; any other error is a result.
    fn run(&mut self, connection: &Connection, path: &Path) -> Result<(), StoreError>;
    /// Tells whoever waits: the result kept, or why it did not come to be.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// An [`Ask`] made of a function.
pub(super) struct Question<T, F> {
    pub(super) acts: bool,
    pub(super) work: F,
    pub(super) result: Option<Result<T, StoreError>>,
    pub(super) reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Ask for Question<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<T, Problem> + Send,
{
    fn acts(&self) -> bool {
        self.acts
    }

    fn run(&mut self, connection: &Connection, path: &Path) -> Result<(), StoreError> {
        // Nobody waits for the answer any more: a question that is asked in vain is not looked into.
        if !self.acts && self.reply.is_closed() {
            return Ok(());
        }
        let result = if self.acts {
            in_savepoint(connection, &mut self.work)
        } else {
            (self.work)(connection)
        };
        match result.map_err(|problem| problem.at(path)) {
            Err(fault) if fault.is_fault() => Err(fault),
            result => {
                self.result = Some(result);
                Ok(())
            }
        }
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { result, reply, .. } = *self;
        let result = outcome.and_then(|()| result.unwrap_or(Err(StoreError::Closed)));
        // Whoever asked may have gone; what was done stays done.
        let _ = reply.send(result);
    }
}

/// An act that is refused half-way leaves nothing behind in the transaction it shares with others.
fn in_savepoint<T>(
    connection: &Connection,
    work: &mut impl FnMut(&Connection) -> Result<T, Problem>,
) -> Result<T, Problem> {
    connection.prepare_cached("SAVEPOINT act")?.execute([])?;
    let result = work(connection);
    // After a fault the transaction may be gone, and the savepoint with it.
    if result.is_err() && !connection.is_autocommit() {
        connection.prepare_cached("ROLLBACK TO act")?.execute([])?;
    }
    if !connection.is_autocommit() {
        connection.prepare_cached("RELEASE act")?.execute([])?;
    }
    result
}

/// The end of the queue that handles hold.
pub(super) struct Queue {
    jobs: SyncSender<Job>,
    behind_max: usize,
    shared: Arc<Shared>,
}

/// Makes a queue that takes at most `behind_max` jobs to write behind, and some more that someone waits for.
pub(super) fn queue(behind_max: usize, shared: Arc<Shared>) -> (Queue, Receiver<Job>) {
    // The last place is for the job that closes, which must never wait.
    let (jobs, inbox) = mpsc::sync_channel(behind_max + ASKS_MAX + 1);
    (Queue { jobs, behind_max, shared }, inbox)
}

impl Queue {
    /// Offers something to be written behind. Whether there was room.
    pub(super) fn offer(&self, job: Job) -> bool {
        self.put(job, self.behind_max).is_ok()
    }

    /// Offers something that someone waits for.
    pub(super) fn ask(&self, ask: Box<dyn Ask>) -> Result<(), StoreError> {
        self.put(Job::Ask(ask), self.behind_max + ASKS_MAX)?;
        self.shared.wake_writer();
        Ok(())
    }

    /// Asks the writer to end; nothing is taken after that.
    pub(super) fn close(&self, reply: oneshot::Sender<Result<(), StoreError>>) {
        if !self.shared.closing.swap(true, Ordering::AcqRel) {
            self.shared.depth.fetch_add(1, Ordering::Relaxed);
            // A writer that is gone drops the reply, which says so.
            let _ = self.jobs.try_send(Job::Close(reply));
            self.shared.wake_writer();
        }
    }

    fn put(&self, job: Job, depth_max: usize) -> Result<(), StoreError> {
        if self.shared.closing.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        if self.shared.depth.fetch_add(1, Ordering::Relaxed) >= depth_max {
            self.shared.depth.fetch_sub(1, Ordering::Relaxed);
            return Err(StoreError::Overloaded);
        }
        self.jobs.try_send(job).map_err(|error| {
            self.shared.depth.fetch_sub(1, Ordering::Relaxed);
            match error {
                mpsc::TrySendError::Full(_) => StoreError::Overloaded,
                mpsc::TrySendError::Disconnected(_) => StoreError::Closed,
            }
        })
    }
}
