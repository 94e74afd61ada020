//! What was said lately, in memory: a bounded ring per channel, and who may read it again.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use crate::vocab::{ChannelName, Listener, Message, MessageId, Rank, Redaction};

/// Who wants to read, and how they hear.
pub struct Readable<'a> {
    /// The reader.
    pub listener: &'a Listener,
    /// The lowest rank that hears the channel.
    pub hear: Rank,
}

/// The lowest rank that still reads what was taken back.
const READS_REDACTED: Rank = Rank::Moderator;

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
    pub(super) rings: FxHashMap<ChannelName, VecDeque<Arc<Message>>>,
    redactions: FxHashMap<MessageId, Arc<Redaction>>,
}

impl History {
    /// Nothing yet; each channel keeps this many.
    #[must_use]
    pub fn new(per_channel_max: usize) -> Self {
        Self { per_channel_max, rings: FxHashMap::default(), redactions: FxHashMap::default() }
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

    /// A line is taken back.
    pub fn redact(&mut self, redaction: Arc<Redaction>) {
        self.redactions.insert(redaction.line.id, redaction);
    }

    /// A line is where it was again.
    pub fn restore(&mut self, message: MessageId) {
        self.redactions.remove(&message);
    }

    /// That a line was taken back, as far as it is remembered.
    #[must_use]
    pub fn redaction(&self, message: MessageId) -> Option<&Redaction> {
        self.redactions.get(&message).map(AsRef::as_ref)
    }

    /// The lines in memory that were taken back.
    pub fn redacted(&self) -> impl Iterator<Item = &Message> {
        let channels: HashSet<_> = self.redactions.values().map(|it| &it.line.channel).collect();
        let rings = channels.into_iter().filter_map(|channel| self.rings.get(channel));
        let lines = rings.flatten().map(AsRef::as_ref);
        lines.filter(|message| self.redactions.contains_key(&message.id))
    }

    /// Forgets redactions of lines that are not in memory any more. Not at once: what a client missed may be on its way
    /// from the store, read before the line was taken back.
    pub fn forget_redactions(&mut self) {
        if self.redactions.is_empty() {
            return;
        }
        let here: HashSet<MessageId> =
            self.rings.values().flatten().map(|message| message.id).collect();
        self.redactions.retain(|id, _| here.contains(id));
    }

    /// The newest `count` that the reader may see, oldest first; what was taken back is there for staff.
    #[must_use]
    pub fn newest(
        &self,
        channel: &ChannelName,
        count: usize,
        reader: &Readable,
    ) -> Vec<Arc<Message>> {
        let Some(ring) = self.rings.get(channel) else { return Vec::new() };
        let allowed = ring.iter().rev().filter(|message| {
            let is_there = reader.listener.rank >= READS_REDACTED
                || !self.redactions.contains_key(&message.id);
            is_there && reader.allows(message)
        });
        let mut lines: Vec<_> = allowed.take(count).cloned().collect();
        lines.reverse();
        lines
    }

    /// The newest `count` before a message, or of all, that the reader may see and nobody took back, oldest first; and
    /// whether there are more. Nothing when that message is in memory no longer.
    #[must_use]
    pub fn older(
        &self,
        channel: &ChannelName,
        before: Option<MessageId>,
        count: usize,
        reader: &Readable,
    ) -> (Vec<Arc<Message>>, bool) {
        let Some(ring) = self.rings.get(channel) else { return (Vec::new(), false) };
        let end = match before {
            Some(id) => ring.iter().position(|message| message.id == id).unwrap_or_default(),
            None => ring.len(),
        };
        let is_there = |message: &&Arc<Message>| {
            !self.redactions.contains_key(&message.id) && reader.allows(message)
        };
        let mut allowed = ring.range(..end).rev().filter(is_there);
        let mut lines: Vec<_> = allowed.by_ref().take(count).cloned().collect();
        lines.reverse();
        (lines, allowed.next().is_some())
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
    /// whole epoch; else none, and the store must be asked. What was taken back is left out.
    #[must_use]
    pub fn since(&self, channel: &ChannelName, epoch: &str, seq: u64) -> Option<Vec<Arc<Message>>> {
        let ring = self.rings.get(channel)?;
        let after = match ring.iter().position(|m| m.epoch == epoch && m.seq == seq) {
            Some(at) => at + 1,
            None if seq == 0 => ring.iter().position(|m| m.epoch == epoch && m.seq == 1)?,
            None => return None,
        };
        let lines = ring.range(after..);
        Some(lines.filter(|m| !self.redactions.contains_key(&m.id)).cloned().collect())
    }
}
