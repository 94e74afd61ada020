//! HTTP: how the server is, and a page that says what this is. Never waits for a slow client.

mod health;
mod page;
mod problem;
mod serve;
pub mod v1;

pub use health::Health;
pub use serve::accept;

use std::sync::Arc;

use axum::Router;

/// The routes that need no session; with the REST API where the world is.
pub fn router(health: Health, rest: Option<Arc<v1::Api>>) -> Router {
    let router = Router::new().merge(health::route(health)).merge(page::route());
    match rest {
        Some(api) => router.merge(v1::routes(api)),
        None => router,
    }
}
