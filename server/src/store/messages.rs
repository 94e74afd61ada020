//! The lines of talk that players can read again: `messages`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::error::{Problem, StoreError};
use super::lines::{LINE_COLUMNS, StoredLine, read_message};
use super::queue::Job;
use crate::vocab::{ChannelName, Message};

impl Store {
    /// Offers a line to be stored within `group_ms`. Never waits; whether it was taken. A line that was not is counted,
    /// and whoever asks for what they missed is told of the gap.
    ///
    /// Offer every line of a channel in the order of `seq`, without holes, after [`Store::begin_epoch`].
    pub fn remember(&self, line: Arc<Message>) -> bool {
        let taken = self.queue.offer(Job::Line(Arc::clone(&line), Instant::now()));
        if !taken {
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
            self.shared.lose(&line);
        }
        taken
    }

    /// The newest lines of a channel, oldest first: of the last `limit` those that were not taken back.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn recent(
        &self,
        channel: &ChannelName,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        let channel = channel.clone();
        self.question(move |connection| {
            let lines = newest(connection, &channel, limit)?;
            Ok(lines.into_iter().filter_map(StoredLine::readable).collect())
        })
        .await
    }

    /// The newest lines of every channel that has any, oldest first; also those that were taken back, which
    /// [`Store::redactions`] names.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn recent_all(
        &self,
        limit_per_channel: u32,
    ) -> Result<BTreeMap<ChannelName, Vec<Message>>, StoreError> {
        self.question(move |connection| {
            let mut all = BTreeMap::new();
            for channel in channels(connection)? {
                let lines = newest(connection, &channel, limit_per_channel)?;
                let lines = lines.into_iter().filter_map(|line| line.message);
                all.insert(channel, lines.collect());
            }
            Ok(all)
        })
        .await
    }

    /// The oldest line of a channel: how far back its history goes.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when the line cannot be read.
    pub async fn oldest(&self, channel: &ChannelName) -> Result<Option<Message>, StoreError> {
        let channel = channel.clone();
        self.question(move |connection| {
            let message = connection
                .prepare_cached(&format!(
                    "SELECT {LINE_COLUMNS} FROM messages WHERE channel = ?1
                     ORDER BY epoch, seq LIMIT 1"
                ))?
                .query_row([channel.as_str()], read_message)
                .optional()?;
            message.transpose().map_err(|error| {
                Problem::unreadable(format!("the oldest line of {channel}"), error)
            })
        })
        .await
    }
}

/// Every channel that has lines, by skipping from one to the next in the primary key.
pub(super) fn channels(connection: &Connection) -> Result<Vec<ChannelName>, Problem> {
    let names = connection
        .prepare_cached(
            "WITH RECURSIVE names (name) AS (
                SELECT min(channel) FROM messages
                UNION ALL
                SELECT (SELECT min(channel) FROM messages WHERE channel > name)
                FROM names WHERE name IS NOT NULL
             ) SELECT name FROM names WHERE name IS NOT NULL",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    let parse = |name: String| {
        name.parse().map_err(|error| Problem::unreadable("the name of a channel", error))
    };
    names.into_iter().map(parse).collect()
}

fn newest(
    connection: &Connection,
    channel: &ChannelName,
    limit: u32,
) -> rusqlite::Result<Vec<StoredLine>> {
    let mut lines = connection
        .prepare_cached(&format!(
            "SELECT {LINE_COLUMNS} FROM messages WHERE channel = ?1
             ORDER BY epoch DESC, seq DESC LIMIT ?2"
        ))?
        .query_map(params![channel.as_str(), limit], StoredLine::read)?
        .collect::<Result<Vec<_>, _>>()?;
    lines.reverse();
    Ok(lines)
}
