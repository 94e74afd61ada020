//! What a client missed: everything after the last line it saw, or the word that there is a gap.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Problem, StoreError};
use super::lines::{LINE_COLUMNS, StoredLine};
use super::{Store, epochs};
use crate::vocab::{ChannelName, Message};

/// What was said on a channel since a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Since {
    /// The lines, oldest first; the newest ones if there are too many.
    pub messages: Vec<Message>,
    /// Whether lines are missing, or may be.
    pub gap: bool,
}

impl Store {
    /// Everything on a channel after line `seq` of `epoch`, over later epochs too; `seq` 0 is the epoch's beginning. Lines
    /// that were taken back are left out, and that is no gap.
    ///
    /// There is a gap when the epoch is unknown, when lines after that one were pruned, lost or cannot be read, when
    /// there are more than `limit`, or when an epoch from that one on, other than the current, did not end cleanly and
    /// so may have lost its last lines.
    ///
    /// # Errors
    /// A fault of the storage.
    pub async fn since(
        &self,
        channel: &ChannelName,
        epoch: &str,
        seq: u64,
        limit: u32,
    ) -> Result<Since, StoreError> {
        let shared = Arc::clone(&self.shared);
        let (channel, epoch) = (channel.clone(), epoch.to_owned());
        self.question(move |connection| {
            let current = shared.current_epoch.load(Ordering::Relaxed);
            let lost = shared.lost_after(&channel, &epoch, seq);
            let mut since = match epochs::number(connection, &epoch)? {
                Some(number) => after(connection, &channel, Place::new(number, seq), limit)?,
                None => unknown(connection, &channel, limit)?,
            };
            let first = since.from.epoch;
            since.gap |= lost || epochs::any_unclean(connection, first, current)?;
            Ok(Since { messages: since.messages, gap: since.gap })
        })
        .await
    }
}

/// Where a line stands on its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    epoch: i64,
    seq: i64,
}

impl Place {
    const BEGINNING: Self = Self { epoch: 0, seq: 0 };

    fn new(epoch: i64, seq: u64) -> Self {
        Self { epoch, seq: i64::try_from(seq).unwrap_or(i64::MAX) }
    }

    /// Whether a line may follow directly: the next number, or the first one of a later epoch.
    fn is_followed_by(self, next: Self) -> bool {
        if next.epoch == self.epoch {
            next.seq == self.seq.saturating_add(1)
        } else {
            next.seq == 1
        }
    }
}

struct Found {
    from: Place,
    messages: Vec<Message>,
    gap: bool,
}

fn after(
    connection: &Connection,
    channel: &ChannelName,
    from: Place,
    limit: u32,
) -> Result<Found, Problem> {
    let mut lines = newest_after(connection, channel, from, i64::from(limit) + 1)?;
    let too_many = lines.len() > limit as usize;
    if too_many {
        lines.remove(0);
    }
    let gap = too_many || has_hole(from, &lines) || pruned_to(connection, channel)? > from;
    let messages = lines.into_iter().filter_map(StoredLine::readable).collect();
    Ok(Found { from, messages, gap })
}

/// For someone whose epoch the database does not know: the newest lines, and never the claim that they are all.
fn unknown(connection: &Connection, channel: &ChannelName, limit: u32) -> Result<Found, Problem> {
    let found = after(connection, channel, Place::BEGINNING, limit)?;
    Ok(Found { gap: true, ..found })
}

fn newest_after(
    connection: &Connection,
    channel: &ChannelName,
    from: Place,
    limit: i64,
) -> rusqlite::Result<Vec<StoredLine>> {
    let mut lines = connection
        .prepare_cached(&format!(
            "SELECT {LINE_COLUMNS} FROM messages
             WHERE channel = ?1 AND (epoch, seq) > (?2, ?3)
             ORDER BY epoch DESC, seq DESC LIMIT ?4"
        ))?
        .query_map(params![channel.as_str(), from.epoch, from.seq, limit], StoredLine::read)?
        .collect::<Result<Vec<_>, _>>()?;
    lines.reverse();
    Ok(lines)
}

/// Whether a number is left out, or a line cannot be read.
fn has_hole(from: Place, lines: &[StoredLine]) -> bool {
    let mut last = from;
    lines.iter().any(|line| {
        let here = Place { epoch: line.epoch, seq: line.seq };
        let hole = !last.is_followed_by(here) || line.message.is_none();
        last = here;
        hole
    })
}

fn pruned_to(connection: &Connection, channel: &ChannelName) -> rusqlite::Result<Place> {
    let place = connection
        .prepare_cached("SELECT epoch, seq FROM pruned WHERE channel = ?1")?
        .query_row([channel.as_str()], |row| Ok(Place { epoch: row.get(0)?, seq: row.get(1)? }))
        .optional()?;
    Ok(place.unwrap_or(Place::BEGINNING))
}
