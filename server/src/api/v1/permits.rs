//! Who may call what: every route with the scope and the rank that it takes, in one place. A route that is not here
//! is closed to everybody.

use crate::vocab::{Rank, TokenScope};

/// What a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it is how one comes by a token, or tells what there is.
    Nothing,
    /// A token with this scope, of somebody of at least this rank. Services have no rank and need none.
    Token(TokenScope, Rank),
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

const fn token(method: &'static str, path: &'static str, scope: TokenScope) -> Permit {
    Permit { method, path, needs: Needs::Token(scope, Rank::Player) }
}

const fn staff(method: &'static str, path: &'static str, scope: TokenScope) -> Permit {
    Permit { method, path, needs: Needs::Token(scope, Rank::Moderator) }
}

const fn operator(method: &'static str, path: &'static str) -> Permit {
    Permit { method, path, needs: OPERATOR }
}

/// What it takes to read how the server is, and to take processes out of service.
pub(super) const OPERATOR: Needs = Needs::Token(TokenScope::Operations, Rank::Admin);

/// Every route.
pub const ALL: &[Permit] = &[
    open("GET", "/openapi.json"),
    open("GET", "/docs"),
    open("GET", "/docs.css"),
    open("POST", "/auth/login"),
    open("POST", "/auth/refresh"),
    token("POST", "/auth/logout", TokenScope::Account),
    token("GET", "/auth/token", TokenScope::Account),
    token("GET", "/chat/channels", TokenScope::ChatRead),
    token("GET", "/chat/history/{channel}", TokenScope::ChatRead),
    token("GET", "/chat/search", TokenScope::ChatRead),
    token("POST", "/chat/send", TokenScope::ChatWrite),
    token("GET", "/chat/rate-limit/status", TokenScope::ChatRead),
    token("GET", "/conversations", TokenScope::ChatRead),
    token("GET", "/conversations/{id}/history", TokenScope::ChatRead),
    token("GET", "/chat/ignores", TokenScope::ChatRead),
    token("POST", "/chat/ignores", TokenScope::ChatWrite),
    token("DELETE", "/chat/ignores", TokenScope::ChatWrite),
    token("GET", "/events", TokenScope::ChatRead),
    token("POST", "/log", TokenScope::LogWrite),
    staff("POST", "/chat/mute/player", TokenScope::ModerationWrite),
    staff("DELETE", "/chat/mute/player", TokenScope::ModerationWrite),
    staff("POST", "/chat/mute/channel", TokenScope::ModerationWrite),
    staff("DELETE", "/chat/mute/channel", TokenScope::ModerationWrite),
    staff("GET", "/moderation/restrictions", TokenScope::ModerationRead),
    operator("GET", "/operations/nodes"),
    operator("POST", "/operations/drain"),
    operator("DELETE", "/operations/drain"),
    token("POST", "/sessions", TokenScope::Play),
    token("GET", "/sessions", TokenScope::Play),
    token("DELETE", "/sessions/{id}", TokenScope::Play),
    token("POST", "/sessions/{id}/commands", TokenScope::Play),
    token("GET", "/sessions/{id}/events", TokenScope::Play),
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
    token("GET", "/push/topic", TokenScope::Account),
    token("POST", "/push/topic", TokenScope::Account),
    token("DELETE", "/push/topic", TokenScope::Account),
    token("GET", "/players", TokenScope::WorldRead),
    token("GET", "/world/rooms/{id}", TokenScope::WorldRead),
    token("GET", "/world/map", TokenScope::WorldRead),
];

/// What a route takes; none when it is not known.
pub(super) fn needs(method: &str, path: &str) -> Option<Needs> {
    // What answers GET answers HEAD.
    let method = if method == "HEAD" { "GET" } else { method };
    let permit = ALL.iter().find(|permit| permit.method == method && permit.path == path);
    permit.map(|permit| permit.needs)
}
