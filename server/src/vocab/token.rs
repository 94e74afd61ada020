//! The word by which a lost session is found again: random, for one use, and never shown by `Debug` or kept as it is.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

/// What whoever shows it may go on with, once: 256 random bits, drawn by `accounts`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumeToken([u8; 32]);

impl ResumeToken {
    /// A token of random bytes.
    #[must_use]
    pub fn of(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads one as [`Self::expose`] writes it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// How it is written, for its owner alone: 43 letters, digits, `-` and `_`.
    #[must_use]
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &self.0).as_ref());
        TokenHash(hash)
    }
}

impl fmt::Debug for ResumeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResumeToken(..)")
    }
}

/// The SHA-256 of a token. Of 256 random bits it tells nothing, and finding it by comparing tells nothing of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// One that was stored.
    #[must_use]
    pub fn of_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// It, to be stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A token on its way to its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayBack {
    /// The token.
    pub token: ResumeToken,
    /// How long it is good for after the connection is lost. Seconds.
    pub seconds: u64,
    /// Whether it is shown to those who read text: they asked for it, or came by one.
    pub is_shown: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_is_written_and_shown_to_nobody_else() {
        let token = ResumeToken::of([251; 32]);
        let written = token.expose();
        assert_eq!(written.len(), 43);
        assert_eq!(ResumeToken::read(&format!(" {written}\r")).as_ref(), Some(&token));
        assert_eq!(format!("{token:?}"), "ResumeToken(..)");
        for wrong in ["", "x", &written[1..], &format!("{written}A"), "ü"] {
            assert_eq!(ResumeToken::read(wrong), None);
        }
    }

    #[test]
    fn what_is_kept_is_no_token() {
        let token = ResumeToken::of([7; 32]);
        assert_ne!(token.hash().0, token.0);
        assert_ne!(token.hash(), ResumeToken::of([8; 32]).hash());
    }
}
