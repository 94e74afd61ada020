//! "Did you mean": which known word somebody meant. Owns the measure of likeness and nothing else.

/// The known word most like this one, if it is like enough: one slip in a short word, two in a long one.
pub(super) fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let slips_max = if word.chars().count() <= 4 { 1 } else { 2 };
    known
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= slips_max * 4)
        .map(|candidate| (slips(word, candidate), candidate))
        .filter(|(slips, _)| *slips <= slips_max)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// The question to append to a message, or nothing.
pub(super) fn did_you_mean(suggestion: Option<impl AsRef<str>>) -> String {
    suggestion.map(|word| format!("; did you mean \"{}\"?", word.as_ref())).unwrap_or_default()
}

/// How many slips of the pen lie between two words: letters added, left out, changed, or two neighbours swapped
/// (the optimal string alignment distance).
pub(super) fn slips(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (a, b, count) in
            [("north", "nort", 1), ("north", "nroth", 1), ("quay", "quay", 0), ("", "up", 2)]
        {
            assert_eq!(slips(a, b), count, "{a} {b}");
            assert_eq!(slips(b, a), count, "{b} {a}");
        }
    }

    #[test]
    fn only_a_close_word_is_suggested() {
        assert_eq!(closest("indoor", ["indoors", "items"]), Some("indoors"));
        assert_eq!(closest("weather", ["indoors", "items"]), None);
    }
}
