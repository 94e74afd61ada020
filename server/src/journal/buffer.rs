//! Lines on their way into a file: whole ones in, whole ones out, whatever the file takes at a time.
//!
//! A file that takes only part of a line (the disk is full) is remembered by position: the next attempt goes on with the very
//! next byte, so a line that was begun is finished before another starts. A line that finds no room is refused as a whole.
//! This is what `BufWriter` does not promise: it passes a long line through, and then cannot tell how much of it arrived.

use std::io::{self, Write};

/// A bounded buffer of whole lines.
pub(super) struct LineBuffer {
    bytes: Vec<u8>,
    /// How many of the bytes the file has.
    taken: usize,
    /// The lines that the file does not have to their end.
    lines: u64,
    bytes_max: usize,
}

impl LineBuffer {
    /// An empty buffer for so many bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { bytes: Vec::new(), taken: 0, lines: 0, bytes_max }
    }

    /// Takes a line, given without its end. False when there is no room; then nothing of it is kept.
    pub(super) fn push(&mut self, line: &[u8]) -> bool {
        if self.bytes.len() + line.len() + 1 > self.bytes_max {
            return false;
        }
        self.bytes.extend_from_slice(line);
        self.bytes.push(b'\n');
        self.lines += 1;
        true
    }

    /// Writes what there is, from where the last attempt ended. Gives the number of lines that are in the file now.
    ///
    /// # Errors
    /// The file's own. What it took is remembered, the rest stays.
    pub(super) fn drain_to(&mut self, file: &mut impl Write) -> io::Result<u64> {
        while self.taken < self.bytes.len() {
            match file.write(&self.bytes[self.taken..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => self.taken += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.forget())
    }

    /// Turns to another file: goes back to the begin of the line that the old one took only in part. Gives the number of
    /// lines that are in the old file to their end.
    pub(super) fn start_over(&mut self) -> u64 {
        let taken = &self.bytes[..self.taken];
        let done = taken.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let lines = self.bytes.drain(..done).filter(|byte| *byte == b'\n').count() as u64;
        self.taken = 0;
        self.lines -= lines;
        lines
    }

    /// Empties the buffer and gives the number of lines that were not in the file to their end.
    pub(super) fn forget(&mut self) -> u64 {
        self.bytes.clear();
        self.taken = 0;
        std::mem::take(&mut self.lines)
    }

    /// How many bytes the buffer holds.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the file has everything.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A disk that has room for so many bytes, and takes at most seven at a time.
    #[derive(Default)]
    struct TinyDisk {
        holds: Vec<u8>,
        room: usize,
    }

    impl Write for TinyDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let count = bytes.len().min(self.room).min(7);
            if count == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.room -= count;
            self.holds.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    proptest! {
        /// Whenever the disk fills and clears, it ends up with exactly the accepted lines, whole and in order.
        #[test]
        fn a_disk_that_fills_and_clears_holds_whole_lines(
            steps in prop::collection::vec(("[a-z]{0,20}", 0..40usize), 1..60)
        ) {
            let (mut buffer, mut disk) = (LineBuffer::new(64), TinyDisk::default());
            let mut accepted = String::new();
            for (line, room) in &steps {
                if buffer.push(line.as_bytes()) {
                    accepted.push_str(line);
                    accepted.push('\n');
                }
                disk.room = *room;
                let _ = buffer.drain_to(&mut disk);
                prop_assert!(buffer.len() <= 64);
                prop_assert!(accepted.as_bytes().starts_with(&disk.holds));
            }
            disk.room = 64;
            prop_assert!(buffer.drain_to(&mut disk).is_ok());
            prop_assert_eq!(String::from_utf8(disk.holds).unwrap(), accepted);
        }
    }

    #[test]
    fn another_file_gets_the_half_line_whole() {
        let mut buffer = LineBuffer::new(64);
        let lines: [&[u8]; 3] = [b"one", b"two", b"three"];
        assert!(lines.iter().all(|line| buffer.push(line)));
        let mut full = TinyDisk { room: 6, ..TinyDisk::default() };
        assert!(buffer.drain_to(&mut full).is_err());
        assert_eq!(buffer.start_over(), 1);

        let mut fresh = TinyDisk { room: 64, ..TinyDisk::default() };
        assert_eq!(buffer.drain_to(&mut fresh).unwrap(), 2);
        assert_eq!((full.holds, fresh.holds), (b"one\ntw".to_vec(), b"two\nthree\n".to_vec()));
    }

    #[test]
    fn a_line_without_room_is_refused_whole_and_forgotten_lines_are_counted() {
        let mut buffer = LineBuffer::new(10);
        assert!(buffer.push(b"12345"));
        assert!(!buffer.push(b"1234"));
        assert!(buffer.push(b"123"));
        assert_eq!(buffer.forget(), 2);
        assert!(buffer.is_empty());
    }
}
