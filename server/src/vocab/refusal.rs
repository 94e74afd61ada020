//! A player's mistake, as a sentence for that player.

use super::Prose;

/// Why nothing happened, in a sentence for the player who asked. Never a log line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(Prose);

impl Refusal {
    /// A refusal that says this sentence.
    #[must_use]
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(Prose::text(sentence))
    }

    /// The sentence.
    #[must_use]
    pub fn prose(self) -> Prose {
        self.0
    }
}

impl From<Prose> for Refusal {
    fn from(prose: Prose) -> Self {
        Self(prose)
    }
}
