//! HTTP: how the server is, and a page that says what this is. Never waits for a slow client.

mod figures;
mod headers;
mod health;
mod metrics;
pub mod operations;
mod page;
mod peers;
mod places;
mod problem;
mod ready;
mod serve;
pub mod v1;

pub use figures::Figures;
pub use peers::Peers;
pub use places::{PlaceLimits, Places};
pub use serve::{Door, Patience, accept};

use std::sync::Arc;

use axum::Router;

use crate::vocab::AddressRange;

/// The routes that need no session; with the REST API where the world is. `readers` may read all figures, as operators may.
pub fn router(
    figures: Arc<dyn Figures>,
    operations: Arc<dyn operations::Operations>,
    readers: Vec<AddressRange>,
    rest: Option<Arc<v1::Api>>,
) -> Router {
    let shown = figures::Shown { figures, readers: readers.into(), rest: rest.clone() };
    let router = Router::new()
        .merge(health::route(shown.clone()))
        .merge(ready::route(shown.clone()))
        .merge(metrics::route(shown))
        .merge(page::route());
    match rest {
        Some(api) => router.merge(v1::routes(api, operations)),
        None => router,
    }
}
