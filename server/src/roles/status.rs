//! How the server is: for `/health`, and in a few lines for staff.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::bus::nats::LinkGauge;
use crate::bus::{BusCounters, BusState};
use crate::commands::ServerStatus;
use crate::game::Lag;
use crate::gateway;
use crate::journal::Journal;
use crate::moderation::{Counts, Tally};
use crate::store::{Health, Store};
use crate::world::Atlas;

/// How many of what the world holds.
#[derive(Debug, Clone, Default)]
pub(super) struct WorldCounts {
    planes: usize,
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
    pub(super) node: String,
    pub(super) started: Instant,
    pub(super) world: Option<WorldCounts>,
    pub(super) store: Option<Store>,
    pub(super) tally: Option<watch::Receiver<Tally>>,
    pub(super) lag: Option<watch::Receiver<Lag>>,
    pub(super) journal: Journal,
    pub(super) link: Option<LinkGauge>,
    pub(super) gateway: Option<Arc<gateway::Counters>>,
    pub(super) events_dropped: Arc<AtomicU64>,
}

impl Sources {
    /// How the bus is.
    pub(super) fn bus_state(&self) -> Option<watch::Receiver<BusState>> {
        self.link.as_ref().map(LinkGauge::state)
    }

    /// The body of `/health`.
    pub(super) fn health(&self) -> Value {
        json!({
            "status": self.word(),
            "version": env!("CARGO_PKG_VERSION"),
            "node": self.node,
            "role": self.role,
            "uptime_seconds": self.started.elapsed().as_secs(),
            "bus": self.bus(),
            "store": self.store.as_ref().map(store_figures),
            "journal": self.journal_figures(),
            "world": self.world.as_ref().map(|world| json!({
                "planes": world.planes,
                "zones": world.zones,
                "rooms": world.rooms,
                "npcs": world.npcs,
                "items": world.items,
            })),
            "loop": self.lag.as_ref().map(|lag| lag_figures(*lag.borrow())),
            "speech": self.tally.as_ref().map(|tally| speech(&tally.borrow())),
            "refusals": self.tally.as_ref().map(|tally| refusals(&tally.borrow())),
            "sessions": self.gateway.as_ref().map(|counters| sessions(counters)),
        })
    }

    /// `ok`, or `degraded` when a part has trouble that players do not notice yet.
    fn word(&self) -> &'static str {
        let bus =
            self.link.as_ref().is_none_or(|link| *link.state().borrow() == BusState::Connected);
        let store = self.store.as_ref().is_none_or(|s| s.counters().health == Health::Well);
        let journal = self.journal.last_error().is_none_or(|error| error.over);
        if bus && store && journal { "ok" } else { "degraded" }
    }

    fn bus(&self) -> Value {
        let dropped = self.events_dropped.load(Ordering::Relaxed);
        let Some(link) = &self.link else {
            return json!({ "nats": "off", "events_dropped": dropped });
        };
        let state = link.state().borrow().clone();
        let counters: BusCounters = link.counters();
        json!({
            "nats": state.word(),
            "detail": state.to_string(),
            "events_dropped": dropped,
            "counters": counters,
        })
    }

    fn journal_figures(&self) -> Value {
        let counters = self.journal.counters();
        let error = self.journal.last_error().filter(|error| !error.over);
        let of = |log: &crate::journal::LogCounters| json!({ "written": log.written, "dropped": log.dropped, "write_errors": log.write_errors });
        json!({
            "chat": of(&counters.chat),
            "moderation": of(&counters.moderation),
            "system": of(&counters.system),
            "failing": error.map(|error| error.error),
        })
    }

    /// The same in a few lines.
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

fn store_figures(store: &Store) -> Value {
    let counters = store.counters();
    let (state, why) = match &counters.health {
        Health::Well => ("ok", None),
        Health::Failing(why) => ("failing", Some(why)),
    };
    json!({
        "state": state,
        "failing": why,
        "queue": counters.queue_depth,
        "rows_written": counters.rows_written,
        "dropped": counters.dropped,
        "last_commit_us": counters.last_commit_us,
        "errors": counters.errors,
    })
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

/// How long the game loop lets wait what comes to it, over the last minute.
fn lag_figures(lag: Lag) -> Value {
    json!({
        "wait_p50_ms": milliseconds(lag.p50),
        "wait_p99_ms": milliseconds(lag.p99),
        "longest_pass_ms": milliseconds(lag.longest),
        "passes": lag.passes,
        "busy_percent": lag.busy_percent,
    })
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
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// How much was said on each channel.
fn speech(tally: &Tally) -> Value {
    let channels = tally.channels().map(|(channel, counts)| {
        let Counts { said, amended, delayed, .. } = counts;
        let counts = json!({ "said": said, "amended": amended, "delayed": delayed });
        (channel.to_string(), counts)
    });
    Value::Object(channels.collect())
}

/// How much was refused on each channel, by rule.
fn refusals(tally: &Tally) -> Value {
    let channels = tally.channels().filter(|(_, counts)| !counts.refused.is_empty());
    let channels = channels.map(|(channel, it)| (channel.to_string(), json!(it.refused)));
    Value::Object(channels.collect())
}

fn speech_line(tally: &Tally) -> String {
    let Counts { said, amended, delayed, refused } = tally.total();
    let rules = refused.iter().map(|(rule, count)| format!(", {rule} {count}"));
    let refused: u64 = refused.values().sum();
    let rules: String = rules.collect();
    format!("speech: {said} lines, {amended} amended, {delayed} delayed, {refused} refused{rules}")
}

fn sessions(counters: &gateway::Counters) -> Value {
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    json!({
        "connections": read(&counters.connections),
        "playing": read(&counters.playing),
        "messages": read(&counters.messages),
        "deliveries": read(&counters.deliveries),
        "cut_off": read(&counters.cut),
    })
}

fn gateway_line(counters: &gateway::Counters) -> String {
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    format!(
        "gateway: {} connections, {} playing, {} messages delivered {} times, {} clients cut off",
        read(&counters.connections),
        read(&counters.playing),
        read(&counters.messages),
        read(&counters.deliveries),
        read(&counters.cut),
    )
}
