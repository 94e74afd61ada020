//! The end of the journal that whoever stops the server holds.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing_appender::non_blocking::WorkerGuard;

use super::handle::Shared;

/// How long a guard that is merely dropped waits for the disk.
const DROP_WAIT: Duration = Duration::from_secs(5);

/// Keeps the journal running. Closing it, or dropping it, writes what waits and ends the threads.
#[must_use = "dropping the guard closes the journal"]
pub struct Guard {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    /// Closed by the writer at its end; nothing is ever sent.
    finished: Receiver<()>,
    /// The threads of the system log and the terminal; they end last, so that what closing has to say still gets there.
    workers: Vec<WorkerGuard>,
}

impl Guard {
    pub(super) fn new(
        shared: Arc<Shared>,
        thread: JoinHandle<()>,
        finished: Receiver<()>,
        workers: Vec<WorkerGuard>,
    ) -> Self {
        Self { shared, thread: Some(thread), finished, workers }
    }

    /// Writes and syncs what waits, and ends the threads. Records that come later are dropped and counted.
    ///
    /// Waits at most this long for chat and moderation, and at most a second more for each of system log and terminal.
    ///
    /// # Errors
    /// When the disk was slower than that, or did not take everything: a sentence with the number of records.
    pub fn close(mut self, wait: Duration) -> anyhow::Result<()> {
        self.finish(wait)
    }

    fn finish(&mut self, wait: Duration) -> anyhow::Result<()> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        let before = self.dropped();
        self.shared.close();
        thread.thread().unpark();
        let ended = self.finished.recv_timeout(wait) != Err(RecvTimeoutError::Timeout);
        let joined = ended && thread.join().is_ok();
        self.workers.clear();
        anyhow::ensure!(ended, "the journal was not written within {wait:?}; records are missing");
        anyhow::ensure!(joined, "the journal's thread failed; records are missing");
        let lost = self.dropped() - before;
        anyhow::ensure!(lost == 0, "records of the journal that could not be written: {lost}");
        Ok(())
    }

    fn dropped(&self) -> u64 {
        self.shared.chat.dropped() + self.shared.moderation.dropped()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Err(error) = self.finish(DROP_WAIT) {
            tracing::error!("{error:#}");
        }
    }
}
