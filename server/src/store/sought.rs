//! What staff look for in what was said: over all channels, by words, by speakers, by time; the newest first, in pages.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::error::{Problem, StoreError};
use super::lines::{LINE_COLUMNS, StoredLine};
use super::reader::Reader;
use super::{Store, numbers, time};
use crate::vocab::{ChannelName, Message, PlayerId};

/// The most lines that are looked at for one page: few may be among those that are meant.
const LOOKED_AT_MAX: usize = 20_000;
/// How many are looked at at once.
const CHUNK: usize = 5_000;
/// How much later than its own time a line may have been put down: services tell what was said a day ago.
const LATE_MAX: TimeDelta = TimeDelta::days(1);
/// How much earlier: another clock may be ahead of ours.
const AHEAD_MAX: TimeDelta = TimeDelta::minutes(2);
/// The column behind [`LINE_COLUMNS`].
const NUMBER: usize = 10;

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Sought {
    /// Who looks.
    pub reader: Reader,
    /// The channels.
    pub channels: BTreeSet<ChannelName>,
    /// Who said it; anybody, if none is named.
    pub senders: Option<Vec<PlayerId>>,
    /// Only lines with this in them, in whatever case.
    pub text: Option<String>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Not at or after.
    pub until: Option<DateTime<Utc>>,
    /// Before the line of this number.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: usize,
}

/// A line that was found.
#[derive(Debug, Clone)]
pub struct FoundLine {
    /// The line.
    pub message: Message,
    /// Whether it was taken back.
    pub redacted: bool,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The lines, newest first.
    pub lines: Vec<FoundLine>,
    /// The number from which to go on; none when there is nothing more.
    pub next: Option<i64>,
}

impl Store {
    /// A page of what staff look for. Lines that were taken back are among them.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn seek(&self, sought: Sought) -> Result<Findings, StoreError> {
        self.question(move |connection| seek(connection, &sought)).await
    }
}

fn seek(connection: &Connection, sought: &Sought) -> Result<Findings, Problem> {
    let text = sought.text.as_ref().map(|text| text.to_lowercase());
    let mut findings = Findings::default();
    let mut before = sought.before.unwrap_or(i64::MAX);
    if let Some(until) = sought.until.and_then(|until| until.checked_add_signed(LATE_MAX)) {
        before = before.min(numbers::at(until));
    }
    let floor = sought.since.and_then(|since| since.checked_sub_signed(AHEAD_MAX));
    let floor = floor.map_or(i64::MIN, numbers::at);
    for _ in 0..LOOKED_AT_MAX / CHUNK {
        let lowest = lowest(connection, before, floor)?;
        for (number, line) in chunk(connection, sought, (lowest, before))? {
            let redacted = line.redacted;
            let Some(message) = line.message.filter(|it| takes(sought, text.as_deref(), it)) else {
                continue;
            };
            if findings.lines.len() == sought.limit {
                findings.next = Some(before);
                return Ok(findings);
            }
            before = number;
            findings.lines.push(FoundLine { message, redacted });
        }
        match lowest {
            Some(lowest) => before = lowest,
            None => return Ok(findings),
        }
    }
    findings.next = Some(before);
    Ok(findings)
}

fn takes(sought: &Sought, text: Option<&str>, line: &Message) -> bool {
    let has_it = |text: &str| line.content.to_lowercase().contains(text);
    sought.reader.takes(line) && text.is_none_or(has_it)
}

/// The number of the last line that is looked at in one go; none when it is all that there is.
fn lowest(connection: &Connection, before: i64, floor: i64) -> rusqlite::Result<Option<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT number FROM messages WHERE number < ?1 AND number >= ?2
         ORDER BY number DESC LIMIT 1 OFFSET ?3",
    )?;
    let offset = i64::try_from(CHUNK - 1).unwrap_or(i64::MAX);
    let mut rows = statement.query((before, floor, offset))?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

/// The lines between two numbers that may be meant, newest first.
fn chunk(
    connection: &Connection,
    sought: &Sought,
    (lowest, before): (Option<i64>, i64),
) -> Result<Vec<(i64, StoredLine)>, Problem> {
    let floor = sought.since.and_then(|since| since.checked_sub_signed(AHEAD_MAX));
    let floor = lowest.unwrap_or_else(|| floor.map_or(i64::MIN, numbers::at));
    let mut values = vec![Value::from(before), Value::from(floor)];
    let mut sql = format!(
        "SELECT {LINE_COLUMNS}, number FROM messages WHERE number < ? AND number >= ? AND channel IN ({})",
        places(sought.channels.len())
    );
    values.extend(sought.channels.iter().map(|channel| Value::from(channel.to_string())));
    if let Some(senders) = &sought.senders {
        sql.push_str(&format!(" AND sender IN ({})", places(senders.len())));
        values.extend(senders.iter().map(|sender| Value::from(sender.0.cast_signed())));
    }
    for (moment, is) in [(sought.since, ">="), (sought.until, "<")] {
        if let Some(moment) = moment {
            sql.push_str(&format!(" AND at_ms {is} ?"));
            values.push(Value::from(time::to_ms(moment)));
        }
    }
    sql.push_str(" ORDER BY number DESC");
    let mut statement = connection.prepare(&sql)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(NUMBER)?, StoredLine::read(row)?));
    let lines = statement.query_map(params_from_iter(values), read)?;
    Ok(lines.collect::<rusqlite::Result<_>>()?)
}

/// So many question marks with commas between.
fn places(count: usize) -> String {
    vec!["?"; count].join(", ")
}
