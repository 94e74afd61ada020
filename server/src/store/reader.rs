//! Who reads what was said: what they may read, and how it is shown to them.

use std::collections::BTreeSet;

use crate::vocab::{ChannelName, MaskLevel, Message, PlayerId, Rank, SenderKind, View};

/// A character of whoever reads.
#[derive(Debug, Clone)]
pub struct Ear {
    /// The character: what it said, and what was said before it, may be read.
    pub id: PlayerId,
    /// Those whom it ignores.
    pub ignores: BTreeSet<PlayerId>,
}

/// Whoever reads, by none, one or several characters.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Their characters; a service has none.
    pub ears: Vec<Ear>,
    /// Their rank.
    pub rank: Rank,
    /// The channels of which may be read what was said to everyone who hears them.
    pub hears: BTreeSet<ChannelName>,
    /// The channels whose lines tell where the speaker stood.
    pub tell_place: BTreeSet<ChannelName>,
    /// The channels that they watch wherever these are used; staff alone do, and it is on record.
    pub watches: BTreeSet<ChannelName>,
    /// The only channels that are wanted, if not all are.
    pub only: Option<BTreeSet<ChannelName>>,
    /// Which words are masked.
    pub mask: MaskLevel,
}

impl Reader {
    /// Whether they may read a line, and want to.
    #[must_use]
    pub fn takes(&self, line: &Message) -> bool {
        self.wants(&line.channel)
            && (self.said(line) || self.hear(line) || self.watches.contains(&line.channel))
    }

    /// Whether a channel is among those that are wanted.
    #[must_use]
    pub fn wants(&self, channel: &ChannelName) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(channel))
    }

    /// Whether one of their characters is among these.
    #[must_use]
    pub fn is_among(&self, people: &[PlayerId]) -> bool {
        self.ears.iter().any(|ear| people.contains(&ear.id))
    }

    /// Whether they learn that a line is heard by staff alone.
    #[must_use]
    pub fn sees_shadow(&self, line: &Message) -> bool {
        let view = if self.said(line) { View::Sender } else { View::Other };
        line.shows_shadow_to(view, self.rank)
    }

    fn said(&self, line: &Message) -> bool {
        self.ears.iter().any(|ear| ear.id == line.sender.id)
    }

    fn hear(&self, line: &Message) -> bool {
        // What staff say arrives, whoever ignores them.
        let is_staff = line.sender.kind == SenderKind::Staff;
        let wanted = |ear: &&Ear| is_staff || !ear.ignores.contains(&line.sender.id);
        match &line.audience {
            Some(there) => self.ears.iter().filter(wanted).any(|ear| there.contains(&ear.id)),
            None => {
                let is_wanted = self.ears.is_empty() || self.ears.iter().any(|ear| wanted(&ear));
                is_wanted && self.hears.contains(&line.channel)
            }
        }
    }
}
