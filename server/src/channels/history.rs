//! What was said lately, in memory: a bounded ring per channel, and who may read it again.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::vocab::{ChannelName, Listener, Message, Rank};

/// Who wants to read, and how they hear.
pub struct Readable<'a> {
    /// The reader.
    pub listener: &'a Listener,
    /// The lowest rank that hears the channel.
    pub hear: Rank,
}

impl Readable<'_> {
    /// Whether the reader may see this message: they said it, or were there, or it was for all of their rank; and they do
    /// not ignore its author.
    #[must_use]
    pub fn allows(&self, message: &Message) -> bool {
        let there = match &message.audience {
            Some(audience) => audience.contains(&self.listener.player),
            None => self.listener.rank >= self.hear,
        };
        let own = message.sender.id == self.listener.player;
        own || (there && !self.listener.ignores(&message.sender))
    }
}

/// The latest messages of each channel.
#[derive(Debug)]
pub struct History {
    per_channel_max: usize,
    rings: HashMap<ChannelName, VecDeque<Arc<Message>>>,
}

impl History {
    /// Nothing yet; each channel keeps this many.
    #[must_use]
    pub fn new(per_channel_max: usize) -> Self {
        Self { per_channel_max, rings: HashMap::new() }
    }

    /// Keeps a message; the oldest one of its channel goes when the ring is full.
    pub fn keep(&mut self, message: Arc<Message>) {
        let ring = self.rings.entry(message.channel.clone()).or_default();
        if ring.len() == self.per_channel_max {
            ring.pop_front();
        }
        ring.push_back(message);
    }

    /// Forgets what was said before a moment.
    pub fn forget_before(&mut self, moment: DateTime<Utc>) {
        for ring in self.rings.values_mut() {
            while ring.front().is_some_and(|message| message.at < moment) {
                ring.pop_front();
            }
        }
    }

    /// The newest `count` that the reader may see, oldest first.
    #[must_use]
    pub fn newest(
        &self,
        channel: &ChannelName,
        count: usize,
        reader: &Readable,
    ) -> Vec<Arc<Message>> {
        let Some(ring) = self.rings.get(channel) else { return Vec::new() };
        let allowed = ring.iter().rev().filter(|message| reader.allows(message));
        let mut lines: Vec<_> = allowed.take(count).cloned().collect();
        lines.reverse();
        lines
    }

    /// The newest `count` of all channels, oldest first, whoever may read them.
    #[must_use]
    pub fn latest(&self, count: usize) -> Vec<Arc<Message>> {
        let newest = self.rings.values().flat_map(|ring| ring.iter().rev().take(count));
        let mut lines: Vec<_> = newest.cloned().collect();
        // Names sort as the messages were said.
        lines.sort_by_key(|message| message.id.0);
        lines.split_off(lines.len().saturating_sub(count))
    }

    /// What came on a channel after a message, oldest first, if the ring still holds that message or, for number 0, the
    /// whole epoch; else none, and the store must be asked.
    #[must_use]
    pub fn since(&self, channel: &ChannelName, epoch: &str, seq: u64) -> Option<Vec<Arc<Message>>> {
        let ring = self.rings.get(channel)?;
        let after = match ring.iter().position(|m| m.epoch == epoch && m.seq == seq) {
            Some(at) => at + 1,
            None if seq == 0 => ring.iter().position(|m| m.epoch == epoch && m.seq == 1)?,
            None => return None,
        };
        Some(ring.range(after..).cloned().collect())
    }
}
