//! Takes what staff did out of the records when it was over long ago. What still counts stays, however old it is.

use chrono::{DateTime, TimeDelta, Utc};

use super::error::StoreError;
use super::{Store, time};

/// What goes: `?1` is the moment before which something must have been over. The newest case stays, so that no number is
/// given twice.
const ENDED: [&str; 6] = [
    "DELETE FROM restrictions WHERE coalesce(lifted_at_ms, until_ms) < ?1",
    "DELETE FROM remarks WHERE at_ms < ?1
         AND NOT (kind IN ('warning', 'snoop') AND acknowledged_at_ms IS NULL)",
    "DELETE FROM reports WHERE case_number IN (SELECT number FROM cases WHERE decided_at_ms < ?1)",
    "DELETE FROM cases WHERE decided_at_ms < ?1 AND number < (SELECT max(number) FROM cases)",
    "DELETE FROM notices WHERE at_ms < ?1",
    "DELETE FROM redactions WHERE undone_at_ms < ?1
         OR (at_ms < ?1 AND NOT EXISTS (SELECT 1 FROM messages
             WHERE messages.channel = redactions.channel AND messages.seq = redactions.seq
                 AND messages.epoch = (SELECT number FROM epochs WHERE name = redactions.epoch)))",
];

impl Store {
    /// Takes out what was over so many days ago: restrictions, remarks, cases with their reports, redactions. How many
    /// rows those were.
    ///
    /// # Errors
    /// A fault of the storage; nothing was taken out then.
    pub async fn expire_records(&self, days: u32, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let before = time::to_ms(now - TimeDelta::days(i64::from(days)));
        self.act(move |connection| {
            let mut removed = 0;
            for sql in ENDED {
                removed += connection.prepare_cached(sql)?.execute([before])? as u64;
            }
            Ok(removed)
        })
        .await
    }
}
