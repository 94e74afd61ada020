//! Instants as the database has them: milliseconds since 1970, UTC.

use chrono::{DateTime, Utc};

use super::error::Problem;

pub(super) fn to_ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

pub(super) fn from_ms(ms: i64) -> Result<DateTime<Utc>, Problem> {
    DateTime::from_timestamp_millis(ms)
        .ok_or_else(|| Problem::unreadable("a time", format!("{ms} ms is out of range")))
}

/// An instant as it will be read back.
pub(super) fn rounded(at: DateTime<Utc>) -> Result<DateTime<Utc>, Problem> {
    from_ms(to_ms(at))
}
