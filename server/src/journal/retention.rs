//! Removes the files of days long past. Goes by the date in the name, in one log's own folder, and knows only exact names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};

use super::Log;
use super::daily::file_name;

/// The first day whose file is kept; none when all are. A file is kept for so many days after its own.
pub(super) fn oldest_kept(today: NaiveDate, keep_days: u32) -> Option<NaiveDate> {
    today.checked_sub_days(Days::new(u64::from(keep_days))).filter(|_| keep_days > 0)
}

/// Removes the log's files of days before `oldest`, the oldest first, and gives their number.
///
/// # Errors
/// When the folder cannot be read or a file cannot be removed.
pub(super) fn sweep(log: Log, root: &Path, oldest: NaiveDate) -> io::Result<usize> {
    let mut removed = 0;
    for (_, path) in days(log, root)?.into_iter().filter(|(day, _)| *day < oldest) {
        fs::remove_file(path)?;
        removed += 1;
    }
    Ok(removed)
}

/// The files of a log, the oldest first; none when there is no folder.
///
/// # Errors
/// When the folder cannot be read.
pub(super) fn days(log: Log, root: &Path) -> io::Result<Vec<(NaiveDate, PathBuf)>> {
    let entries = match fs::read_dir(root.join(log.name())) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut days = Vec::new();
    for entry in entries {
        let entry = entry?;
        let day = entry.file_name().to_str().and_then(|name| day_of(log, name));
        if let Some(day) = day
            && entry.file_type()?.is_file()
        {
            days.push((day, entry.path()));
        }
    }
    days.sort_unstable();
    Ok(days)
}

/// The day of a file of this log; none for every name that we would not give.
fn day_of(log: Log, name: &str) -> Option<NaiveDate> {
    let date = name.strip_prefix(log.name())?.strip_prefix('.')?.strip_suffix(".jsonl")?;
    let day = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    (file_name(log, day) == name).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_files_of_exactly_our_name_go() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("chat");
        fs::create_dir(&dir).unwrap();
        let old = ["chat.2026-11-18.jsonl", "chat.2020-02-29.jsonl"];
        let kept = [
            "chat.2026-11-19.jsonl",
            "chat.2026-11-21.jsonl",
            "chat.2026-11-22.jsonl",
            "chat-audit.2020-01-01.jsonl",
            "chat.2020-01-01.jsonl.gz",
            "chat.2020-1-1.jsonl",
            "chat.+2020-01-01.jsonl",
            "chat.2021-02-29.jsonl",
            "moderation.2020-01-01.jsonl",
            "notes.txt",
        ];
        for name in old.iter().chain(&kept) {
            fs::write(dir.join(name), "").unwrap();
        }
        fs::create_dir(dir.join("chat.2020-01-02.jsonl")).unwrap();

        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        assert_eq!(oldest_kept(today, 0), None);
        let oldest = oldest_kept(today, 2).unwrap();
        assert_eq!(sweep(Log::Chat, root.path(), oldest).unwrap(), old.len());

        assert!(old.iter().all(|name| !dir.join(name).exists()));
        for name in kept.iter().chain(&["chat.2020-01-02.jsonl"]) {
            assert!(dir.join(name).exists(), "{name} was removed");
        }
    }
}
