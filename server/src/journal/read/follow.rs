//! Follows a log as it is written, over midnights.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::super::Log;
use super::super::retention::days;

/// How much is read of a file at once. Bytes.
const PART_BYTES: u64 = 64 << 10;

/// The longest line that is waited for. Bytes.
const LINE_BYTES_MAX: usize = 1 << 20;

/// A log that is being written.
pub struct Follower {
    log: Log,
    root: PathBuf,
    open: Option<Open>,
}

struct Open {
    day: NaiveDate,
    file: File,
    /// What follows the last end of a line: its rest comes.
    begun: Vec<u8>,
}

impl Follower {
    /// Follows a log from the begin of its newest file on.
    #[must_use]
    pub fn new(log: Log, root: &Path) -> Self {
        Self { log, root: root.to_owned(), open: None }
    }

    /// The lines that have come since the last call, at most so much at once that it fits into memory; none when there are
    /// none at the moment.
    ///
    /// # Errors
    /// When the folder or a file cannot be read.
    pub fn more(&mut self) -> io::Result<Vec<Vec<u8>>> {
        loop {
            // Looked for first: a file does not grow any more once the next one is there.
            let later = self.later()?;
            if let Some(open) = &mut self.open {
                let lines = open.more()?;
                if !lines.is_empty() {
                    return Ok(lines);
                }
            }
            let Some((day, path)) = later else { return Ok(Vec::new()) };
            self.open = Some(Open { day, file: File::open(path)?, begun: Vec::new() });
        }
    }

    /// The next day's file, if there is one; the newest at first.
    fn later(&self) -> io::Result<Option<(NaiveDate, PathBuf)>> {
        let mut days = days(self.log, &self.root)?.into_iter();
        Ok(match &self.open {
            Some(open) => days.find(|(day, _)| *day > open.day),
            None => days.next_back(),
        })
    }
}

impl Open {
    fn more(&mut self) -> io::Result<Vec<Vec<u8>>> {
        let mut lines = Vec::new();
        let read = (&mut self.file).take(PART_BYTES).read_to_end(&mut self.begun)?;
        if self.begun.len() > LINE_BYTES_MAX {
            self.begun.clear();
        }
        if let Some(end) = self.begun.iter().rposition(|byte| *byte == b'\n') {
            let whole: Vec<u8> = self.begun.drain(..=end).collect();
            lines.extend(whole[..end].split(|byte| *byte == b'\n').map(<[u8]>::to_vec));
        }
        // A part of a long line is no reason to turn the page.
        if lines.is_empty() && read > 0 { self.more() } else { Ok(lines) }
    }
}

/// The last lines of a log's newest file that are wanted.
///
/// # Errors
/// When it cannot be read.
pub fn last_lines(
    follower: &mut Follower,
    lines_max: usize,
    is_wanted: impl Fn(&[u8]) -> bool,
) -> io::Result<Vec<Vec<u8>>> {
    let mut last = VecDeque::new();
    loop {
        let lines = follower.more()?;
        if lines.is_empty() {
            return Ok(last.into());
        }
        for line in lines.into_iter().filter(|line| is_wanted(line)) {
            last.push_back(line);
            if last.len() > lines_max {
                last.pop_front();
            }
        }
    }
}
