//! The words by which a login is used on when its token has ended.

use std::iter::successors;

use chrono::TimeDelta;

use crate::accounts::Bearers;
use crate::vocab::{GrantId, ResumeToken, TokenHash};

/// How long an access token counts.
pub(super) const ACCESS: TimeDelta = TimeDelta::hours(1);

/// How many words that follow on one are tried for the one that counts: more than come in a month, one an hour.
const FOLLOWING_MAX: usize = 1_000;

/// A word by which a grant is used on: the grant's name, a dot, and 256 random bits, of which only the hash is kept.
pub(super) struct Refresh {
    pub(super) grant: GrantId,
    word: ResumeToken,
}

impl Refresh {
    /// A fresh one.
    pub(super) fn draw(grant: GrantId) -> Self {
        Self { grant, word: ResumeToken::of(rand::random()) }
    }

    /// Reads one as [`Self::expose`] writes it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (grant, word) = text.split_once('.')?;
        Some(Self { grant: grant.parse().ok()?, word: ResumeToken::read(word)? })
    }

    /// The one that takes its place.
    pub(super) fn next(&self, bearers: &Bearers) -> Self {
        Self { grant: self.grant, word: bearers.word_after(&self.expose()) }
    }

    /// Whether it was good once: the one that counts follows on it.
    pub(super) fn was_good(&self, counts: TokenHash, bearers: &Bearers) -> bool {
        let following = successors(Some(self.next(bearers)), |word| Some(word.next(bearers)));
        following.take(FOLLOWING_MAX).any(|word| word.hash() == counts)
    }

    pub(super) fn expose(&self) -> String {
        format!("{}.{}", self.grant, self.word.expose())
    }

    pub(super) fn hash(&self) -> TokenHash {
        self.word.hash()
    }
}
