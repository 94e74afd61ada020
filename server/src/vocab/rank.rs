//! Ranks: what an account may do. Ordered, lowest first.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an account may do. Each rank may do all that the ranks below it may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Rank {
    /// Someone who entered without an account; not heard on wide channels.
    Guest,
    /// Anyone with an account.
    #[default]
    Player,
    /// Answers questions; hears the staff channel.
    Helper,
    /// Goes anywhere and looks at how things are made.
    Builder,
    /// Moderates speech.
    Moderator,
    /// Runs the server.
    Admin,
    /// The first to claim the server.
    Owner,
}

impl Rank {
    /// All ranks, lowest first.
    pub const ALL: [Self; 7] = [
        Self::Guest,
        Self::Player,
        Self::Helper,
        Self::Builder,
        Self::Moderator,
        Self::Admin,
        Self::Owner,
    ];

    /// Whether this rank belongs to the staff.
    #[must_use]
    pub fn is_staff(self) -> bool {
        self >= Self::Helper
    }

    /// The rank as a lower-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Player => "player",
            Self::Helper => "helper",
            Self::Builder => "builder",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no rank.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no rank {0:?}; ranks are guest, player, helper, builder, moderator, admin, owner"
)]
pub struct UnknownRank(String);

impl FromStr for Rank {
    type Err = UnknownRank;

    fn from_str(word: &str) -> Result<Self, UnknownRank> {
        Self::ALL
            .into_iter()
            .find(|rank| rank.as_str() == word)
            .ok_or_else(|| UnknownRank(word.to_owned()))
    }
}
