//! Texts of a player that others read without their having been said.

use std::str::FromStr;

use super::ChannelName;

/// A kind of text that is shown rather than said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShownText {
    /// A few words behind the name, in lists.
    Title,
    /// What others see who look at a player.
    Description,
    /// Why a player does not answer.
    Away,
    /// What staff show to a room as something that happens there.
    Echo,
}

impl ShownText {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Title, Self::Description, Self::Away, Self::Echo];
    /// Those that stay until they are taken away.
    pub const LASTING: [Self; 3] = [Self::Title, Self::Description, Self::Away];

    /// The kind as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::Away => "afk",
            Self::Echo => "echo",
        }
    }

    /// The command that shows it, as the moderation log has it.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Description => "describe",
            _ => self.as_str(),
        }
    }

    /// What stands for the channel when rules of moderation judge it. No channel has this name, so a restriction for some
    /// channels does not cover it and one for all channels does.
    ///
    /// # Panics
    /// Never: the words are fit to be names of channels.
    #[must_use]
    pub fn stands_for_channel(self) -> ChannelName {
        self.as_str().parse().expect("these words are parts of ids")
    }
}

impl FromStr for ShownText {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::LASTING.into_iter().find(|kind| kind.as_str() == word).ok_or(())
    }
}
