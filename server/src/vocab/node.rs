//! A process of the server as others know it: what it is, who is connected to it, and whether it is on its way out of service.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// That a process shall take nobody any more, and see out those whom it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrainOrder {
    /// How long those who play may stay. Seconds.
    pub seconds: u32,
    /// Why; players read it.
    pub reason: String,
    /// Who ordered it.
    pub by: SmolStr,
}

impl DrainOrder {
    /// The longest that those who play may stay. Seconds.
    pub const SECONDS_MAX: u32 = 86_400;
    /// The longest reason. Characters.
    pub const REASON_CHARS_MAX: usize = 200;

    /// How it stands when it has come in just now.
    #[must_use]
    pub fn begins(self, now: DateTime<Utc>) -> Draining {
        let until = now + Duration::from_secs(u64::from(self.seconds));
        Draining { since: now, until, reason: self.reason, by: self.by }
    }
}

/// That a process takes nobody any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draining {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when those who play may stay.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// Who ordered it.
    pub by: SmolStr,
}

impl Draining {
    /// How long those who play may stay; nothing when that is over.
    #[must_use]
    pub fn left(&self, now: DateTime<Utc>) -> Duration {
        (self.until - now).to_std().unwrap_or_default()
    }
}

/// What a process tells of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeReport {
    /// The number of its gateway; none for a world, whose own gateway has no number.
    pub gateway: Option<u16>,
    /// The name in its logs.
    pub name: SmolStr,
    /// `both`, `world` or `gateway`.
    pub role: SmolStr,
    /// The version of the program.
    pub version: SmolStr,
    /// When it was started.
    pub started: DateTime<Utc>,
    /// Sessions that play somebody.
    pub sessions: u64,
    /// Connections, by what they came by; none where there are no sockets for players.
    pub connections: Option<BTreeMap<SmolStr, u64>>,
    /// How its link to NATS is, in a word.
    pub bus: SmolStr,
    /// Whether it takes nobody any more.
    pub draining: Option<Draining>,
}
