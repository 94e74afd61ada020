//! How staff write how long something lasts: `90s 10m 2h 7d 1w`, several together as in `1h30m`.

use std::time::Duration;

/// The units, and their seconds.
const UNITS: [(char, u64); 5] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];

/// The seconds that are written; none when it is no time at all, some of none when it is too long to be counted.
#[must_use]
pub fn seconds_written(word: &str) -> Option<Option<u64>> {
    let mut sum = Some(0u64);
    let mut rest = word;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let unit = after.chars().next().map(|c| c.to_ascii_lowercase());
        let (_, size) = UNITS.iter().find(|(letter, _)| Some(*letter) == unit)?;
        if number.is_empty() {
            return None;
        }
        // A number too long for its type is a time that is too long.
        let part = number.parse::<u64>().ok().and_then(|number| number.checked_mul(*size));
        sum = sum.zip(part).and_then(|(sum, part)| sum.checked_add(part));
        rest = &after[1..];
    }
    Some(sum)
}

/// A time as it would be written with one unit, up to days: `10m`, `90s`, `7d`.
#[must_use]
pub fn written_time(time: Duration) -> String {
    let seconds = time.as_secs();
    let fits = |(_, size): &&(char, u64)| seconds.is_multiple_of(*size);
    let (letter, size) = UNITS.iter().take(4).rev().find(fits).unwrap_or(&UNITS[0]);
    format!("{}{letter}", seconds / size)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is written is read as the same time.
        #[test]
        fn what_is_written_can_be_read(seconds in 1u64..100_000_000) {
            let written = written_time(Duration::from_secs(seconds));
            prop_assert_eq!(seconds_written(&written), Some(Some(seconds)));
        }
    }

    #[test]
    fn the_largest_unit_is_used() {
        let written = |seconds| written_time(Duration::from_secs(seconds));
        assert_eq!([90, 600, 7_200, 604_800].map(written), ["90s", "10m", "2h", "7d"]);
    }
}
