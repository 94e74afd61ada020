//! What a program may do on somebody's behalf: a grant, its scopes, and whose it is.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use smol_str::SmolStr;
use uuid::Uuid;

use super::AccountId;

/// One thing that a token may be good for. What an account may do is besides bounded by its rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenScope {
    /// Read channels and what was said on them.
    ChatRead,
    /// Speak.
    ChatWrite,
    /// Come into the world.
    Play,
    /// Read who is in the world, and how it lies.
    WorldRead,
    /// Read what staff may.
    ModerationRead,
    /// Order what staff may.
    ModerationWrite,
    /// See and end one's own tokens.
    Account,
    /// Put lines of other systems on a channel.
    LogWrite,
    /// Read how the server is, and take processes out of service.
    Operations,
}

impl TokenScope {
    /// All scopes.
    pub const ALL: [Self; 9] = [
        Self::ChatRead,
        Self::ChatWrite,
        Self::Play,
        Self::WorldRead,
        Self::ModerationRead,
        Self::ModerationWrite,
        Self::Account,
        Self::LogWrite,
        Self::Operations,
    ];

    /// The scope as tokens and lists have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChatRead => "chat:read",
            Self::ChatWrite => "chat:write",
            Self::Play => "play",
            Self::WorldRead => "world:read",
            Self::ModerationRead => "moderation:read",
            Self::ModerationWrite => "moderation:write",
            Self::Account => "account",
            Self::LogWrite => "log:write",
            Self::Operations => "operations",
        }
    }

    /// Whether an account can have it; others are for services alone.
    #[must_use]
    pub fn is_for_accounts(self) -> bool {
        !matches!(self, Self::LogWrite)
    }
}

impl fmt::Display for TokenScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no scope; scopes are {all}", all = TokenScopes::all())]
pub struct UnknownTokenScope(String);

impl FromStr for TokenScope {
    type Err = UnknownTokenScope;

    fn from_str(text: &str) -> Result<Self, UnknownTokenScope> {
        let known = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        known.ok_or_else(|| UnknownTokenScope(text.chars().take(40).collect()))
    }
}

/// Some scopes; written with blanks between them (RFC 6749, section 3.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenScopes(BTreeSet<TokenScope>);

impl TokenScopes {
    /// Every scope there is.
    #[must_use]
    pub fn all() -> Self {
        Self(TokenScope::ALL.into())
    }

    /// Every scope that an account can have.
    #[must_use]
    pub fn of_accounts() -> Self {
        TokenScope::ALL.into_iter().filter(|scope| scope.is_for_accounts()).collect()
    }

    /// Whether one is among them.
    #[must_use]
    pub fn contains(&self, scope: TokenScope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that are among others, too.
    #[must_use]
    pub fn within(&self, others: &Self) -> Self {
        self.0.intersection(&others.0).copied().collect()
    }
}

impl FromIterator<TokenScope> for TokenScopes {
    fn from_iter<I: IntoIterator<Item = TokenScope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for TokenScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&words.join(" "))
    }
}

impl FromStr for TokenScopes {
    type Err = UnknownTokenScope;

    fn from_str(text: &str) -> Result<Self, UnknownTokenScope> {
        text.split_whitespace().map(str::parse).collect()
    }
}

/// The name of a grant; every token of it carries it.
pub type GrantId = Uuid;

/// Whose a grant is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Holder {
    /// Somebody who logged in.
    Account(AccountId),
    /// A program that an operator made a token for, under this name.
    Service(SmolStr),
}

/// That somebody may do something by tokens, until it ends or is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its name.
    pub id: GrantId,
    /// Whose it is.
    pub holder: Holder,
    /// What it is good for.
    pub scopes: TokenScopes,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// When it ends by itself.
    pub expires: DateTime<Utc>,
    /// When it was taken back.
    pub revoked: Option<DateTime<Utc>>,
}

impl Grant {
    /// Whether it is good at a moment.
    #[must_use]
    pub fn is_good(&self, at: DateTime<Utc>) -> bool {
        self.revoked.is_none() && at < self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_are_written() {
        for scope in TokenScope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
        }
        let scopes: TokenScopes = "world:read  chat:read".parse().unwrap();
        assert_eq!(scopes.to_string(), "chat:read world:read");
        let unknown = "chat:read admin".parse::<TokenScopes>().unwrap_err();
        assert!(unknown.to_string().starts_with("\"admin\" is no scope; scopes are chat:read "));
    }
}
