//! The lines of a file, one after the other, with where they stand.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// The longest line that is read. Bytes; what is longer is none of ours.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// One line.
pub(in crate::journal) struct Line<'a> {
    /// Its number in the file, from 1.
    pub(in crate::journal) number: u64,
    /// The line without its end.
    pub(in crate::journal) bytes: &'a [u8],
    /// Whether it has an end: the last line of a file that is being written may have none yet.
    pub(in crate::journal) is_ended: bool,
}

/// Reads a file line by line.
pub(in crate::journal) struct Lines {
    reader: BufReader<File>,
    buffer: Vec<u8>,
    number: u64,
}

impl Lines {
    /// Opens a file.
    ///
    /// # Errors
    /// The file's own.
    pub(in crate::journal) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { reader: BufReader::new(File::open(path)?), buffer: Vec::new(), number: 0 })
    }

    /// The next line; none at the end of the file. A line that is too long is given in parts that have no end.
    ///
    /// # Errors
    /// The file's own.
    pub(in crate::journal) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let mut part = io::Read::take(&mut self.reader, LINE_BYTES_MAX);
        if part.read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let ended = self.buffer.strip_suffix(b"\n");
        let is_ended = ended.is_some();
        let bytes = ended.unwrap_or(&self.buffer);
        Ok(Some(Line { number: self.number, bytes, is_ended }))
    }
}
