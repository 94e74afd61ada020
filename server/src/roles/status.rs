//! Where the figures come from: for `/health`, `/ready` and `/metrics`, and in a few lines for staff.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::mpsc::WeakSender;
use tokio::sync::{oneshot, watch};

use super::bench::Register;
use crate::accounts::Logins;
use crate::api::v1::Api;
use crate::bus::BusState;
use crate::bus::nats::LinkGauge;
use crate::commands::ServerStatus;
use crate::game::{Census, Lag, Turn};
use crate::gateway;
use crate::journal::Journal;
use crate::moderation::{Counts, Tally};
use crate::store::{Health, Store};
use crate::world::Atlas;

/// How long the world may take to say who is where.
const CENSUS_MAX: Duration = Duration::from_secs(1);

/// How many of what the world holds.
#[derive(Debug, Clone, Default)]
pub(super) struct WorldCounts {
    pub(super) planes: usize,
    pub(super) zones: usize,
    pub(super) rooms: usize,
    pub(super) npcs: usize,
    pub(super) items: usize,
}

impl WorldCounts {
    pub(super) fn of(atlas: &Atlas) -> Self {
        Self {
            planes: atlas.planes.len(),
            zones: atlas.zones.len(),
            rooms: atlas.rooms.len(),
            npcs: atlas.npcs.len(),
            items: atlas.items.len(),
        }
    }
}

/// Where the figures come from; parts that this role has not are none.
pub(super) struct Sources {
    pub(super) role: &'static str,
    /// The number of a gateway that is a process of its own.
    pub(super) number: Option<u16>,
    pub(super) node: String,
    pub(super) started: Instant,
    pub(super) started_at: SystemTime,
    /// Whether connections are let in.
    pub(super) is_open: AtomicBool,
    /// Whether the world is another process, which NATS leads to.
    pub(super) needs_world: bool,
    pub(super) world: Option<WorldCounts>,
    pub(super) store: Option<Store>,
    pub(super) tally: Option<watch::Receiver<Tally>>,
    pub(super) lag: Option<watch::Receiver<Lag>>,
    /// To ask the loop. Weak: whoever only looks keeps nothing from ending.
    pub(super) turns: Option<WeakSender<Turn>>,
    pub(super) register: Option<Register>,
    pub(super) logins: Option<Arc<Logins>>,
    /// What tells other systems what happens.
    pub(super) api: Weak<Api>,
    pub(super) journal: Journal,
    pub(super) link: Option<LinkGauge>,
    pub(super) gateway: Option<Arc<gateway::Counters>>,
    /// What is counted of those who play by the API, where all gateways are other processes.
    pub(super) within: Option<Arc<gateway::Counters>>,
    pub(super) sessions: Weak<gateway::Gateway>,
    pub(super) events_dropped: Arc<AtomicU64>,
}

impl Sources {
    /// How the bus is.
    pub(super) fn bus_state(&self) -> Option<watch::Receiver<BusState>> {
        self.link.as_ref().map(LinkGauge::state)
    }

    /// `ok`, or `degraded` when a part has trouble that players do not notice yet.
    pub(super) fn word(&self) -> &'static str {
        let bus =
            self.link.as_ref().is_none_or(|link| *link.state().borrow() == BusState::Connected);
        let store = self.store.as_ref().is_none_or(|s| s.counters().health == Health::Well);
        let journal = self.journal.last_error().is_none_or(|error| error.over);
        if bus && store && journal { "ok" } else { "degraded" }
    }

    /// What waits in each queue inside this process.
    pub(super) fn waiting(&self) -> Vec<(&'static str, usize)> {
        let mut waiting = Vec::new();
        if let Some(lag) = &self.lag {
            let of = lag.borrow().waiting;
            waiting.extend([("inputs", of.inputs), ("turns", of.turns)]);
            waiting.extend(self.gateway.is_some().then_some(("events", of.events)));
        }
        if let Some(sessions) = self.sessions.upgrade() {
            let of = sessions.waiting();
            waiting.push(("commands", of.commands));
            // Of a world in this process, the loop has told already.
            waiting.extend(self.lag.is_none().then_some(("inputs", of.inputs)));
        }
        if let (Some(counters), None) = (&self.gateway, &self.lag) {
            let batches = counters.batches_waiting.load(Ordering::Relaxed);
            waiting.push(("events", usize::try_from(batches).unwrap_or(usize::MAX)));
        }
        waiting.extend(self.store.as_ref().map(|store| ("store", store.counters().queue_depth)));
        waiting
    }

    /// Asks the world who is where; none when there is none here, or it does not answer.
    pub(super) async fn census(&self) -> Option<Census> {
        let turns = self.turns.as_ref()?.upgrade()?;
        let (asked, told) = oneshot::channel();
        turns.try_send(Turn::Census(asked)).ok()?;
        drop(turns);
        tokio::time::timeout(CENSUS_MAX, told).await.ok()?.ok()
    }

    /// How it is, in a few lines.
    pub(super) fn lines(&self) -> ServerStatus {
        let bus = match &self.link {
            None => "bus: in this process; NATS is off".to_owned(),
            Some(link) => {
                let counters = link.counters();
                let waiting = counters.outbox_messages;
                let state = link.state().borrow().clone();
                format!("bus: NATS {state}; {waiting} messages wait, {} gaps", counters.gaps)
            }
        };
        let mut lines = vec![format!("version {}", env!("CARGO_PKG_VERSION")), bus];
        lines.extend(self.store.as_ref().map(store_line));
        lines.push(self.journal_line());
        lines.extend(self.lag.as_ref().map(|lag| lag_line(*lag.borrow())));
        lines.extend(self.tally.as_ref().map(|tally| speech_line(&tally.borrow())));
        lines.extend(self.gateway.as_ref().map(|counters| gateway_line(counters)));
        ServerStatus { lines }
    }

    fn journal_line(&self) -> String {
        let counters = self.journal.counters();
        let (chat, acts) = (&counters.chat, &counters.moderation);
        let failing = match self.journal.last_error().filter(|error| !error.over) {
            Some(error) => format!("; FAILING: {}", error.error),
            None => String::new(),
        };
        let dropped = chat.dropped + acts.dropped;
        format!(
            "journal: {} chat lines, {} acts, {dropped} dropped{failing}",
            chat.written, acts.written
        )
    }
}

fn store_line(store: &Store) -> String {
    let counters = store.counters();
    let health = match &counters.health {
        Health::Well => "well".to_owned(),
        Health::Failing(why) => format!("FAILING: {why}"),
    };
    format!(
        "store: {health}; {} rows written, {} wait, last commit {} us, {} dropped",
        counters.rows_written, counters.queue_depth, counters.last_commit_us, counters.dropped
    )
}

fn lag_line(lag: Lag) -> String {
    format!(
        "loop: what comes waits {} ms (p50), {} ms (p99), {} ms at worst; {} % busy",
        milliseconds(lag.p50),
        milliseconds(lag.p99),
        milliseconds(lag.longest),
        lag.busy_percent
    )
}

/// To the microsecond.
pub(super) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

fn speech_line(tally: &Tally) -> String {
    let Counts { said, amended, delayed, refused } = tally.total();
    let rules = refused.iter().map(|(rule, count)| format!(", {rule} {count}"));
    let refused: u64 = refused.values().sum();
    let rules: String = rules.collect();
    format!("speech: {said} lines, {amended} amended, {delayed} delayed, {refused} refused{rules}")
}

fn gateway_line(counters: &gateway::Counters) -> String {
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let speech = counters.speech().total();
    format!(
        "gateway: {} connections, {} playing, {} messages delivered {} times, {} clients cut off",
        counters.connections(),
        read(&counters.playing),
        speech.messages,
        speech.deliveries,
        read(&counters.cut),
    )
}
