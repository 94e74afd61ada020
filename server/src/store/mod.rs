//! The database: what the game needs between runs, and the history that players can read.
//!
//! One thread owns the connection and takes jobs from a bounded queue; nobody who offers one ever waits for the disk. What
//! people rely on is committed before its future resolves; talk is written behind, grouped. Answers see all that was
//! offered before them. Nothing here knows the rules of the game: it stores what it is told.

mod accounts;
mod archive;
mod around;
mod audiences;
mod backup;
mod batch;
mod cases;
mod characters;
mod dossier;
mod epochs;
mod erase;
mod error;
mod evidence;
mod expire;
mod grants;
mod health;
mod held;
mod ids;
mod known;
mod later;
mod lines;
mod messages;
mod migrate;
mod names;
mod notes;
mod notices;
mod numbers;
mod open;
mod pages;
mod parts;
mod peek;
mod prune;
mod pushes;
mod queue;
mod reader;
mod record;
mod redactions;
mod remarks;
mod restrictions;
mod scores;
mod scribe;
mod since;
mod sought;
#[cfg(test)]
mod tests;
mod time;
mod topics;
mod unname;
mod writer;

pub use accounts::{Login, NewAccount};
pub use archive::Archive;
pub use cases::StoredDocket;
pub use erase::{Erasable, Eraser};
pub use error::StoreError;
pub use evidence::{NumberedKey, Reading, new_text_key};
pub use grants::{Renewal, Renewed};
pub use health::{Counters, Health};
pub use held::HeldFull;
pub use later::Later;
pub use pages::{Direction, LinePlace, Page, PageQuery};
pub use peek::newest_messages;
pub use prune::PrunePolicy;
pub use pushes::{Bounded, DeadPush, NewPush, Push, PushBounds, PushCounts};
pub use reader::{Ear, Reader};
pub use scores::StoredPoints;
pub use since::Since;
pub use sought::{Findings, FoundLine, Sought};

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;

use error::Problem;
use health::Shared;
use open::OpenDatabase;
use queue::{Question, Queue};
use writer::Writer;

use crate::vocab::DurationCounts;

/// How the database is opened and how much may wait for it.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The file; it and its folder are created when missing.
    pub path: PathBuf,
    /// Lines and characters that may wait to be written; what finds the queue full is dropped and counted.
    pub queue_max: usize,
    /// Milliseconds after which an offered line is stored: half to gather others, half for the disk.
    pub group_ms: u64,
    /// Milliseconds to wait for a lock that another program holds, and at the start for a predecessor to be gone.
    pub busy_timeout_ms: u64,
    /// The longest wait between two attempts while the disk fails, in milliseconds.
    pub retry_max_ms: u64,
    /// Milliseconds that closing may spend on a disk that fails before it gives up what waits.
    pub close_max_ms: u64,
}

impl StoreOptions {
    /// The usual limits, for a database at this path.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            queue_max: 65_536,
            group_ms: 20,
            busy_timeout_ms: 5_000,
            retry_max_ms: 5_000,
            close_max_ms: 5_000,
        }
    }
}

/// A handle to the database; clones share it. When the last one is dropped without [`Store::close`], what was offered is
/// still written, but the epoch does not count as cleanly ended.
#[derive(Clone)]
pub struct Store {
    queue: Arc<Queue>,
    shared: Arc<Shared>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
    path: Arc<Path>,
}

impl Store {
    /// Opens the database, creating or migrating it, and starts its thread. Blocks: reads the whole file once.
    ///
    /// # Errors
    /// When another server has the file, it cannot be written, is damaged, not ours, or newer than this program.
    pub fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        Self::start(open::open(options, migrate::STEPS)?, options)
    }

    fn start(database: OpenDatabase, options: &StoreOptions) -> Result<Self, StoreError> {
        let path = Arc::from(database.path.as_path());
        let shared = Arc::new(Shared::default());
        let (queue, inbox) = queue::queue(options.queue_max, Arc::clone(&shared));
        let writer = Writer::new(database, inbox, Arc::clone(&shared), options);
        let thread = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| StoreError::from_io(&options.path, &error))?;
        let thread = Arc::new(Mutex::new(Some(thread)));
        Ok(Self { queue: Arc::new(queue), shared, thread, path })
    }

    /// How the store is now.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.shared.counters()
    }

    /// How long transactions that wrote something took, the disk included.
    #[must_use]
    pub fn commit_times(&self) -> DurationCounts {
        self.shared.commit_times.counts()
    }

    /// Writes what waits, ends the epoch cleanly if nothing was lost in it, and closes the file. What is offered after
    /// that is not taken.
    ///
    /// # Errors
    /// When the storage is at fault and `close_max_ms` is over: what waited is lost, and the epoch says so.
    pub async fn close(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue.close(reply);
        let result = answer.await.unwrap_or(Err(StoreError::Closed));
        let thread = self.thread.lock().expect("no code panics while it holds this lock").take();
        if let Some(thread) = thread {
            // It has answered and has nothing left to do; had it panicked, there would be no answer.
            let _ = thread.join();
        }
        result
    }

    /// Copies the database, with all that was offered until now, into one file while it is in use; a file of that name
    /// is replaced.
    ///
    /// # Errors
    /// A fault of the storage, on either side.
    pub async fn backup(&self, to: impl Into<PathBuf>) -> Result<(), StoreError> {
        self.act(|_| Ok(())).await?;
        let (from, to) = (Arc::clone(&self.path), to.into());
        tokio::task::spawn_blocking(move || backup::copy_file(&from, &to))
            .await
            .unwrap_or(Err(StoreError::Closed))
    }

    /// Runs something that only reads. It sees all that was offered before.
    async fn question<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask(false, work).await
    }

    /// Runs something that changes the database, and answers once that is committed. It is offered at once, and so comes
    /// after all that was offered before, whenever its answer is waited for.
    fn act<T, W>(&self, work: W) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, W>
    where
        T: Send + 'static,
        W: FnMut(&Connection) -> Result<T, Problem> + Send + 'static,
    {
        self.ask(true, work)
    }

    fn ask<T, W>(
        &self,
        acts: bool,
        work: W,
    ) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, W>
    where
        T: Send + 'static,
        W: FnMut(&Connection) -> Result<T, Problem> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let offered = self.queue.ask(Box::new(Question { acts, work, result: None, reply }));
        async move {
            offered?;
            answer.await.unwrap_or(Err(StoreError::Closed))
        }
    }
}
