//! What is shown over HTTP of how the server is, and whether it can take players.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::metrics;
use super::status::Sources;
use crate::api::Figures;
use crate::bus::BusState;
use crate::bus::nats::LinkGauge;
use crate::store::Health;

/// How often a world tells gateways in other processes that it is alive.
pub(super) const BEAT_EVERY: Duration = Duration::from_secs(5);
/// After what silence a gateway takes the world for gone: three beats.
const WORLD_SILENT_MAX: Duration = Duration::from_secs(15);
/// After what silence the game loop, which tells each second how it is, counts as stuck.
const LOOP_SILENT_MAX: Duration = Duration::from_secs(5);

impl Sources {
    /// What this process lacks to take players, in words; nothing when it can take them.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        let mut need = |is_there: bool, what: &'static str| {
            if !is_there {
                missing.push(what);
            }
        };
        need(self.is_open.load(Ordering::Relaxed), "listeners");
        need(!self.is_draining(), "draining");
        need(self.loop_is_alive(), "loop");
        let store = self.store.as_ref();
        need(store.is_none_or(|store| store.counters().health == Health::Well), "store");
        need(self.nats_is_there(), "nats");
        need(self.world_is_alive(), "world");
        missing
    }

    /// Whether the game loop turns, if there is one here.
    pub(super) fn loop_is_alive(&self) -> bool {
        let told = |lag: &tokio::sync::watch::Receiver<_>| {
            let lag: crate::game::Lag = *lag.borrow();
            lag.told.is_some_and(|told| told.elapsed() < LOOP_SILENT_MAX)
        };
        self.lag.as_ref().is_none_or(told)
    }

    /// Whether NATS is there, for those who can do nothing without it: one half alone.
    fn nats_is_there(&self) -> bool {
        let is_half = self.needs_world || self.gateway.is_none();
        let is_there = |link: &LinkGauge| *link.state().borrow() == BusState::Connected;
        !is_half || self.link.as_ref().is_some_and(is_there)
    }

    /// Whether a world in another process was heard of a moment ago, where that is needed.
    fn world_is_alive(&self) -> bool {
        let heard = self.link.as_ref().and_then(LinkGauge::world_heard);
        !self.needs_world || heard.is_some_and(|heard| heard.elapsed() < WORLD_SILENT_MAX)
    }
}

/// What the HTTP side may show.
pub(super) struct Shown(pub(super) Arc<Sources>);

impl Figures for Shown {
    fn status(&self) -> &'static str {
        self.0.word()
    }

    fn missing(&self) -> Vec<&'static str> {
        self.0.missing()
    }

    fn is_draining(&self) -> bool {
        self.0.is_draining()
    }

    fn health(&self) -> BoxFuture<'_, Value> {
        async { self.0.health(self.0.census().await.as_ref()) }.boxed()
    }

    fn metrics(&self) -> BoxFuture<'_, Option<String>> {
        let sources = Arc::clone(&self.0);
        async move {
            let census = sources.census().await;
            let page = tokio::task::spawn_blocking(move || metrics::page(sources, census));
            page.await.ok()?.ok()
        }
        .boxed()
    }
}
