//! What a server tells Prometheus, read as a test wants it: one figure by its name and labels.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::time::sleep;

use crate::http;
use crate::server::Server;

/// How often figures that are about to change are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long figures may take to say what is expected.
const PATIENCE: Duration = Duration::from_secs(15);

/// One answer of `/metrics`.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// As it came.
    pub text: String,
}

impl Metrics {
    /// Asks a server.
    ///
    /// # Errors
    /// When it does not answer with 200.
    pub async fn of(server: &Server) -> Result<Self> {
        let answer = http::get(server.web, "/metrics").await?;
        ensure!(answer.status == 200, "{answer:?}");
        Ok(Self { text: answer.body })
    }

    /// Asks a server until its figures are as wanted.
    ///
    /// # Errors
    /// When they are not after a while; tells what they were last.
    pub async fn until(server: &Server, what: &str, holds: impl Fn(&Self) -> bool) -> Result<Self> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let metrics = Self::of(server).await?;
            if holds(&metrics) {
                return Ok(metrics);
            }
            let text = &metrics.text;
            ensure!(Instant::now() < deadline, "/metrics does not say {what}:\n{text}");
            sleep(LOOK_EVERY).await;
        }
    }

    /// All rows of a series that have this label with this value, added up; 0 when there is none.
    #[must_use]
    pub fn sum(&self, name: &str, label: &str, value: &str) -> f64 {
        let wanted = format!("{label}=\"{value}\"");
        self.rows(name).filter(|(labels, _)| labels.contains(&wanted)).map(|(_, value)| value).sum()
    }

    /// The only row of a series without labels.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn alone(&self, name: &str) -> Result<f64> {
        let mut rows = self.rows(name).filter(|(labels, _)| labels.is_empty());
        rows.next().map(|(_, value)| value).with_context(|| format!("no {name} in {}", self.text))
    }

    /// The labels and the value of each row of a series.
    fn rows<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
        self.samples()
            .filter(move |(row, ..)| *row == name)
            .map(|(_, labels, value)| (labels, value))
    }

    fn samples(&self) -> impl Iterator<Item = (&str, &str, f64)> {
        let lines = self.text.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| {
            let (row, value) = line.rsplit_once(' ')?;
            let (name, labels) = row.split_once('{').unwrap_or((row, ""));
            Some((name, labels.trim_end_matches('}'), value.parse().ok()?))
        })
    }

    /// The names of all series that have rows, as they stand before the labels.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        self.samples().map(|(name, ..)| name).collect()
    }

    /// The names that are described, with rows or without.
    #[must_use]
    pub fn described(&self) -> BTreeSet<&str> {
        let types = self.text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        types.filter_map(|line| line.split(' ').next()).collect()
    }

    /// Whether a series has a row with this label and this value.
    #[must_use]
    pub fn has(&self, name: &str, label: &str, value: &str) -> bool {
        let wanted = format!("{label}=\"{value}\"");
        self.rows(name).any(|(labels, _)| labels.contains(&wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_labels() {
        let text = "# HELP a What it is.\n# TYPE a counter\na{x=\"y\",z=\"1\"} 3\na{x=\"y\",z=\"2\"} 4\nb 2.5\n";
        let metrics = Metrics { text: text.to_owned() };
        assert_eq!(metrics.sum("a", "x", "y"), 7.0);
        assert_eq!(metrics.sum("a", "z", "2"), 4.0);
        assert_eq!(metrics.sum("a", "z", "3"), 0.0);
        assert_eq!(metrics.alone("b").expect("it is there"), 2.5);
        assert!(metrics.alone("a").is_err());
        assert_eq!(metrics.names(), BTreeSet::from(["a", "b"]));
        assert_eq!(metrics.described(), BTreeSet::from(["a"]));
    }
}
