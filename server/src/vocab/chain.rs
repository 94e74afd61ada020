//! What holds the moderation log together: digests of lines, where the chain of them ended, and the keys of sealed texts.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use super::AccountId;

/// A SHA-256 (FIPS 180-4), written as 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// What stands for the line before the first.
    pub const NONE: Self = Self([0; 32]);
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// That a text is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits in lower case")]
pub struct NoDigest;

impl FromStr for Digest {
    type Err = NoDigest;

    fn from_str(text: &str) -> Result<Self, NoDigest> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(NoDigest);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

fn nibble(digit: u8) -> Result<u8, NoDigest> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(NoDigest),
    }
}

/// The last line of the moderation log that was on disk at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// The day of its file, UTC.
    pub day: NaiveDate,
    /// Its number.
    pub seq: u64,
    /// Its digest.
    pub hash: Digest,
}

/// What an account's texts in the moderation log are sealed with; without it they are noise.
#[derive(Clone, PartialEq, Eq)]
pub struct TextKey {
    /// The key's number, which stands beside what it sealed. An account may have had several.
    pub id: i64,
    /// Whose texts it seals.
    pub account: AccountId,
    /// The key itself.
    pub bytes: [u8; 32],
}

impl fmt::Debug for TextKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextKey {{ id: {}, account: {}, .. }}", self.id, self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A digest reads as it is written, and only in that one spelling.
        #[test]
        fn a_digest_has_one_spelling(bytes: [u8; 32]) {
            let text = Digest(bytes).to_string();
            prop_assert_eq!(text.parse(), Ok(Digest(bytes)));
            let upper = text.to_uppercase();
            prop_assert_eq!(upper.parse::<Digest>().is_ok(), upper == text);
            prop_assert_eq!(text[1..].parse::<Digest>(), Err(NoDigest));
        }
    }

    #[test]
    fn a_key_does_not_show_itself() {
        let key = TextKey { id: 3, account: AccountId(0x11), bytes: [0xab; 32] };
        let shown = format!("{key:?}");
        assert!(shown.contains('3') && !shown.contains("171"), "{shown}");
    }
}
