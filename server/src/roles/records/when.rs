//! Moments and spans as they are written on the command line.

use anyhow::Context;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// The units of a span, and their seconds.
const UNITS: [(&str, i64); 5] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800)];

/// Reads `90s`, `10m`, `2h`, `7d` or `1w`.
///
/// # Errors
/// A sentence that says how to write it.
pub(super) fn span(text: &str) -> anyhow::Result<TimeDelta> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = UNITS.iter().find(|(unit, _)| *unit == &text[digits.len()..]);
    let seconds =
        unit.and_then(|(_, size)| digits.parse::<u32>().ok().map(|n| i64::from(n) * size));
    let span = seconds.and_then(TimeDelta::try_seconds);
    span.with_context(|| format!("{text:?} is no time: write 90s, 10m, 2h, 7d or 1w"))
}

/// Reads `2026-11-21`, `2026-11-21 09:15`, with seconds if need be, or RFC 3339; UTC unless it says otherwise.
///
/// # Errors
/// A sentence that says how to write it.
pub(super) fn moment(text: &str) -> anyhow::Result<DateTime<Utc>> {
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return Ok(at);
    }
    let day =
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    let minute = || NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").ok();
    let second = || NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok();
    let at = day.or_else(minute).or_else(second).map(|at| at.and_utc());
    at.with_context(|| format!("{text:?} is no moment: write 2026-11-21 or \"2026-11-21 09:15\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_moments_are_read_as_people_write_them() {
        assert_eq!(span("90s").unwrap(), TimeDelta::seconds(90));
        assert_eq!(span("2h").unwrap(), TimeDelta::hours(2));
        assert_eq!(span("1w").unwrap(), TimeDelta::days(7));
        let noon = |text| moment(text).unwrap().to_rfc3339();
        assert_eq!(noon("2026-11-21"), "2026-11-21T00:00:00+00:00");
        assert_eq!(noon("2026-11-21 09:15"), "2026-11-21T09:15:00+00:00");
        assert_eq!(noon("2026-11-21T10:15:02+01:00"), "2026-11-21T09:15:02+00:00");
    }

    #[test]
    fn anything_else_is_told_how_to_be_written() {
        for wrong in ["", "h", "2", "2x", "-2h", "99999999999w", "2h30", "é"] {
            assert!(span(wrong).is_err(), "{wrong:?}");
        }
        for wrong in ["", "yesterday", "2026-13-01", "2026-11-21 9"] {
            assert!(moment(wrong).unwrap_err().to_string().contains("write"), "{wrong:?}");
        }
    }
}
