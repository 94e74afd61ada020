//! What a line looks like to somebody who has seen it before: case, spacing, punctuation, digits and drawn-out letters aside.
//!
//! A few bytes stand for the line, so that what people said can be compared without being kept. Allocates nothing.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// How many of a line's groups of three letters are kept: for each of so many classes, the one of the smallest hash.
const CLASSES: usize = 32;
/// The bits of three letters.
const GROUP: u64 = (1 << 63) - 1;
/// A class without a group.
const NONE: u16 = u16::MAX;

/// A line to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint {
    /// Of letters and digits; of the signs, if there is nothing else.
    exact: u64,
    /// Of the letters alone.
    letters: u64,
    /// How many letters there are, a letter that is drawn out counted once.
    letter_count: u32,
    /// One-permutation minwise hashes of the groups of three letters (Li, Owen, Zhang: "One Permutation Hashing", 2012).
    groups: [u16; CLASSES],
}

impl Fingerprint {
    pub(super) fn of(text: &str) -> Self {
        let mut reader = Reader::default();
        for c in text.chars() {
            if c.is_ascii() {
                reader.read_ascii(c.to_ascii_lowercase());
            } else {
                c.to_lowercase().for_each(|c| reader.read(c));
            }
        }
        reader.finish()
    }

    pub(super) fn letter_count(&self) -> u32 {
        self.letter_count
    }

    /// Whether letters and digits are the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.exact == other.exact
    }

    /// Whether the letters are the same, or so much of their groups of three. Percent.
    pub(super) fn is_alike(&self, other: &Self, percent: u32) -> bool {
        self.letters == other.letters || self.alike_percent(other) >= percent
    }

    /// How much is the same of all that either has: an estimate of the Jaccard index, good to about 8 percent for long lines.
    fn alike_percent(&self, other: &Self) -> u32 {
        let (mut same, mut neither) = (0u16, 0u16);
        for (one, other) in self.groups.iter().zip(&other.groups) {
            same += u16::from(one == other);
            neither += u16::from(one & other == NONE);
        }
        let either = u32::from(CLASSES as u16 - neither);
        let same = u32::from(same - neither);
        (100 * same).checked_div(either).unwrap_or_default()
    }
}

/// Reads a line once.
struct Reader {
    all: FxHasher,
    signs: FxHasher,
    letters: FxHasher,
    has_words: bool,
    letter_count: u32,
    /// The character before; one that is repeated counts once, unless it is a digit.
    last: char,
    /// The latest three letters, 21 bits each.
    group: u64,
    groups: [u16; CLASSES],
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            all: FxHasher::default(),
            signs: FxHasher::default(),
            letters: FxHasher::default(),
            has_words: false,
            letter_count: 0,
            last: ' ',
            group: 0,
            groups: [NONE; CLASSES],
        }
    }
}

impl Reader {
    fn read(&mut self, c: char) {
        if !c.is_whitespace() && (c != self.last || c.is_numeric()) {
            self.take(c, c.is_alphanumeric(), c.is_alphabetic());
        }
    }

    /// As `read`, for what most lines are made of.
    fn read_ascii(&mut self, c: char) {
        let is_digit = c.is_ascii_digit();
        if c != ' ' && (c != self.last || is_digit) {
            let is_letter = c.is_ascii_lowercase();
            self.take(c, is_letter || is_digit, is_letter);
        }
    }

    fn take(&mut self, c: char, is_word: bool, is_letter: bool) {
        self.last = c;
        if !is_word {
            return self.signs.write_u32(u32::from(c));
        }
        self.has_words = true;
        self.all.write_u32(u32::from(c));
        if is_letter {
            self.letters.write_u32(u32::from(c));
            self.letter_count += 1;
            self.add_to_group(c);
        }
    }

    fn add_to_group(&mut self, c: char) {
        self.group = (self.group << 21 | u64::from(u32::from(c))) & GROUP;
        if self.letter_count < 3 {
            return;
        }
        // The fraction of a multiple of the golden ratio: its highest bits are even over all groups.
        let mixed = (self.group ^ self.group >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let class = (mixed >> 59) as usize;
        let hash = (mixed >> 32 & 0xffff) as u16;
        self.groups[class] = self.groups[class].min(hash.min(NONE - 1));
    }

    fn finish(self) -> Fingerprint {
        let exact = if self.has_words { self.all } else { self.signs };
        Fingerprint {
            exact: exact.finish(),
            letters: self.letters.finish(),
            letter_count: self.letter_count,
            groups: self.groups,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alike(one: &str, other: &str) -> u32 {
        Fingerprint::of(one).alike_percent(&Fingerprint::of(other))
    }

    #[test]
    fn how_a_line_is_written_does_not_matter() {
        let plain = Fingerprint::of("Cheap gold at the old mill");
        for other in ["CHEAP  GOLD at the old mill!!!", "ch.eap go1ld at the oooold mill 77"] {
            assert_eq!(Fingerprint::of(other).letters, plain.letters, "{other}");
        }
        assert_eq!(plain.letter_count(), 19, "`ll` and `t t` count once");
    }

    #[test]
    fn numbers_and_signs_are_told_apart_where_there_is_nothing_else() {
        let is_same = |one, other| Fingerprint::of(one).is_same(&Fingerprint::of(other));
        assert!(!is_same("1", "2") && !is_same("bid 100", "bid 1000") && !is_same(":)", ":("));
        assert!(is_same("yes", "Yes!") && is_same(":)", ":)"));
    }

    #[test]
    fn nearly_the_same_is_told_from_similar() {
        let spam = "come and buy the cheapest swords in the city at the old mill";
        for near in [
            "come and buy the cheapest swords in the city at the old mill now",
            "hey come and buy the cheapest swords in the city at the old mill",
            "come and buy the cheapest swords in the town at the old mill",
        ] {
            assert!(alike(spam, near) >= 60, "{near}: {}", alike(spam, near));
        }
        for other in [
            "come and see the cheapest inn in the city, it is by the old harbour",
            "I left the swords at the old mill, can somebody fetch them for me?",
            "",
        ] {
            assert!(alike(spam, other) < 50, "{other}: {}", alike(spam, other));
        }
    }

    proptest! {
        /// Likeness goes both ways, everything is like itself, and neither case nor spacing is looked at.
        #[test]
        fn likeness_is_fair(one in "\\PC{0,80}", other in "[a-e ]{0,40}") {
            prop_assert_eq!(alike(&one, &other), alike(&other, &one));
            let (print, spaced) = (Fingerprint::of(&other), other.to_uppercase().replace('a', " a  "));
            prop_assert_eq!(print, Fingerprint::of(&spaced));
            prop_assert!(print.is_alike(&print, 100) && print.is_same(&print));
        }
    }
}
