//! The words by which a login is used on when its token has ended.

use chrono::TimeDelta;

use crate::vocab::{GrantId, ResumeToken, TokenHash};

/// How long an access token counts.
pub(super) const ACCESS: TimeDelta = TimeDelta::hours(1);

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

    pub(super) fn expose(&self) -> String {
        format!("{}.{}", self.grant, self.word.expose())
    }

    pub(super) fn hash(&self) -> TokenHash {
        self.word.hash()
    }
}
