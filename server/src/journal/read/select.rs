//! Which lines are asked for, and finding them: over the files of the days in question, a line at a time.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::super::Log;
use super::super::retention::days;
use super::super::seal::Keyring;
use super::lines::Lines;
use super::opened::Record;

/// What is asked for; what is none is not asked.
#[derive(Debug, Clone, Default)]
pub struct Select {
    /// Names and ids of one person, in lower case; a line names one of them.
    pub names: Option<Vec<String>>,
    /// The channel.
    pub channel: Option<String>,
    /// The rule that struck.
    pub rule: Option<String>,
    /// The kind of line, or the act of staff.
    pub kind: Option<String>,
    /// Something that was typed, in lower case.
    pub text: Option<String>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Not at or after.
    pub to: Option<DateTime<Utc>>,
}

impl Select {
    /// Whether a line is one of those.
    #[must_use]
    pub fn takes(&self, record: &Record) -> bool {
        let is = |asked: &Option<String>, fields: &[&str]| {
            asked.as_deref().is_none_or(|asked| {
                fields.iter().any(|field| record.text(field).is_some_and(|text| text == asked))
            })
        };
        let kind = self.kind.as_deref();
        self.in_time(record)
            && is(&self.channel, &["channel"])
            && is(&self.rule, &["rule", "blocked_by"])
            && kind.is_none_or(|kind| record.kind() == kind || record.text("act") == Some(kind))
            && self.names.as_deref().is_none_or(|names| record.is_about(names))
            && self.text.as_deref().is_none_or(|text| record.holds(text))
    }

    fn in_time(&self, record: &Record) -> bool {
        if self.from.is_none() && self.to.is_none() {
            return true;
        }
        let at = record.text("at").or_else(|| record.text("timestamp"));
        let Some(at) = at.and_then(|at| at.parse::<DateTime<Utc>>().ok()) else { return false };
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }
}

/// Gives every line that is asked for, oldest first, until told to stop. A file of a day before `from` holds nothing later.
///
/// # Errors
/// When a file cannot be read.
pub fn search(
    log: Log,
    root: &Path,
    select: &Select,
    keys: Option<&Keyring>,
    mut found: impl FnMut(&Record) -> ControlFlow<()>,
) -> io::Result<()> {
    let from = select.from.map(|from| from.date_naive());
    for (day, path) in days(log, root)? {
        if from.is_some_and(|from| day < from) {
            continue;
        }
        let mut lines = Lines::open(&path)?;
        while let Some(line) = lines.next()? {
            let record = Record::read(line.bytes, keys).filter(|record| select.takes(record));
            if record.is_some_and(|record| found(&record).is_break()) {
                return Ok(());
            }
        }
    }
    Ok(())
}
