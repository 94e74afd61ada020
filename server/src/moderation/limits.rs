//! The limits of the rules against floods, from the configuration.

use super::pace::Bucket;
use crate::config;

/// The limits that these rules go by. Those by channel come with each line.
#[derive(Debug, Clone, PartialEq)]
pub struct FloodLimits {
    pub(super) bucket: Bucket,
    pub(super) waiting_max: usize,
    pub(super) rules: config::Floods,
}

impl FloodLimits {
    /// The configured limits.
    #[must_use]
    pub fn of(chat: &config::Chat) -> Self {
        let rates = &chat.rate_limiting;
        if !rates.enabled {
            return Self::none();
        }
        let bucket = Bucket { burst: rates.burst, per_second: rates.per_second };
        Self { bucket, waiting_max: rates.waiting_max, rules: chat.floods.clone() }
    }

    /// No limit at all.
    #[must_use]
    pub fn none() -> Self {
        let rules = config::Floods {
            repeats_max: 0,
            raid_people_max: 0,
            capitals_percent: 0,
            same_characters_max: 0,
            mentions_max: 0,
            link_account_minutes: 0,
            wave_newcomers_per_minute: 0,
            ..config::Floods::default()
        };
        Self { bucket: Bucket { burst: 1, per_second: 0 }, waiting_max: 0, rules }
    }
}
