//! Who came in and who did not, in figures: by how, and by why not. Knows no names and no addresses.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::vocab::LoginRequest;

/// By what somebody wants to come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A name and its password.
    Password,
    /// A new account.
    New,
    /// As a guest.
    Guest,
    /// A name and its password, for a token of the REST API.
    Api,
    /// A token of the REST API.
    Token,
    /// A word that they were handed.
    Return,
}

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Name and password do not belong together.
    WrongPassword,
    /// A token that is none, or counts no more.
    WrongToken,
    /// There were too many wrong passwords, or new accounts, before.
    Limited,
    /// A ban, or that nobody is let in just now.
    Banned,
    /// Too many are logging in.
    Busy,
    /// The database, or the server itself.
    Fault,
    /// Anything else: a name that is taken, a password that is too short.
    Other,
}

impl Wish {
    /// Those that the desk decides on.
    const DECIDED: [Self; 5] = [Self::Password, Self::New, Self::Guest, Self::Api, Self::Token];

    /// What is wanted; none when it is only asked about a name.
    pub(super) fn of(request: &LoginRequest) -> Option<Self> {
        match request {
            LoginRequest::Look { .. } => None,
            LoginRequest::Enter { .. } => Some(Self::Password),
            LoginRequest::Show { .. } => Some(Self::Token),
            LoginRequest::Create { .. } => Some(Self::New),
            LoginRequest::Guest { .. } => Some(Self::Guest),
            LoginRequest::Return { .. } => Some(Self::Return),
        }
    }

    /// The word for it in figures.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::New => "new",
            Self::Guest => "guest",
            Self::Api => "api",
            Self::Token => "token",
            Self::Return => "return",
        }
    }
}

impl Failure {
    /// Every reason.
    const ALL: [Self; 7] = [
        Self::WrongPassword,
        Self::WrongToken,
        Self::Limited,
        Self::Banned,
        Self::Busy,
        Self::Fault,
        Self::Other,
    ];

    /// The word for it in figures.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::WrongToken => "wrong_token",
            Self::Limited => "limited",
            Self::Banned => "banned",
            Self::Busy => "busy",
            Self::Fault => "fault",
            Self::Other => "other",
        }
    }
}

/// Who came in and who did not, since the start. Those who came back by a word are counted in the world.
#[derive(Debug, Default)]
pub struct Logins {
    admitted: [AtomicU64; Wish::DECIDED.len()],
    failed: [AtomicU64; Failure::ALL.len()],
}

impl Logins {
    pub(super) fn admitted(&self, wish: Wish) {
        self.admitted[wish as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn failed(&self, failure: Failure) {
        self.failed[failure as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Who came in, by how.
    pub fn by_wish(&self) -> impl Iterator<Item = (Wish, u64)> {
        let count = |wish: Wish| self.admitted[wish as usize].load(Ordering::Relaxed);
        Wish::DECIDED.into_iter().map(move |wish| (wish, count(wish)))
    }

    /// Who did not, by why.
    pub fn by_failure(&self) -> impl Iterator<Item = (Failure, u64)> {
        let counts = self.failed.iter().map(|count| count.load(Ordering::Relaxed));
        Failure::ALL.into_iter().zip(counts)
    }
}
