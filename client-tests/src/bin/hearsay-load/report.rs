//! What a run found, as text and as JSON.

use std::fmt;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::session::Target;
use crate::speech::Speech;

/// What a run found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) target: Target,
    pub(crate) speech: Speech,
    pub(crate) sessions: u32,
    pub(crate) rooms: u32,
    pub(crate) speakers: u32,
    pub(crate) closed_loop: bool,
    /// Lines that were said, the warm-up included; so are the counts down to `disconnected`.
    pub(crate) said: u64,
    /// Deliveries that they should make.
    pub(crate) expected: u64,
    /// Deliveries that they made.
    pub(crate) delivered: u64,
    pub(crate) lost: u64,
    pub(crate) duplicated: u64,
    pub(crate) out_of_order: u64,
    /// Heard in a room where they were not said.
    pub(crate) leaked: u64,
    /// Connections that the target closed.
    pub(crate) disconnected: u64,
    /// From the end of the warm-up to the last delivery.
    pub(crate) deliveries_per_s: f64,
    /// None when the target's process was not named.
    pub(crate) target_cpu_us_per_delivery: Option<f64>,
    /// What the sessions added to the target's resident memory before anyone spoke.
    pub(crate) target_rss_kib_per_session: Option<f64>,
    /// The part of one core that the target used.
    pub(crate) target_cpu_share: Option<f64>,
    /// The part of one core that the load itself used: near 1, the load is what was measured.
    pub(crate) load_cpu_share: f64,
    /// How far the sending fell behind its plan at worst.
    pub(crate) sending_behind_ms_max: f64,
    pub(crate) latency_ms: Latency,
    /// Latencies in milliseconds, each with its percentile as the number of nines: 2 is the 99th.
    pub(crate) curve: Vec<(f64, f64)>,
}

/// From one socket to the other, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
    pub(crate) max: f64,
}

impl Latency {
    pub(crate) fn of(microseconds: &Histogram<u64>) -> Self {
        let ms = |us: u64| us as f64 / 1e3;
        Self {
            p50: ms(microseconds.value_at_quantile(0.5)),
            p99: ms(microseconds.value_at_quantile(0.99)),
            p999: ms(microseconds.value_at_quantile(0.999)),
            max: ms(microseconds.max()),
        }
    }
}

/// How far and how finely a curve goes: in tenths of nines, to the percentile 99.99.
const TENTHS_OF_NINES_MAX: u32 = 40;

/// Latencies by percentile.
pub(crate) fn curve(microseconds: &Histogram<u64>) -> Vec<(f64, f64)> {
    let point = |tenths: u32| {
        let nines = f64::from(tenths) / 10.0;
        let latency_us = microseconds.value_at_quantile(1.0 - 10_f64.powf(-nines));
        (nines, latency_us as f64 / 1e3)
    };
    // What fewer than ten deliveries tell is chance.
    let told =
        |tenths: &u32| microseconds.len() as f64 * 10_f64.powf(-f64::from(*tenths) / 10.0) >= 10.0;
    (0..=TENTHS_OF_NINES_MAX).filter(told).map(point).collect()
}

impl Report {
    /// Whether every line arrived once, in order, where it belonged.
    pub(crate) fn is_flawless(&self) -> bool {
        self.flaws().iter().all(|(_, count)| *count == 0) && self.delivered == self.expected
    }

    fn flaws(&self) -> [(&'static str, u64); 5] {
        [
            ("lost", self.lost),
            ("duplicated", self.duplicated),
            ("out of order", self.out_of_order),
            ("leaked", self.leaked),
            ("disconnected", self.disconnected),
        ]
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sessions, rooms, speakers, .. } = self;
        let known = |value: Option<f64>| value.map_or("unknown".to_owned(), |v| format!("{v:.2}"));
        writeln!(f, "{sessions} sessions in {rooms} rooms, {speakers} speak")?;
        writeln!(f, "said            {}", self.said)?;
        writeln!(f, "delivered       {} of {}", self.delivered, self.expected)?;
        for (flaw, count) in self.flaws() {
            writeln!(f, "{flaw:<15} {count}")?;
        }
        let Latency { p50, p99, p999, max } = self.latency_ms;
        writeln!(f, "deliveries/s    {:.0}", self.deliveries_per_s)?;
        writeln!(f, "latency ms      p50 {p50:.2}  p99 {p99:.2}  p99.9 {p999:.2}  max {max:.2}")?;
        writeln!(f, "CPU us/delivery {}", known(self.target_cpu_us_per_delivery))?;
        writeln!(f, "KiB/session     {}", known(self.target_rss_kib_per_session))?;
        writeln!(f, "CPU % of a core {}", known(self.target_cpu_share.map(|share| share * 100.0)))?;
        writeln!(f, "load's own CPU  {:.0} % of a core", self.load_cpu_share * 100.0)?;
        writeln!(f, "sending behind  {:.2} ms at worst", self.sending_behind_ms_max)
    }
}
