//! Words on their way through the funnel, before anyone hears them.

use std::time::Duration;

use smol_str::SmolStr;

use super::{AccountId, ChannelName, FilterHit, Masks, PlayerId, Rank, Refusal};

/// What somebody wants to say, as the rules of moderation see it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who speaks.
    pub speaker: PlayerId,
    /// The account behind a player.
    pub account: Option<AccountId>,
    /// Their rank.
    pub rank: Rank,
    /// How long they have had the account.
    pub account_age: Option<Duration>,
    /// The channel.
    pub channel: ChannelName,
    /// How far the words reach.
    pub reach: Reach,
    /// The words; rules may amend them.
    pub content: String,
    /// How the words read to those who do not want to read all of them.
    pub masks: Masks,
    /// The most lines a minute on this channel; 0 is without limit.
    pub per_minute: u32,
    /// The one it is for, and the most lines a minute to them alone.
    pub target: Option<(PlayerId, u32)>,
    /// What the content filter found in them.
    pub hits: Vec<FilterHit>,
    /// What is known of it (`social`) and what rules found out: `masked`, `lowered`, `squeezed`.
    pub flags: Vec<SmolStr>,
}

/// How far words reach, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// They stand somewhere until somebody looks: a reason for being away.
    Shown,
    /// One player, or those who have chosen one another's company.
    Few,
    /// Those in the same room.
    Near,
    /// Many who are not there.
    Wide,
}

/// What becomes of words that no rule refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// They are said.
    Say,
    /// The speaker reads them and thinks that they were said; besides, only staff read them.
    Shadow,
    /// Staff must approve of them first; the rule that says so.
    Hold(&'static str),
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
