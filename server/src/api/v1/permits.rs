//! Who may call what: every route with the scope and the rank that it takes, in one place. A route that is not here
//! is closed to everybody.

use std::fmt;

use crate::vocab::{Rank, TokenScope};

/// What a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it is how one comes by a token, or tells what there is.
    Nothing,
    /// A token with this scope, of one of these.
    Token(TokenScope, Callers),
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callers {
    /// Accounts of at least this rank.
    Accounts(Rank),
    /// Accounts of at least this rank, and services, which have no rank.
    All(Rank),
    /// Services alone.
    Services,
}

impl Callers {
    /// The least rank of an account; none where no account may call.
    #[must_use]
    pub fn rank(self) -> Option<Rank> {
        match self {
            Self::Accounts(rank) | Self::All(rank) => Some(rank),
            Self::Services => None,
        }
    }

    /// Whether services may call.
    #[must_use]
    pub fn services(self) -> bool {
        matches!(self, Self::All(_) | Self::Services)
    }
}

impl fmt::Display for Callers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accounts(rank) => write!(f, "rank {rank}, no services"),
            Self::All(rank) => write!(f, "rank {rank}, or a service"),
            Self::Services => f.write_str("a service"),
        }
    }
}

/// A route and what it takes.
#[derive(Debug, Clone, Copy)]
pub struct Permit {
    /// The method.
    pub method: &'static str,
    /// The path below `/api/v1`, as it is routed.
    pub path: &'static str,
    /// What it takes.
    pub needs: Needs,
}

const fn open(method: &'static str, path: &'static str) -> Permit {
    Permit { method, path, needs: Needs::Nothing }
}

const fn permit(
    method: &'static str,
    path: &'static str,
    scope: TokenScope,
    callers: Callers,
) -> Permit {
    Permit { method, path, needs: Needs::Token(scope, callers) }
}

/// For what is an account's own.
const fn player(method: &'static str, path: &'static str, scope: TokenScope) -> Permit {
    permit(method, path, scope, Callers::Accounts(Rank::Player))
}

/// For accounts and services.
const fn either(method: &'static str, path: &'static str, scope: TokenScope) -> Permit {
    permit(method, path, scope, Callers::All(Rank::Player))
}

const fn staff(method: &'static str, path: &'static str, scope: TokenScope) -> Permit {
    permit(method, path, scope, Callers::Accounts(Rank::Moderator))
}

const fn operator(method: &'static str, path: &'static str) -> Permit {
    Permit { method, path, needs: OPERATOR }
}

/// What it takes to read how the server is, and to take processes out of service.
pub(super) const OPERATOR: Needs = Needs::Token(TokenScope::Operations, Callers::All(Rank::Admin));

/// Every route.
pub const ALL: &[Permit] = &[
    open("GET", "/openapi.json"),
    open("GET", "/docs"),
    open("GET", "/docs.css"),
    open("POST", "/auth/login"),
    open("POST", "/auth/refresh"),
    either("POST", "/auth/logout", TokenScope::Account),
    either("GET", "/auth/token", TokenScope::Account),
    either("GET", "/chat/channels", TokenScope::ChatRead),
    either("GET", "/chat/history/{channel}", TokenScope::ChatRead),
    either("GET", "/chat/search", TokenScope::ChatRead),
    player("POST", "/chat/send", TokenScope::ChatWrite),
    player("GET", "/chat/rate-limit/status", TokenScope::ChatRead),
    player("GET", "/conversations", TokenScope::ChatRead),
    player("GET", "/conversations/{id}/history", TokenScope::ChatRead),
    player("GET", "/chat/ignores", TokenScope::ChatRead),
    player("POST", "/chat/ignores", TokenScope::ChatWrite),
    player("DELETE", "/chat/ignores", TokenScope::ChatWrite),
    either("GET", "/events", TokenScope::ChatRead),
    permit("POST", "/log", TokenScope::LogWrite, Callers::Services),
    staff("POST", "/chat/mute/player", TokenScope::ModerationWrite),
    staff("DELETE", "/chat/mute/player", TokenScope::ModerationWrite),
    staff("POST", "/chat/mute/channel", TokenScope::ModerationWrite),
    staff("DELETE", "/chat/mute/channel", TokenScope::ModerationWrite),
    staff("GET", "/moderation/restrictions", TokenScope::ModerationRead),
    operator("GET", "/operations/nodes"),
    operator("POST", "/operations/drain"),
    operator("DELETE", "/operations/drain"),
    player("POST", "/sessions", TokenScope::Play),
    player("GET", "/sessions", TokenScope::Play),
    player("DELETE", "/sessions/{id}", TokenScope::Play),
    player("POST", "/sessions/{id}/commands", TokenScope::Play),
    player("GET", "/sessions/{id}/events", TokenScope::Play),
    staff("POST", "/moderation/restrictions", TokenScope::ModerationWrite),
    staff("DELETE", "/moderation/restrictions/{id}", TokenScope::ModerationWrite),
    staff("GET", "/moderation/reports", TokenScope::ModerationRead),
    staff("GET", "/moderation/reports/{number}", TokenScope::ModerationRead),
    staff("POST", "/moderation/reports/{number}/claim", TokenScope::ModerationWrite),
    staff("DELETE", "/moderation/reports/{number}/claim", TokenScope::ModerationWrite),
    staff("POST", "/moderation/reports/{number}/verdict", TokenScope::ModerationWrite),
    staff("GET", "/moderation/queue", TokenScope::ModerationRead),
    staff("POST", "/moderation/queue/{number}", TokenScope::ModerationWrite),
    staff("POST", "/moderation/redactions", TokenScope::ModerationWrite),
    staff("DELETE", "/moderation/redactions/{line}", TokenScope::ModerationWrite),
    staff("GET", "/moderation/records/{player}", TokenScope::ModerationRead),
    staff("POST", "/moderation/records/{player}/notes", TokenScope::ModerationWrite),
    staff("GET", "/moderation/lines", TokenScope::ModerationRead),
    staff("GET", "/moderation/filter", TokenScope::ModerationRead),
    staff("POST", "/moderation/filter/test", TokenScope::ModerationRead),
    staff("POST", "/moderation/filter/dry-run", TokenScope::ModerationRead),
    staff("GET", "/moderation/audit", TokenScope::ModerationRead),
    staff("GET", "/moderation/defcon", TokenScope::ModerationRead),
    staff("POST", "/moderation/defcon", TokenScope::ModerationWrite),
    staff("POST", "/moderation/announcements", TokenScope::ModerationWrite),
    operator("GET", "/webhooks"),
    operator("GET", "/webhooks/{name}/dead"),
    operator("POST", "/webhooks/{name}/dead/{id}/retry"),
    player("GET", "/push/topic", TokenScope::Account),
    player("POST", "/push/topic", TokenScope::Account),
    player("DELETE", "/push/topic", TokenScope::Account),
    either("GET", "/players", TokenScope::WorldRead),
    either("GET", "/world/rooms/{id}", TokenScope::WorldRead),
    either("GET", "/world/map", TokenScope::WorldRead),
];

/// The methods that a path has.
pub(super) fn methods(path: &str) -> Vec<&'static str> {
    let found = ALL.iter().filter(|permit| permit.path == path).map(|permit| permit.method);
    // What answers GET answers HEAD.
    found.flat_map(|method| [Some(method), (method == "GET").then_some("HEAD")]).flatten().collect()
}

/// What a route takes; none when it is not known.
pub(super) fn needs(method: &str, path: &str) -> Option<Needs> {
    let method = if method == "HEAD" { "GET" } else { method };
    let permit = ALL.iter().find(|permit| permit.method == method && permit.path == path);
    permit.map(|permit| permit.needs)
}
