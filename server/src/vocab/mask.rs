//! Which words somebody does not want to read: a choice of each listener, so that adults and children share a channel.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Message;

/// How much is masked for a listener.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum MaskLevel {
    /// Nothing: all words as they were said.
    Off,
    /// The worst words.
    Mild,
    /// Every word that the filter knows.
    #[default]
    Strict,
}

/// A word that is no level.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no level of masking; there are off, mild and strict")]
pub struct UnknownMask(String);

impl MaskLevel {
    /// Every level, the least first.
    pub const ALL: [Self; 3] = [Self::Off, Self::Mild, Self::Strict];

    /// The level as a lower-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Mild => "mild",
            Self::Strict => "strict",
        }
    }
}

impl fmt::Display for MaskLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MaskLevel {
    type Err = UnknownMask;

    fn from_str(word: &str) -> Result<Self, UnknownMask> {
        let level = Self::ALL.into_iter().find(|level| level.as_str() == word);
        level.ok_or_else(|| UnknownMask(word.chars().take(40).collect()))
    }
}

impl Message {
    /// The words with what a level masks as stars; none when it masks nothing in them.
    #[must_use]
    pub fn masked(&self, level: MaskLevel) -> Option<&str> {
        let Message { masks, .. } = self;
        match level {
            MaskLevel::Off => None,
            MaskLevel::Mild => masks.mild.as_deref(),
            MaskLevel::Strict => masks.strict.as_deref().or(masks.mild.as_deref()),
        }
    }

    /// The words as a level shows them.
    #[must_use]
    pub fn words(&self, level: MaskLevel) -> &str {
        self.masked(level).unwrap_or(&self.content)
    }

    /// The least level that shows the same words: a clean message looks alike to everyone.
    #[must_use]
    pub fn mask_class(&self, level: MaskLevel) -> MaskLevel {
        if self.masks.are_empty() {
            return MaskLevel::Off;
        }
        let same = |other: &MaskLevel| self.masked(*other) == self.masked(level);
        MaskLevel::ALL.into_iter().find(same).unwrap_or(level)
    }
}
