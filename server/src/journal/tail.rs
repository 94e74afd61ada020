//! Finds the last line of a chained log, from the end of its newest file backwards.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use chrono::NaiveDate;

use super::Log;
use super::chain::{Linked, Running, digest, is_older};
use super::retention::days;
use crate::vocab::{ChainHead, Digest};

/// How much of the end of a file is looked at first; four times as much when that holds no whole line.
const LOOK_BYTES: u64 = 64 << 10;

/// The end of a chain.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// The last line that is whole.
    pub(super) whole: Option<ChainHead>,
    /// What stands behind it.
    pub(super) after: Option<Behind>,
}

/// Lines that are none of the chain: cut off by a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Behind {
    /// How many.
    pub(super) lines: u64,
    /// The digest of them all, joined by newlines.
    pub(super) digest: Digest,
    /// The digest of the last.
    pub(super) last: Digest,
}

/// The end of a log over all its files.
///
/// # Errors
/// When one cannot be read.
pub(super) fn find(log: Log, root: &Path) -> io::Result<Tail> {
    let mut behind: Vec<Vec<u8>> = Vec::new();
    for (day, path) in days(log, root)?.into_iter().rev() {
        let (whole, mut lines) = end_of(&File::open(path)?, day)?;
        lines.append(&mut behind);
        behind = lines;
        if whole.is_some() {
            return Ok(Tail { whole, after: summed(&behind) });
        }
    }
    // What was written before there was a chain is no part of it.
    behind.retain(|line| !is_older(line));
    Ok(Tail { whole: None, after: summed(&behind) })
}

/// The end of one file.
///
/// # Errors
/// When it cannot be read.
pub(super) fn of_file(file: &File, day: NaiveDate) -> io::Result<Tail> {
    let (whole, lines) = end_of(file, day)?;
    Ok(Tail { whole, after: summed(&lines) })
}

/// The last whole line of a file, and what stands behind it.
fn end_of(mut file: &File, day: NaiveDate) -> io::Result<(Option<ChainHead>, Vec<Vec<u8>>)> {
    let size = file.metadata()?.len();
    let mut look = LOOK_BYTES;
    loop {
        let from = size.saturating_sub(look);
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(size - from).read_to_end(&mut bytes)?;
        let found = last_whole(&bytes, day, from == 0);
        if found.0.is_some() || from == 0 {
            return Ok(found);
        }
        look = look.saturating_mul(4);
    }
}

fn last_whole(bytes: &[u8], day: NaiveDate, from_start: bool) -> (Option<ChainHead>, Vec<Vec<u8>>) {
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let mut behind = Vec::new();
    if bytes.is_empty() {
        return (None, behind);
    }
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if !from_start {
        // The first may have begun before what was read.
        lines.remove(0);
    }
    for line in lines.into_iter().rev() {
        if let Some(linked) = Linked::read(line) {
            behind.reverse();
            return (Some(ChainHead { day, seq: linked.seq, hash: digest(line) }), behind);
        }
        behind.push(line.to_vec());
    }
    behind.reverse();
    (None, behind)
}

fn summed(lines: &[Vec<u8>]) -> Option<Behind> {
    let last = digest(lines.last()?);
    let mut running = Running::new();
    lines.iter().for_each(|line| running.feed(line));
    Some(Behind { lines: running.lines, digest: running.digest(), last })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const DAY: &str = "2026-11-21";

    fn whole(seq: u64) -> String {
        format!("{{\"seq\":{seq},\"prev\":\"{}\",\"kind\":\"act\"}}", Digest::NONE)
    }

    /// The tail of a folder with these files of the moderation log.
    fn tail_of(files: &[(&str, &str)]) -> Tail {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("moderation");
        fs::create_dir(&dir).unwrap();
        for (day, text) in files {
            fs::write(dir.join(format!("moderation.{day}.jsonl")), text).unwrap();
        }
        find(Log::Moderation, root.path()).unwrap()
    }

    #[test]
    fn the_last_whole_line_is_found_in_whatever_file_it_is() {
        let (one, two) = (whole(1), whole(2));
        for (today, seq) in [(String::new(), 1), (format!("{two}\n"), 2), (two.clone(), 2)] {
            let tail = tail_of(&[("2026-11-20", &format!("{one}\n")), (DAY, &today)]);
            let head = tail.whole.unwrap();
            let line = if seq == 1 { &one } else { &two };
            assert_eq!((head.seq, head.hash), (seq, digest(line.as_bytes())));
            assert_eq!(tail.after, None);
        }
    }

    #[test]
    fn what_a_crash_cut_off_is_summed_over_files() {
        let one = whole(1);
        let tail =
            tail_of(&[("2026-11-20", &format!("{one}\n{{\"se\n{{\"s")), (DAY, "{\"seq\":2,\n")]);
        assert_eq!(tail.whole.unwrap().seq, 1);
        let after = tail.after.unwrap();
        assert_eq!((after.lines, after.last), (3, digest(b"{\"seq\":2,")));
        assert_eq!(after.digest, digest(b"{\"se\n{\"s\n{\"seq\":2,"));
    }

    #[test]
    fn nothing_and_lines_of_before_the_chain_are_no_end() {
        assert!(tail_of(&[]).whole.is_none());
        assert!(tail_of(&[(DAY, "{\"schema\":1,\"kind\":\"act\"}\n")]).whole.is_none());
    }

    #[test]
    fn a_line_longer_than_what_is_looked_at_first_is_found() {
        let long = format!(
            "{{\"seq\":7,\"prev\":\"{}\",\"kind\":\"{}\"}}",
            Digest::NONE,
            "x".repeat(200_000)
        );
        let tail = tail_of(&[(DAY, &format!("{}\n{long}\n", whole(6)))]);
        assert_eq!(tail.whole.unwrap().seq, 7);
        let cut = format!("{}\n{}", whole(6), &long[..150_000]);
        let tail = tail_of(&[(DAY, &cut)]);
        assert_eq!((tail.whole.unwrap().seq, tail.after.unwrap().lines), (6, 1));
    }
}
