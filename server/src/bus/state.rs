//! How the bus is: for `/health`, the log, and staff in play.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

/// How the link to NATS is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusState {
    /// There is none, and none is wanted.
    Off,
    /// Not connected yet, and no attempt has failed.
    Connecting,
    /// Connected.
    Connected,
    /// NATS cannot be reached; the link keeps trying.
    Away {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// NATS answers but refuses us, or the attempts are used up; in a sentence.
    Failed(String),
}

impl BusState {
    /// The state as one word, for JSON and metrics.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Away { .. } => "away",
            Self::Failed(_) => "failed",
        }
    }
}

impl fmt::Display for BusState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away { since } => {
                write!(f, "away since {}", since.to_rfc3339_opts(SecondsFormat::Secs, true))
            }
            Self::Failed(reason) => write!(f, "failed: {reason}"),
            _ => f.write_str(self.word()),
        }
    }
}

/// What the link has counted since it was attached, and how full its outbox is now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct BusCounters {
    /// Publications handed to NATS; one that is sent again counts again.
    pub published: u64,
    /// Messages that the stream has confirmed.
    pub confirmed: u64,
    /// Messages, events and inputs heard and handed on.
    pub heard: u64,
    /// Publications that wait now, those not yet confirmed included.
    pub outbox_messages: u64,
    /// The bytes of their payloads.
    pub outbox_bytes: u64,
    /// Publications dropped because they had waited too long.
    pub dropped_by_age: u64,
    /// Publications dropped because the outbox was full.
    pub dropped_by_size: u64,
    /// Publications dropped because one alone was larger than the limit.
    pub dropped_as_too_large: u64,
    /// Events that never reached the link because it was behind the world.
    pub dropped_before_link: u64,
    /// Publications of the other side that never came.
    pub gaps: u64,
    /// Publications of the other side that came again and were not handed on.
    pub repeats: u64,
    /// What came on our subjects and was not ours: no stamp, not readable, or for a gateway that it did not name.
    pub strangers: u64,
    /// How often the client said that we read too slowly.
    pub slow_consumer: u64,
    /// How often the link was connected again.
    pub reconnects: u64,
    /// What went wrong last, without secrets.
    pub last_error: Option<String>,
}
