//! A player's mistake, as a sentence for that player.

use smol_str::SmolStr;

use super::Prose;

/// Why nothing happened, in a sentence for the player who asked. Never a log line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    prose: Prose,
    way: Option<SmolStr>,
}

impl Refusal {
    /// A refusal that says this sentence.
    #[must_use]
    pub fn new(sentence: impl Into<String>) -> Self {
        Prose::text(sentence).into()
    }

    /// The same, of a step in a direction that does not lead out; clients that draw maps are told which.
    #[must_use]
    pub fn of_step(self, direction: &str) -> Self {
        Self { way: Some(direction.into()), ..self }
    }

    /// The direction that does not lead out, if that is what is wrong.
    #[must_use]
    pub fn way(&self) -> Option<&SmolStr> {
        self.way.as_ref()
    }

    /// The sentence.
    #[must_use]
    pub fn prose(self) -> Prose {
        self.prose
    }
}

impl From<Prose> for Refusal {
    fn from(prose: Prose) -> Self {
        Self { prose, way: None }
    }
}
