//! How staff write how long something lasts: `90s 10m 2h 7d 1w`, together as in `1h30m`, or `perm`.

use std::time::Duration;

use crate::vocab::{Refusal, seconds_written};

/// The longest time that is written as a number. Seconds; ten years.
const SECONDS_MAX: u64 = 3_650 * 86_400;

/// Reads a word as a time, if it looks like one: if it begins with a digit or a sign, or is `perm`. None inside is for
/// ever.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn typed(word: &str) -> Option<Result<Option<Duration>, Refusal>> {
    if ["perm", "permanent", "forever"].contains(&word.to_lowercase().as_str()) {
        return Some(Ok(None));
    }
    let looks_like_one = word.starts_with(|c: char| c.is_numeric() || c == '-' || c == '+');
    looks_like_one.then(|| read(word).map(Some))
}

fn read(word: &str) -> Result<Duration, Refusal> {
    let seconds = seconds_written(word).ok_or_else(|| shape(word))?;
    match seconds {
        Some(0) => Err(Refusal::new("That would be over before it began.")),
        Some(seconds @ 1..=SECONDS_MAX) => Ok(Duration::from_secs(seconds)),
        _ => Err(Refusal::new("At most ten years (520w); `perm` is until it is lifted.")),
    }
}

fn shape(word: &str) -> Refusal {
    let word: String = word.chars().take(40).collect();
    Refusal::new(format!("{word:?} is no time. Write 90s, 10m, 2h, 7d, 1w, 1h30m or perm."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The units, and their seconds.
    const UNITS: [(char, u64); 5] =
        [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];

    fn read_as(word: &str) -> Option<u64> {
        typed(word)?.ok()?.map(|time| time.as_secs())
    }

    #[test]
    fn times_as_people_write_them() {
        for (word, seconds) in [
            ("90s", 90),
            ("10m", 600),
            ("2h", 7_200),
            ("7d", 604_800),
            ("1w", 604_800),
            ("1h30m", 5_400),
            ("1W2D3H4M5S", 788_645),
            ("520w", 314_496_000),
        ] {
            assert_eq!(read_as(word), Some(seconds), "{word}");
        }
        for word in ["perm", "PERM", "forever"] {
            assert_eq!(typed(word), Some(Ok(None)), "{word}");
        }
    }

    #[test]
    fn what_does_not_look_like_a_time_is_a_word_of_the_reason() {
        for word in ["", "spam", "h", "permission", "x10m", "m5"] {
            assert_eq!(typed(word), None, "{word}");
        }
    }

    #[test]
    fn nonsense_is_refused_in_a_sentence() {
        let bad = [
            "-1h",
            "+1h",
            "10",
            "1x",
            "1h30",
            "1.5h",
            "1h-30m",
            "0s",
            "0h0m",
            "5201w",
            "11y",
            "٣h",
            "99999999999999999999999999s",
            "18446744073709551615w",
            "1hé",
            "9h\u{301}",
        ];
        for word in bad.map(str::to_owned).into_iter().chain(["9".repeat(5_000) + "w"]) {
            let refusal = typed(&word).map(|read| read.unwrap_err().prose().to_text());
            let said = refusal.unwrap_or_else(|| panic!("{word} was taken for a word"));
            assert!(said.len() < 120, "{said}");
        }
    }

    proptest! {
        /// A time is the sum of its parts, and nothing panics.
        #[test]
        fn parts_add_up(parts in prop::collection::vec((0u64..500, 0usize..5), 1..6)) {
            let word: String = parts.iter().map(|(n, unit)| format!("{n}{}", UNITS[*unit].0)).collect();
            let sum: u64 = parts.iter().map(|(n, unit)| n * UNITS[*unit].1).sum();
            prop_assert_eq!(read_as(&word), Some(sum).filter(|sum| (1..=SECONDS_MAX).contains(sum)));
        }

        #[test]
        fn no_word_is_too_odd(word in "\\PC{0,30}|[0-9smhdw+-]{0,40}") {
            let _ = typed(&word);
        }
    }
}
