//! HTTP: how the server is, and a page that says what this is. Never waits for a slow client.

mod figures;
mod health;
mod metrics;
mod page;
mod problem;
mod ready;
mod serve;

pub use figures::Figures;
pub use serve::accept;

use std::sync::Arc;

use axum::Router;

use crate::vocab::AddressRange;

/// The routes that need no session. `readers` may read all figures.
pub fn router(figures: Arc<dyn Figures>, readers: Vec<AddressRange>) -> Router {
    let shown = figures::Shown { figures, readers: readers.into() };
    Router::new()
        .merge(health::route(shown.clone()))
        .merge(ready::route(shown.clone()))
        .merge(metrics::route(shown))
        .merge(page::route())
}
