//! Takes old lines out of the history, from the oldest on, and remembers how far: a gap is known as one.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Problem, StoreError};
use super::{Store, audiences, messages, time};
use crate::vocab::ChannelName;

/// Lines taken out in one transaction, so that nobody waits long for theirs.
const STEP_ROWS: u32 = 2_000;

/// Which lines to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PrunePolicy {
    /// Days to keep a line; none keeps it whatever its age.
    pub days: Option<u32>,
    /// Lines to keep on each channel, the newest; none keeps any number.
    pub per_channel_max: Option<u32>,
}

impl Store {
    /// Takes out the lines that the policy does not keep, a part at a time. How many those were.
    ///
    /// # Errors
    /// A fault of the storage; what was taken out until then stays out.
    pub async fn prune(&self, policy: PrunePolicy, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut removed = 0;
        for channel in self.question(messages::channels).await? {
            loop {
                let channel = channel.clone();
                let step = self
                    .act(move |connection| prune_step(connection, &channel, policy, now))
                    .await?;
                removed += step;
                if step == 0 {
                    break;
                }
            }
        }
        self.act(audiences::prune).await?;
        Ok(removed)
    }
}

fn prune_step(
    connection: &Connection,
    channel: &ChannelName,
    policy: PrunePolicy,
    now: DateTime<Utc>,
) -> Result<u64, Problem> {
    let aged = match policy.days {
        Some(days) => too_old(connection, channel, now - TimeDelta::days(i64::from(days)))?,
        None => 0,
    };
    let many = match policy.per_channel_max {
        Some(keep) => too_many(connection, channel, keep)?,
        None => 0,
    };
    remove_oldest(connection, channel, aged.max(many).min(STEP_ROWS))
}

/// How many of the oldest lines are older than this, at most a step's worth.
fn too_old(
    connection: &Connection,
    channel: &ChannelName,
    oldest: DateTime<Utc>,
) -> rusqlite::Result<u32> {
    let mut statement = connection.prepare_cached(
        "SELECT at_ms FROM messages WHERE channel = ?1 ORDER BY epoch, seq LIMIT ?2",
    )?;
    let mut times = statement.query(params![channel.as_str(), STEP_ROWS])?;
    let mut count = 0;
    while let Some(row) = times.next()? {
        if row.get::<_, i64>(0)? >= time::to_ms(oldest) {
            break;
        }
        count += 1;
    }
    Ok(count)
}

/// How many lines there are beyond those to keep.
fn too_many(connection: &Connection, channel: &ChannelName, keep: u32) -> rusqlite::Result<u32> {
    connection
        .prepare_cached("SELECT max(count(*) - ?2, 0) FROM messages WHERE channel = ?1")?
        .query_row(params![channel.as_str(), keep], |row| row.get(0))
}

fn remove_oldest(
    connection: &Connection,
    channel: &ChannelName,
    count: u32,
) -> Result<u64, Problem> {
    let Some(nth) = count.checked_sub(1) else { return Ok(0) };
    let last: Option<(i64, i64)> = connection
        .prepare_cached(
            "SELECT epoch, seq FROM messages WHERE channel = ?1 ORDER BY epoch, seq LIMIT 1 OFFSET ?2",
        )?
        .query_row(params![channel.as_str(), nth], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((epoch, seq)) = last else { return Ok(0) };
    connection
        .prepare_cached("REPLACE INTO pruned (channel, epoch, seq) VALUES (?1, ?2, ?3)")?
        .execute(params![channel.as_str(), epoch, seq])?;
    let removed = connection
        .prepare_cached("DELETE FROM messages WHERE channel = ?1 AND (epoch, seq) <= (?2, ?3)")?
        .execute(params![channel.as_str(), epoch, seq])?;
    Ok(removed as u64)
}
