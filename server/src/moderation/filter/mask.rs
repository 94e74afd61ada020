//! Stars over what was found, in the text as it was typed.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// The text with a star for each character that is seen in these places; none when there are no places.
pub(super) fn masked(text: &str, places: impl Iterator<Item = Range<usize>>) -> Option<String> {
    let places: Vec<Range<usize>> = places.collect();
    if places.is_empty() {
        return None;
    }
    let is_covered = |at: usize, end: usize| places.iter().any(|p| p.start < end && at < p.end);
    let mut masked = String::with_capacity(text.len());
    for (at, seen) in text.grapheme_indices(true) {
        let is_blank = seen.chars().all(char::is_whitespace);
        masked.push_str(if !is_blank && is_covered(at, at + seen.len()) { "*" } else { seen });
    }
    Some(masked)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn what_is_seen_as_one_character_is_one_star() {
        assert_eq!(masked("é a\u{308}b", std::iter::once(3..7)).unwrap(), "é **");
        assert_eq!(masked("a b c", std::iter::once(0..5)).unwrap(), "* * *");
        assert_eq!(masked("a", std::iter::empty()), None);
    }
}
