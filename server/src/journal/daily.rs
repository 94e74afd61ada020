//! One log's file of the day: opened to append and nothing else, never renamed, truncated or rewritten.
//!
//! The day is the UTC day of writing, and a new day always begins a new file: a file whose day is over never grows. What a
//! full disk kept out of the old file goes into the new one, beginning with the line that got in by half.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use chrono::NaiveDate;

use super::buffer::LineBuffer;
use super::tally::Tally;
use super::{Clock, Log};

/// What one log may hold while its disk takes nothing.
const WAITING_BYTES_MAX: usize = 1 << 20;

/// From here on a line does not wait for company.
const WRITE_AT_BYTES: usize = 64 << 10;

/// The file of the day, and the lines that are on their way to it.
pub(super) struct DailyFile {
    log: Log,
    dir: PathBuf,
    clock: Clock,
    day: NaiveDate,
    /// None until the day's file could be opened.
    file: Option<File>,
    waiting: LineBuffer,
    failing: bool,
    tally: Arc<Tally>,
}

impl DailyFile {
    /// Opens today's file of this log under `root`.
    ///
    /// # Errors
    /// A sentence with the path, when the folder cannot be made or the file cannot be opened to append.
    pub(super) fn open(
        log: Log,
        root: &Path,
        clock: Clock,
        tally: Arc<Tally>,
    ) -> anyhow::Result<Self> {
        let dir = root.join(log.name());
        fs::create_dir_all(&dir)
            .with_context(|| format!("making the log folder {}", dir.display()))?;
        let day = clock().date_naive();
        let path = dir.join(file_name(log, day));
        let file =
            open_to_append(&path).with_context(|| format!("opening the log {}", path.display()))?;
        let waiting = LineBuffer::new(WAITING_BYTES_MAX);
        Ok(Self { log, dir, clock, day, file: Some(file), waiting, failing: false, tally })
    }

    /// Takes one line, given without its end. It is in the file after the next [`flush`](Self::flush) that succeeds, or it is
    /// counted as dropped: then it was not taken, and nothing of it is kept.
    pub(super) fn append(&mut self, line: &[u8]) -> bool {
        self.turn_page();
        self.append_to_page(line)
    }

    /// As [`append`](Self::append), for several at once: without a look at the date, which is due before the first of them.
    pub(super) fn append_to_page(&mut self, line: &[u8]) -> bool {
        let taken = self.waiting.push(line);
        if !taken {
            self.tally.lost(1);
        } else if self.waiting.len() >= WRITE_AT_BYTES && !self.failing {
            self.flush();
        }
        taken
    }

    /// Writes what waits; for the moderation log, has the disk confirm it. True when nothing waits any more; otherwise it goes
    /// on from there the next time.
    pub(super) fn flush(&mut self) -> bool {
        if self.waiting.is_empty() {
            return true;
        }
        match self.write_waiting() {
            Ok(lines) => {
                self.failing = false;
                self.tally.wrote(lines);
                if self.log == Log::Moderation {
                    self.sync();
                }
            }
            Err(error) => {
                self.failing = true;
                self.note(&error);
            }
        }
        !self.failing
    }

    /// Has the disk confirm what was written.
    pub(super) fn sync(&self) {
        if let Some(Err(error)) = self.file.as_ref().map(File::sync_data) {
            self.note(&error);
        }
    }

    /// The day of the file that is written now.
    pub(super) fn day(&self) -> NaiveDate {
        self.day
    }

    /// Counts what still waits as dropped; for when there is no next time.
    pub(super) fn give_up(&mut self) {
        self.tally.lost(self.waiting.forget());
    }

    /// Whether lines wait to be written.
    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn note(&self, error: &io::Error) {
        self.tally.failed(self.log, (self.clock)(), error);
    }

    /// Begins a new file if a new day has begun.
    pub(super) fn turn_page(&mut self) {
        let today = (self.clock)().date_naive();
        if today == self.day {
            return;
        }
        self.flush();
        self.tally.wrote(self.waiting.start_over());
        (self.day, self.file, self.failing) = (today, None, false);
    }

    fn write_waiting(&mut self) -> io::Result<u64> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(open_to_append(&self.dir.join(file_name(self.log, self.day)))?),
        };
        self.waiting.drain_to(file)
    }
}

/// The name of a log's file of one day.
pub(super) fn file_name(log: Log, day: NaiveDate) -> String {
    format!("{}.{}.jsonl", log.name(), day.format("%Y-%m-%d"))
}

/// Opens a log to append; readable by the owner and the group, for it holds what was whispered.
fn open_to_append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    let mut file = options.open(path)?;
    if ends_within_a_line(&mut file)? {
        file.write_all(b"\n")?;
    }
    Ok(file)
}

/// Whether the one who wrote the file before was killed, or ran out of disk, halfway through a line.
fn ends_within_a_line(file: &mut File) -> io::Result<bool> {
    let mut last = [b'\n'];
    if file.metadata()?.len() > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    Ok(last != *b"\n")
}
