//! Writes series one after the other. Knows their shapes, not what they are about.

use std::fmt;

use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use crate::vocab::DurationCounts;

/// The labels of one row: names and values.
pub(super) type Labels<'a, const N: usize> = [(&'static str, &'a str); N];

/// The page that is being written. Names are without the `hearsay_` that all have, and counters without their `_total`.
pub(super) struct Page<'a>(DescriptorEncoder<'a>);

impl<'a> Page<'a> {
    pub(super) fn new(encoder: DescriptorEncoder<'a>) -> Self {
        Self(encoder)
    }

    /// What only grows.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let mut series = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        series.encode_counter::<NoLabelSet, u64, u64>(&value, None)
    }

    /// What only grows, in one row for each of these labels.
    pub(super) fn counters<'r, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (Labels<'r, N>, u64)>,
    ) -> fmt::Result {
        let mut series = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in rows {
            let mut row = series.encode_family(&labels)?;
            row.encode_counter::<NoLabelSet, u64, u64>(&value, None)?;
        }
        Ok(())
    }

    /// What grows by parts.
    pub(super) fn counter_of_parts(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        let mut series = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        series.encode_counter::<NoLabelSet, f64, f64>(&value, None)
    }

    /// How something is now.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        self.0.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
    }

    /// How something is now, in one row for each of these labels.
    pub(super) fn gauges<'r, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (Labels<'r, N>, f64)>,
    ) -> fmt::Result {
        let mut series = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (labels, value) in rows {
            series.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    /// How long things took.
    pub(super) fn durations(&mut self, name: &str, help: &str, of: DurationCounts) -> fmt::Result {
        let sizes: Vec<(f64, u64)> = of.sizes().collect();
        let mut series = self.0.encode_descriptor(name, help, None, MetricType::Histogram)?;
        series.encode_histogram::<NoLabelSet>(of.total_seconds(), of.count(), &sizes, None)
    }
}

/// A state as a figure: 1 while it holds.
pub(super) fn whether(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}
