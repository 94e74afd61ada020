//! The bus between processes: one task that alone touches the NATS client, behind a bounded outbox.
//!
//! Read in this order: `ends` (who the link serves), `link` (the task), `post` and `outbox` (what goes out), `courier`
//! (how it goes), `ear` and `merge` (what comes in), `wire` (what it looks like), `connect` and `stream` (NATS itself).

mod backoff;
mod connect;
mod courier;
mod ear;
mod ends;
mod link;
mod merge;
mod meter;
mod nodes;
mod options;
mod outbox;
mod post;
mod probe;
mod stream;
mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub use ends::{LinkEnd, gateway, lead, mirror, world};
pub use nodes::Known;
pub use options::{BadUrl, NatsLogin, NatsOptions, NatsUrl, StreamOptions};
pub use wire::SuffixOf;

use super::{BusCounters, BusState};
use crate::vocab::{DrainOrder, DurationCounts};
use link::Link;
use meter::{Counts, Meter};
use post::Post;

/// How much longer than its own limit a link may take to stop.
const STOP_GRACE: Duration = Duration::from_secs(5);

/// Why a bus that is needed is not there.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BusError {
    /// NATS could not be reached or refused us.
    #[error("NATS at {url} is needed and not there: {why}")]
    Unreachable {
        /// Where it should be, without a login.
        url: NatsUrl,
        /// What went wrong.
        why: String,
    },
}

/// A running link. Dropping it stops the link too, but does not wait for what is still to be sent.
#[derive(Debug)]
pub struct NatsLink {
    gauge: LinkGauge,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    shutdown_wait: Duration,
}

/// How a link is, for whoever shows it. Holding one does not keep the link from being shut down.
#[derive(Debug, Clone)]
pub struct LinkGauge {
    state: watch::Receiver<BusState>,
    counts: Arc<Counts>,
}

impl LinkGauge {
    /// How the link is, and a notice of every change.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<BusState> {
        self.state.clone()
    }

    /// What the link has counted.
    #[must_use]
    pub fn counters(&self) -> BusCounters {
        self.counts.snapshot()
    }

    /// How long NATS took to answer.
    #[must_use]
    pub fn round_trips(&self) -> DurationCounts {
        self.counts.round_trips.counts()
    }

    /// When the world was last heard to be alive; none before, and where it is in this process.
    #[must_use]
    pub fn world_heard(&self) -> Option<Instant> {
        self.counts.world_heard()
    }

    /// Gateways in other processes that told how they are, by their numbers.
    #[must_use]
    pub fn nodes(&self) -> BTreeMap<u16, Known> {
        self.counts.nodes.known()
    }

    /// A notice whenever one of them does.
    #[must_use]
    pub fn told(&self) -> watch::Receiver<u64> {
        self.counts.nodes.told()
    }

    /// What a world in another process ordered last of this gateway, and a notice whenever it orders.
    #[must_use]
    pub fn ordered(&self) -> watch::Receiver<Option<DrainOrder>> {
        self.counts.nodes.ordered()
    }
}

/// Starts the link that serves this end.
///
/// # Errors
/// When the first attempt to connect fails and the end is of no use without NATS (a [`world`] or [`gateway`] alone).
/// Any other end is served at once, whether NATS is there or not.
pub async fn attach(options: NatsOptions, end: LinkEnd) -> Result<NatsLink, BusError> {
    let counts = Arc::new(Counts::over(Arc::clone(&end.dropped)));
    let url = options.url.clone();
    let (meter, state) = Meter::new(url.to_string(), end.role, Arc::clone(&counts));
    let (stop, asked) = watch::channel(false);
    let shutdown_wait = options.shutdown_wait;
    let post = Post::new(end.source, &options, Arc::clone(&counts));
    let link = Link {
        options: Arc::new(options),
        hails: end.hails,
        post,
        ear: end.ear,
        meter,
        stop: asked,
    };
    let task = tokio::spawn(link.run());
    let mut link = NatsLink { gauge: LinkGauge { state, counts }, stop, task, shutdown_wait };
    if end.needs_nats {
        link.be_connected(url).await?;
    }
    Ok(link)
}

impl NatsLink {
    /// How the link is, and a notice of every change.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<BusState> {
        self.gauge.state()
    }

    /// What the link has counted.
    #[must_use]
    pub fn counters(&self) -> BusCounters {
        self.gauge.counters()
    }

    /// How the link is, to be shown elsewhere.
    #[must_use]
    pub fn gauge(&self) -> LinkGauge {
        self.gauge.clone()
    }

    /// Sends what waits, within the time that the options allow, and stops.
    pub async fn shutdown(mut self) {
        // Nobody hears it only if the link has given up already.
        let _ = self.stop.send(true);
        if timeout(self.shutdown_wait + STOP_GRACE, &mut self.task).await.is_err() {
            tracing::warn!("the link to NATS did not stop in time");
            self.task.abort();
        }
    }

    async fn be_connected(&mut self, url: NatsUrl) -> Result<(), BusError> {
        let settled = self.gauge.state.wait_for(|state| *state != BusState::Connecting).await;
        if settled.is_ok_and(|state| *state == BusState::Connected) {
            return Ok(());
        }
        let why = self.counters().last_error.unwrap_or_else(|| "the link ended".to_owned());
        Err(BusError::Unreachable { url, why })
    }
}
