//! Those who show a token: whose it is, and whether it counts still. What a grant is good for is decided where it is used.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::desk::Bars;
use super::logins::Failure;
use super::refused::Refused;
use super::tokens::Tokens;
use crate::store::{Store, StoreError};
use crate::vocab::{Account, Applicant, Grant, GrantId, Holder, ResumeToken, TokenScope};

/// Knows whoever shows a token; cheap to clone.
#[derive(Clone)]
pub struct Bearers {
    tokens: Tokens,
    store: Store,
    bars: Bars,
}

/// Whoever shows a token.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// What it stands for.
    pub grant: Grant,
    /// The account, as it is stored now; none for services.
    pub account: Option<Account>,
}

/// Why a token counts for nothing.
#[derive(Debug, thiserror::Error)]
pub enum NoBearer {
    /// Which of these it is concerns nobody who has no good one.
    #[error("The token is none of ours, has ended or was revoked.")]
    Wrong,
    /// Its account is banned; why, in a sentence for them.
    #[error("{0}")]
    Banned(String),
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Bearer {
    /// The account, if the token lets it play.
    pub(super) fn plays(&self) -> Result<&Account, Refused> {
        if !self.grant.scopes.contains(TokenScope::Play) {
            let why = format!("The token does not have the scope {}.", TokenScope::Play);
            return Err(Failure::Other.because(why));
        }
        let none = || Failure::Other.because("A service has no character.");
        self.account.as_ref().ok_or_else(none)
    }
}

impl Bearers {
    /// Those whose tokens are signed by these.
    #[must_use]
    pub fn new(tokens: Tokens, store: Store, bars: Bars) -> Self {
        Self { tokens, store, bars }
    }

    /// A token of a grant, good until a moment.
    #[must_use]
    pub fn sign(&self, grant: GrantId, now: DateTime<Utc>, until: DateTime<Utc>) -> String {
        self.tokens.sign(grant, now, until)
    }

    /// The word by which a grant is used on after this one: always the same.
    #[must_use]
    pub fn word_after(&self, word: &str) -> ResumeToken {
        self.tokens.word_after(word)
    }

    /// Whoever shows a token from an address.
    ///
    /// # Errors
    /// When it counts for nothing.
    pub async fn of(&self, token: &str, address: IpAddr) -> Result<Bearer, NoBearer> {
        let id = self.tokens.read(token).ok_or(NoBearer::Wrong)?;
        self.stands(id, address).await
    }

    /// Whoever has a grant: it counts still, its account is there and not banned.
    ///
    /// # Errors
    /// When it counts no more.
    pub async fn stands(&self, id: GrantId, address: IpAddr) -> Result<Bearer, NoBearer> {
        let grant = self.store.find_grant(id).await?.ok_or(NoBearer::Wrong)?;
        if !grant.is_good(Utc::now()) {
            return Err(NoBearer::Wrong);
        }
        let Holder::Account(id) = grant.holder else {
            return Ok(Bearer { grant, account: None });
        };
        let account = self.store.find_account(id).await?.ok_or(NoBearer::Wrong)?;
        let (rank, name) = (account.rank, account.name.as_str());
        match (self.bars)(&Applicant { account: Some(id), rank, name, address }) {
            Some(why) => Err(NoBearer::Banned(why)),
            None => Ok(Bearer { grant, account: Some(account) }),
        }
    }
}
