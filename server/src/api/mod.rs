//! HTTP: how the server is, and a page that says what this is. Never waits for a slow client.

mod figures;
mod headers;
mod health;
mod metrics;
mod page;
mod problem;
mod ready;
mod serve;
pub mod v1;

pub use figures::Figures;
pub use serve::accept;

use std::sync::Arc;

use axum::Router;

use crate::vocab::AddressRange;

/// The routes that need no session; with the REST API where the world is. `readers` may read all figures.
pub fn router(
    figures: Arc<dyn Figures>,
    readers: Vec<AddressRange>,
    rest: Option<Arc<v1::Api>>,
) -> Router {
    let shown = figures::Shown { figures, readers: readers.into() };
    let router = Router::new()
        .merge(health::route(shown.clone()))
        .merge(ready::route(shown.clone()))
        .merge(metrics::route(shown))
        .merge(page::route());
    match rest {
        Some(api) => router.merge(v1::routes(api)),
        None => router,
    }
}
