//! Rule `words`: configured words are masked with stars where they stand as whole words.

use aho_corasick::AhoCorasick;

use crate::vocab::Draft;

/// The words, ready to be searched for all at once.
#[derive(Debug)]
pub(super) struct Words(Option<AhoCorasick>);

impl Words {
    pub(super) fn new(words: &[String]) -> anyhow::Result<Self> {
        let words: Vec<&str> = words.iter().map(|w| w.trim()).filter(|w| !w.is_empty()).collect();
        if words.is_empty() {
            return Ok(Self(None));
        }
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(aho_corasick::MatchKind::LeftmostLongest)
            .build(words)?;
        Ok(Self(Some(search)))
    }

    /// Masks what it finds and says so in the flags.
    pub(super) fn judge(&self, draft: &mut Draft) {
        let Some(search) = &self.0 else { return };
        let hits: Vec<_> = search
            .find_iter(&draft.content)
            .map(|hit| hit.range())
            .filter(|range| stands_alone(&draft.content, range))
            .collect();
        if hits.is_empty() {
            return;
        }
        for range in hits.into_iter().rev() {
            let stars = "*".repeat(draft.content[range.clone()].chars().count());
            draft.content.replace_range(range, &stars);
        }
        draft.flags.push("masked".into());
    }
}

fn stands_alone(text: &str, range: &std::ops::Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Masks, PlayerId, Rank, Reach};

    fn masked(content: &str) -> String {
        let words = Words::new(&["darn".to_owned(), "blast it".to_owned()]).unwrap();
        let mut draft = Draft {
            speaker: PlayerId(1),
            account: None,
            rank: Rank::Player,
            account_age: None,
            channel: "say".parse().unwrap(),
            reach: Reach::Near,
            content: content.to_owned(),
            masks: Masks::default(),
            per_minute: 0,
            target: None,
            flags: Vec::new(),
        };
        words.judge(&mut draft);
        draft.content
    }

    #[test]
    fn whole_words_are_masked_and_parts_are_not() {
        assert_eq!(
            masked("Darn, blast it! A darning needle."),
            "****, ********! A darning needle."
        );
        assert_eq!(masked("é darn é"), "é **** é");
    }
}
