//! Removes the files of days long past. Goes by the date in the name, in one log's own folder, and knows only exact names.

use std::fs;
use std::io;
use std::path::Path;

use chrono::{Days, NaiveDate};

use super::Log;
use super::daily::file_name;

/// Removes the log's files that are more than `keep_days` older than today, and gives their number; 0 days keeps all.
///
/// # Errors
/// When the folder cannot be read or a file cannot be removed.
pub(super) fn sweep(log: Log, root: &Path, today: NaiveDate, keep_days: u32) -> io::Result<usize> {
    let oldest = today.checked_sub_days(Days::new(u64::from(keep_days)));
    let Some(oldest) = oldest.filter(|_| keep_days > 0) else { return Ok(0) };
    let mut removed = 0;
    for entry in fs::read_dir(root.join(log.name()))? {
        let entry = entry?;
        let day = entry.file_name().to_str().and_then(|name| day_of(log, name));
        if day.is_some_and(|day| day < oldest) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
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
        assert_eq!(sweep(Log::Chat, root.path(), today, 0).unwrap(), 0);
        assert_eq!(sweep(Log::Chat, root.path(), today, 2).unwrap(), old.len());

        assert!(old.iter().all(|name| !dir.join(name).exists()));
        for name in kept.iter().chain(&["chat.2020-01-02.jsonl"]) {
            assert!(dir.join(name).exists(), "{name} was removed");
        }
    }
}
