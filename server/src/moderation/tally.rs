//! What became of all that was to be said, counted by channel and rule. Knows no words and no names.

use std::collections::BTreeMap;

use crate::vocab::{ChannelName, FilterHit, Severity};

/// The most channels that are told apart. A reload may bring others; there is no end to reloads.
const CHANNELS_MAX: usize = 256;

/// The counters since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    channels: BTreeMap<ChannelName, Counts>,
    /// What the content filter found, by its severity.
    hits: [u64; Severity::ALL.len()],
    returns: Returns,
    has_news: bool,
}

/// The counters of one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines that were said.
    pub said: u64,
    /// Of these, lines that a rule amended.
    pub amended: u64,
    /// Lines that had to wait their turn.
    pub delayed: u64,
    /// Lines that were refused or held, by rule.
    pub refused: BTreeMap<&'static str, u64>,
}

/// How often somebody wanted to come back by a word that they were handed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Returns {
    /// They were let in.
    pub admitted: u64,
    /// They were not.
    pub refused: u64,
}

impl Tally {
    /// A line was said.
    pub fn said(&mut self, channel: &ChannelName, is_amended: bool) {
        self.change(channel, |counts| {
            counts.said += 1;
            counts.amended += u64::from(is_amended);
        });
    }

    /// A line has to wait its turn.
    pub fn delayed(&mut self, channel: &ChannelName) {
        self.change(channel, |counts| counts.delayed += 1);
    }

    /// A rule has refused a line, or held it.
    pub fn refused(&mut self, channel: &ChannelName, rule: &'static str) {
        self.change(channel, |counts| *counts.refused.entry(rule).or_default() += 1);
    }

    /// The content filter has found something in a line.
    pub fn hit(&mut self, hits: &[FilterHit]) {
        for hit in hits {
            self.has_news = true;
            self.hits[hit.severity as usize] += 1;
        }
    }

    /// Somebody wanted to come back.
    pub fn returned(&mut self, is_admitted: bool) {
        self.has_news = true;
        self.returns.admitted += u64::from(is_admitted);
        self.returns.refused += u64::from(!is_admitted);
    }

    /// What the content filter found, by its severity.
    pub fn hits(&self) -> impl Iterator<Item = (Severity, u64)> {
        Severity::ALL.into_iter().zip(self.hits)
    }

    /// Who wanted to come back.
    #[must_use]
    pub fn returns(&self) -> Returns {
        self.returns
    }

    fn change(&mut self, channel: &ChannelName, change: impl FnOnce(&mut Counts)) {
        self.has_news = true;
        if let Some(counts) = self.channels.get_mut(channel) {
            change(counts);
        } else if self.channels.len() < CHANNELS_MAX {
            change(self.channels.entry(channel.clone()).or_default());
        }
    }

    /// All of it, if anything was counted since this was last asked.
    pub fn take_news(&mut self) -> Option<Self> {
        std::mem::take(&mut self.has_news).then(|| self.clone())
    }

    /// The counters, channel by channel.
    pub fn channels(&self) -> impl Iterator<Item = (&ChannelName, &Counts)> {
        self.channels.iter()
    }

    /// All channels together.
    #[must_use]
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for counts in self.channels.values() {
            total.said += counts.said;
            total.amended += counts.amended;
            total.delayed += counts.delayed;
            for (rule, count) in &counts.refused {
                *total.refused.entry(rule).or_default() += count;
            }
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_counted_apart_and_together() {
        let mut tally = Tally::default();
        let (say, shout) = ("say".parse().unwrap(), "shout".parse().unwrap());
        tally.said(&say, false);
        tally.said(&shout, true);
        tally.delayed(&shout);
        tally.refused(&say, "rate");
        tally.refused(&shout, "rate");
        let refused = |count| BTreeMap::from([("rate", count)]);
        let one = Counts { said: 1, amended: 1, delayed: 1, refused: refused(1) };
        assert_eq!(tally.channels().last(), Some((&shout, &one)));
        assert!(tally.take_news().is_some() && tally.take_news().is_none());
        assert_eq!(tally.total(), Counts { said: 2, refused: refused(2), ..one });
    }

    #[test]
    fn there_is_an_end_to_channels() {
        let mut tally = Tally::default();
        for number in 0..1_000 {
            tally.said(&format!("c{number}").parse().unwrap(), false);
        }
        assert_eq!(tally.channels().count(), CHANNELS_MAX);
    }
}
