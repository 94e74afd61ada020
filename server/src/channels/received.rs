//! What a player has received, as far as memory goes: one message, and what was said around it.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::history::History;
use super::table::Table;
use crate::vocab::{ChannelName, Listener, Message, MessageId, MessageRef, PlayerId};

/// How long it is remembered since when somebody does not hear something.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);

/// What somebody no longer wants to hear.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Unwanted {
    /// A player.
    Player(PlayerId),
    /// A channel.
    Channel(ChannelName),
}

/// Since when people do not hear what they lately chose not to hear: what came before that, they have received.
#[derive(Debug, Default)]
pub struct TurnedAway(HashMap<(PlayerId, Unwanted), (MessageId, DateTime<Utc>)>);

impl TurnedAway {
    /// Somebody no longer wants to hear something, from `mark` on, a name between those of the messages before and after;
    /// if they did not before, that counts.
    pub fn note(&mut self, listener: PlayerId, from: Unwanted, mark: MessageId, at: DateTime<Utc>) {
        self.0.retain(|_, (_, since)| at - *since < REMEMBERED);
        self.0.entry((listener, from)).or_insert((mark, at));
    }

    /// They want to hear it again.
    pub fn forget(&mut self, listener: PlayerId, from: Unwanted) {
        self.0.remove(&(listener, from));
    }

    /// Whether they heard it when a message was said, though they do not now.
    fn heard(&self, listener: PlayerId, from: Unwanted, message: MessageId) -> bool {
        self.0.get(&(listener, from)).is_some_and(|(mark, _)| message < *mark)
    }
}

/// Somebody, and the channels with their ranks: whether a line has come to them.
pub struct Receiver<'a> {
    /// They.
    pub listener: &'a Listener,
    /// The channels.
    pub channels: &'a Table,
    /// What they heard until lately.
    pub turned_away: &'a TurnedAway,
}

impl Receiver<'_> {
    /// Whether a message has come to them: they said it, or were there and neither ignored its author then nor had left
    /// the channel.
    #[must_use]
    pub fn has_received(&self, message: &Message) -> bool {
        let Some(row) = self.channels.get(&message.channel) else { return false };
        let was_there = match &message.audience {
            Some(audience) => audience.contains(&self.listener.player),
            None => self.listener.rank >= row.style.hear,
        };
        message.sender.id == self.listener.player || (was_there && self.wanted(message))
    }

    fn wanted(&self, message: &Message) -> bool {
        let (listener, sender) = (self.listener, &message.sender);
        let heard = |from| self.turned_away.heard(listener.player, from, message.id);
        let wants_author = !listener.ignores(sender) || heard(Unwanted::Player(sender.id));
        let has_left = listener.left.contains(&message.channel);
        wants_author && (!has_left || heard(Unwanted::Channel(message.channel.clone())))
    }

    /// Of the lines of one channel, oldest first, those they have received around the one in which `is_it`: this many
    /// besides it, of which at most half came after it. None when they have not received that one.
    #[must_use]
    pub fn around(
        &self,
        lines: &[Arc<Message>],
        is_it: impl Fn(&Message) -> bool,
        context_lines: usize,
    ) -> Option<(Arc<Message>, Vec<Arc<Message>>)> {
        let received: Vec<&Arc<Message>> =
            lines.iter().filter(|message| self.has_received(message)).collect();
        let at = received.iter().position(|message| is_it(message))?;
        let after = (received.len() - at - 1).min(context_lines / 2);
        let before = at.min(context_lines - after);
        let context = received[at - before..=at + after].iter().map(|it| Arc::clone(it));
        Some((Arc::clone(received[at]), context.collect()))
    }
}

impl History {
    /// The channel of a message that memory holds; numbers are those of `epoch`.
    #[must_use]
    pub fn channel_of(&self, wanted: &MessageRef, epoch: &str) -> Option<&ChannelName> {
        let is_it = |message: &&Arc<Message>| is_meant(wanted, epoch, message);
        match wanted {
            MessageRef::Numbered(channel, _) => {
                let (channel, ring) = self.rings.get_key_value(channel)?;
                ring.iter().any(|message| is_it(&message)).then_some(channel)
            }
            MessageRef::Id(_) => {
                let all = self.rings.iter();
                let mut found = all.filter(|(_, ring)| ring.iter().any(|it| is_it(&it)));
                found.next().map(|(channel, _)| channel)
            }
        }
    }

    /// All that memory holds of a channel, oldest first.
    #[must_use]
    pub fn lines(&self, channel: &ChannelName) -> Vec<Arc<Message>> {
        self.rings.get(channel).into_iter().flatten().cloned().collect()
    }

    /// The newest message of a name that somebody has received.
    #[must_use]
    pub fn latest_of(&self, name: &str, receiver: &Receiver) -> Option<Arc<Message>> {
        let name = name.to_lowercase();
        let is_it = |message: &&Arc<Message>| {
            message.sender.name.to_lowercase() == name && receiver.has_received(message)
        };
        let latest = |ring: &std::collections::VecDeque<Arc<Message>>| {
            ring.iter().rev().find(is_it).cloned()
        };
        self.rings.values().filter_map(latest).max_by_key(|message| message.id)
    }
}

/// Whether a reference means this message; numbers are those of `epoch`.
#[must_use]
pub fn is_meant(wanted: &MessageRef, epoch: &str, message: &Message) -> bool {
    match wanted {
        MessageRef::Id(id) => message.id == *id,
        MessageRef::Numbered(channel, seq) => {
            message.channel == *channel && message.seq == *seq && message.epoch == epoch
        }
    }
}
