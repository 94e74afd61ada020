//! Every message's number: the epoch of this run of the server, and a counter per channel.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::vocab::ChannelName;

/// The counters of all channels in one epoch.
#[derive(Debug)]
pub struct Sequences {
    epoch: SmolStr,
    last: FxHashMap<ChannelName, u64>,
}

impl Sequences {
    /// Counters that start at 1 in a new epoch. An epoch lasts as long as the process: numbers that a killed process gave
    /// out but did not keep are never given out again under the same name.
    #[must_use]
    pub fn new(epoch: SmolStr) -> Self {
        Self { epoch, last: FxHashMap::default() }
    }

    /// The epoch's name.
    #[must_use]
    pub fn epoch(&self) -> &SmolStr {
        &self.epoch
    }

    /// The next number on a channel.
    pub fn next(&mut self, channel: &ChannelName) -> u64 {
        let last = self.last.entry(channel.clone()).or_insert(0);
        *last += 1;
        *last
    }

    /// The last number given out on each of these channels; 0 where nothing was said yet.
    pub fn heads<'a>(
        &self,
        channels: impl Iterator<Item = &'a ChannelName>,
    ) -> BTreeMap<ChannelName, (SmolStr, u64)> {
        let head = |name: &ChannelName| self.last.get(name).copied().unwrap_or(0);
        channels.map(|name| (name.clone(), (self.epoch.clone(), head(name)))).collect()
    }
}
