//! How long to wait before trying again. Chance is an argument, so that it can be tested as a value.

use std::time::Duration;

/// The wait after so many failures in a row: the base doubled with each, at most the cap, less up to a half by chance
/// (`dice` in 0 to 1), so that many processes do not come back in step.
pub(super) fn wait_after(failures: u32, base: Duration, cap: Duration, dice: f64) -> Duration {
    let doubled =
        base.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX));
    doubled.min(cap).mul_f64(1.0 - dice.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A wait is never longer than the cap and never shorter than half of what it is taken from.
        #[test]
        fn a_wait_is_within_its_bounds(failures in any::<u32>(), dice in 0.0..1.0_f64) {
            let (base, cap) = (Duration::from_millis(100), Duration::from_secs(4));
            let wait = wait_after(failures, base, cap, dice);
            prop_assert!(wait <= cap && wait >= base / 2);
        }
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        let wait = |failures| {
            wait_after(failures, Duration::from_millis(100), Duration::from_secs(1), 0.0)
                .as_millis()
        };
        assert_eq!(
            [wait(0), wait(1), wait(2), wait(4), wait(5), wait(40)],
            [100, 100, 200, 800, 1000, 1000]
        );
    }
}
