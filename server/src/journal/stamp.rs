//! Instants as text, to the millisecond. Lines that follow each other are mostly of one second, and share its text.

use chrono::{DateTime, SecondsFormat, Utc};

/// Writes instants, one after the other.
#[derive(Default)]
pub(super) struct Stamp {
    /// The second that the text begins with; none before the first.
    second: Option<i64>,
    text: String,
}

impl Stamp {
    /// `2026-11-21T09:15:02.413Z`.
    pub(super) fn of(&mut self, at: DateTime<Utc>) -> &str {
        let (second, millis) = (at.timestamp(), at.timestamp_subsec_millis());
        // In a leap second there are more than a thousand.
        if self.second != Some(second) || millis >= 1000 {
            self.text = at.to_rfc3339_opts(SecondsFormat::Millis, true);
            self.second = (millis < 1000).then_some(second);
        } else {
            self.text.truncate(self.text.len() - "413Z".len());
            let digit = |ten: u32| char::from(b'0' + (millis / ten % 10) as u8);
            self.text.extend([digit(100), digit(10), digit(1), 'Z']);
        }
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// An instant reads the same whatever was written before it.
        #[test]
        fn one_instant_has_one_text(
            instants in prop::collection::vec((1_700_000_000_i64..1_700_000_002, 0..2_000_000_000_u32), 1..9)
        ) {
            let mut stamp = Stamp::default();
            for (second, nanos) in instants {
                let Some(at) = DateTime::from_timestamp(second, nanos) else { continue };
                prop_assert_eq!(stamp.of(at), at.to_rfc3339_opts(SecondsFormat::Millis, true));
            }
        }
    }
}
