//! HTTP: how the server is, and a page that says what this is. Never waits for a slow client.

mod health;
mod page;
mod serve;

pub use health::Health;
pub use serve::accept;

use axum::Router;

/// The routes that need no session.
pub fn router(health: Health) -> Router {
    Router::new().merge(health::route(health)).merge(page::route())
}
