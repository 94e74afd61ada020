//! The system log: what the server has to say about itself, through `tracing`.
//!
//! Lines leave the threads that log them through bounded queues and are dropped and counted when those are full, so that no
//! slow disk and no stopped terminal ever holds up the game loop. What players say is never in this log.

use std::io::{self, Write};
use std::sync::Arc;

use chrono::SecondsFormat;
use tracing::Subscriber;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use super::daily::DailyFile;
use super::handle::Journal;
use super::line::harmless;
use super::tally::{LogCounters, Tally};
use super::{Clock, Log, LogsOptions};

/// Lines that may wait for the terminal.
const TERMINAL_LINES_MAX: usize = 4096;

/// The numbers of the system log.
pub(super) struct SystemLog {
    pub(super) tally: Arc<Tally>,
    /// Counts what found the queue full.
    refused: ErrorCounter,
}

impl SystemLog {
    pub(super) fn counters(&self) -> LogCounters {
        let mut counters = self.tally.counters();
        counters.dropped += self.refused.dropped_lines() as u64;
        counters
    }
}

/// Starts the thread that writes to standard error.
pub(super) fn open_terminal() -> (NonBlocking, WorkerGuard) {
    NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(TERMINAL_LINES_MAX)
        .thread_name("terminal-log")
        .finish(io::stderr())
}

/// Opens today's file and starts the thread that writes it.
///
/// # Errors
/// A sentence with the path.
pub(super) fn open(
    options: &LogsOptions,
    clock: &Clock,
) -> anyhow::Result<(SystemLog, NonBlocking, WorkerGuard)> {
    let tally = Arc::<Tally>::default();
    let file = DailyFile::open(Log::System, &options.dir, Arc::clone(clock), Arc::clone(&tally))?;
    let (lines, worker) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(options.queue_records_max.max(1))
        .thread_name("system-log")
        .finish(SystemFile(file));
    Ok((SystemLog { tally, refused: lines.error_counter() }, lines, worker))
}

/// The layer that writes what passes the filter to the system log, one JSON object to a line.
pub fn system_layer<S>(journal: &Journal, filter: EnvFilter) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fmt::layer()
        .json()
        .with_timer(Stamp(journal.clock()))
        .with_writer(journal.system_lines())
        .with_filter(filter)
}

/// The layer that shows what passes the filter to whoever started the server, on standard error.
pub fn terminal_layer<S>(
    journal: &Journal,
    filter: EnvFilter,
    colours: bool,
) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fmt::layer().with_ansi(colours).with_writer(journal.terminal_lines()).with_filter(filter)
}

/// The journal's own clock, to the millisecond as in the other logs.
struct Stamp(Clock);

impl FormatTime for Stamp {
    fn format_time(&self, to: &mut Writer<'_>) -> std::fmt::Result {
        to.write_str(&(self.0)().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// Takes one whole line with each call, as the layer and its queue give them. Failures are counted by the file and never
/// reach the queue's thread, which would forget them.
struct SystemFile(DailyFile);

impl Write for SystemFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes).trim_end_matches('\n').to_owned();
        // What finds no room is counted by the file.
        let _ = self.0.append(harmless(line).as_bytes());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush();
        Ok(())
    }
}
