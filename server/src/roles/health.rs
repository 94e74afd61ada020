//! The body of `/health`: every part in figures, as JSON, for people and scripts. Decides nothing.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::footprint;
use super::status::{Sources, WorldCounts, milliseconds};
use crate::bus::BusCounters;
use crate::game::{Census, Lag};
use crate::gateway;
use crate::moderation::{Counts, Tally};
use crate::store::{Health, Store};

impl Sources {
    /// The body of `/health`, with who is where, if the world has told.
    pub(super) fn health(&self, census: Option<&Census>) -> Value {
        json!({
            "status": self.word(),
            "version": env!("CARGO_PKG_VERSION"),
            "node": self.node,
            "role": self.role,
            "uptime_seconds": self.started.elapsed().as_secs(),
            "memory_bytes": footprint::memory_bytes(),
            "draining": self.sessions.upgrade().and_then(|gateway| gateway.draining()),
            "queues": self.queues(),
            "bus": self.bus(),
            "store": self.store.as_ref().map(store_figures),
            "journal": self.journal_figures(),
            "world": self.world.as_ref().map(world_figures),
            "people": census.map(people),
            "loop": self.lag.as_ref().map(|lag| lag_figures(*lag.borrow())),
            "speech": self.tally.as_ref().map(|tally| speech(&tally.borrow())),
            "refusals": self.tally.as_ref().map(|tally| refusals(&tally.borrow())),
            "sessions": self.gateway.as_ref().map(|counters| sessions(counters)),
        })
    }

    fn queues(&self) -> Value {
        let waiting = self.waiting().into_iter();
        Value::Object(waiting.map(|(queue, depth)| (queue.to_owned(), json!(depth))).collect())
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
}

fn world_figures(world: &WorldCounts) -> Value {
    json!({
        "planes": world.planes,
        "zones": world.zones,
        "rooms": world.rooms,
        "npcs": world.npcs,
        "items": world.items,
    })
}

/// Who is in the world, and where most of them are.
fn people(census: &Census) -> Value {
    let rooms = census.rooms.iter().map(|(room, people)| (room.to_string(), json!(people)));
    json!({
        "players": census.players,
        "linkdead": census.linkdead,
        "rooms": Value::Object(rooms.collect()),
    })
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

fn sessions(counters: &gateway::Counters) -> Value {
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let doors = counters.by_door().map(|(door, count)| (door.word().to_owned(), json!(count)));
    let speech = counters.speech().total();
    json!({
        "connections": counters.connections(),
        "by_transport": Value::Object(doors.collect()),
        "playing": read(&counters.playing),
        "messages": speech.messages,
        "deliveries": speech.deliveries,
        "cut_off": read(&counters.cut),
    })
}
