//! The newest lines that are asked for, a page at a time: from the end of a log back.

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use chrono::NaiveDate;

use super::super::Log;
use super::super::retention::days;
use super::super::seal::Keyring;
use super::lines::Lines;
use super::opened::Record;

/// Where a line stands: the day of its file, and its number there, from 1.
pub type Place = (NaiveDate, u64);

/// Lines, and where to go on.
#[derive(Debug, Default)]
pub struct Newest {
    /// The lines, newest first.
    pub lines: Vec<(Place, Record)>,
    /// The place before which to go on; none when there is nothing more.
    pub next: Option<Place>,
}

/// The newest lines before a place that are taken, at most `limit` of them, from at most `files_max` files of days that are
/// in question.
///
/// # Errors
/// When a file cannot be read.
pub fn newest(
    log: Log,
    root: &Path,
    keys: Option<&Keyring>,
    (before, limit, files_max): (Option<Place>, usize, usize),
    in_question: impl Fn(NaiveDate) -> bool,
    takes: impl Fn(&Record) -> bool,
) -> io::Result<Newest> {
    let is_before = |day: NaiveDate| before.is_none_or(|(last, _)| day <= last);
    let mut files = days(log, root)?;
    files.retain(|(day, _)| is_before(*day) && in_question(*day));
    let mut newest = Newest::default();
    let all = files.len();
    for (looked_at, (day, path)) in files.into_iter().rev().enumerate() {
        if looked_at == files_max {
            newest.next = Some((day, u64::MAX));
            return Ok(newest);
        }
        let end = before.filter(|(last, _)| *last == day).map_or(u64::MAX, |(_, number)| number);
        let wanted = limit - newest.lines.len();
        let (found, more) = last_of(&path, end, wanted, keys, &takes)?;
        newest.lines.extend(found.into_iter().rev().map(|(at, record)| ((day, at), record)));
        let is_last_file = looked_at + 1 == all;
        if more || (newest.lines.len() == limit && !is_last_file) {
            newest.next = newest.lines.last().map(|(place, _)| *place).or(Some((day, 0)));
            return Ok(newest);
        }
    }
    Ok(newest)
}

/// The last lines of a file before one of them that are taken, oldest first; and whether there are more of them.
fn last_of(
    path: &Path,
    end: u64,
    limit: usize,
    keys: Option<&Keyring>,
    takes: impl Fn(&Record) -> bool,
) -> io::Result<(VecDeque<(u64, Record)>, bool)> {
    let mut lines = Lines::open(path)?;
    let (mut found, mut more) = (VecDeque::new(), false);
    while let Some(line) = lines.next()?.filter(|line| line.number < end) {
        let number = line.number;
        let Some(record) = Record::read(line.bytes, keys).filter(&takes) else { continue };
        found.push_back((number, record));
        if found.len() > limit {
            found.pop_front();
            more = true;
        }
    }
    Ok((found, more))
}
