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

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    /// Writes a log of so many lines a day, numbered through.
    fn written(folder: &Path, days: &[u64]) -> u64 {
        let root = folder.join(Log::Moderation.name());
        fs::create_dir(&root).unwrap();
        let mut number = 0;
        for (day, lines) in days.iter().enumerate() {
            let mut text = String::new();
            for _ in 0..*lines {
                writeln!(
                    text,
                    "{{\"kind\":\"{}\",\"n\":\"{number}\"}}",
                    ["a", "b"][number as usize % 2]
                )
                .unwrap();
                number += 1;
            }
            let name = format!("moderation.2026-11-{:02}.jsonl", day + 1);
            fs::write(root.join(name), text).unwrap();
        }
        number
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Page by page one gets every line that is taken, once, from the newest to the oldest.
        #[test]
        fn pages_are_the_whole_log_backwards(
            days in prop::collection::vec(0..6_u64, 0..5), limit in 1..7_usize, files_max in 1..4_usize,
            all: bool,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let count = written(folder.path(), &days);
            let takes = |record: &Record| all || record.kind() == "a";
            let (mut seen, mut before) = (Vec::new(), None);
            loop {
                let page = (before, limit, files_max);
                let page = newest(Log::Moderation, folder.path(), None, page, |_| true, takes).unwrap();
                prop_assert!(page.lines.len() <= limit);
                seen.extend(page.lines.iter().map(|(_, it)| it.text("n").unwrap().parse::<u64>().unwrap()));
                let Some(next) = page.next else { break };
                prop_assert!(before.is_none_or(|before| next < before), "it goes on");
                before = Some(next);
            }
            let wanted: Vec<u64> = (0..count).rev().filter(|number| all || number % 2 == 0).collect();
            prop_assert_eq!(seen, wanted);
        }
    }
}
