//! Words on their way through the funnel, before anyone hears them.

use smol_str::SmolStr;

use super::{AccountId, ChannelName, PlayerId, Rank, Refusal};

/// What somebody wants to say, as the rules of moderation see it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who speaks.
    pub speaker: PlayerId,
    /// The account behind a player.
    pub account: Option<AccountId>,
    /// Their rank.
    pub rank: Rank,
    /// The channel.
    pub channel: ChannelName,
    /// The words; rules may amend them.
    pub content: String,
    /// The most lines a minute on this channel; 0 is without limit.
    pub per_minute: u32,
    /// The one it is for, and the most lines a minute to them alone.
    pub target: Option<(PlayerId, u32)>,
    /// What rules found out: `masked`.
    pub flags: Vec<SmolStr>,
}

/// Why words were not said: which rule, and the sentence for the speaker.
#[derive(Debug, Clone)]
pub struct Blocked {
    /// The rule's name, as the journal has it.
    pub rule: &'static str,
    /// What the speaker is told.
    pub refusal: Refusal,
}

impl Blocked {
    /// A rule's refusal with its sentence.
    #[must_use]
    pub fn new(rule: &'static str, sentence: impl Into<String>) -> Self {
        Self { rule, refusal: Refusal::new(sentence) }
    }
}
