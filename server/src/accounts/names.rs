//! What may be a name: 2 to 20 letters of one script, not reserved. That no two look alike, the store sees to.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;
use unicode_normalization::UnicodeNormalization;
use unicode_security::MixedScript;

use crate::vocab::{Rank, capital, skeleton};

const LETTERS_MIN: usize = 2;
const LETTERS_MAX: usize = 20;

/// Words that would be mistaken for something else if a player bore them.
const RESERVED: &[&str] = &[
    "all",
    "anyone",
    "console",
    "create",
    "everybody",
    "everyone",
    "exit",
    "god",
    "guest",
    "hearsay",
    "help",
    "here",
    "host",
    "me",
    "mod",
    "myself",
    "new",
    "no",
    "nobody",
    "none",
    "quit",
    "resume",
    "root",
    "screenreader",
    "self",
    "server",
    "somebody",
    "someone",
    "staff",
    "sysop",
    "system",
    "yes",
    "you",
];

/// Says whether a name offends: a name is read by all who meet its bearer.
#[derive(Clone)]
pub struct NameFilter(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl NameFilter {
    /// A filter of this opinion.
    pub fn new(offends: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(offends))
    }
}

impl fmt::Debug for NameFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameFilter(..)")
    }
}

/// The names that nobody may take: these, as [`skeleton`]s, and what the filter says.
#[derive(Debug, Clone)]
pub struct Names {
    reserved: HashSet<String>,
    filter: Option<NameFilter>,
}

impl Names {
    /// The built-in list, the ranks, and these words besides.
    pub fn new<'a>(more: impl IntoIterator<Item = &'a str>) -> Self {
        let ranks = Rank::ALL.iter().map(|rank| rank.as_str());
        let words = RESERVED.iter().copied().chain(ranks).chain(more);
        Self { reserved: words.map(skeleton).collect(), filter: None }
    }

    /// The same, and what this filter objects to is refused besides.
    #[must_use]
    pub fn filtered(self, filter: NameFilter) -> Self {
        Self { filter: Some(filter), ..self }
    }

    /// The name as it will be shown: composed, with a capital.
    ///
    /// # Errors
    /// The sentence that says why it cannot be a name.
    pub fn check(&self, typed: &str) -> Result<SmolStr, String> {
        let name = check(typed)?;
        let offends = self.filter.as_ref().is_some_and(|filter| (filter.0)(&name));
        if offends || self.reserved.contains(&skeleton(&name)) {
            return Err(format!("{name} is no name for a person here. Choose another."));
        }
        Ok(name)
    }
}

/// The shape of a name, without the list of those that nobody may take.
///
/// # Errors
/// The sentence that says why it cannot be a name.
pub fn check(typed: &str) -> Result<SmolStr, String> {
    let name = as_a_name(&typed.trim().nfc().collect::<String>());
    let letters = name.chars().count();
    if !(LETTERS_MIN..=LETTERS_MAX).contains(&letters) {
        return Err(format!("A name has {LETTERS_MIN} to {LETTERS_MAX} letters."));
    }
    if !name.chars().all(char::is_alphabetic) {
        return Err("A name has only letters.".to_owned());
    }
    if !name.as_str().is_single_script() || name.nfkc().ne(name.chars()) {
        return Err("A name has ordinary letters of one script only.".to_owned());
    }
    Ok(name.into())
}

/// One capital and small letters: within a name, a capital I would pass for a small l.
fn as_a_name(typed: &str) -> String {
    capital(&typed.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_composed_and_capital() {
        let names = Names::new([]);
        assert_eq!(names.check(" ada ").unwrap(), "Ada");
        assert_eq!(names.check("zoe\u{308}").unwrap(), "Zoë");
        assert_eq!(names.check("Иван").unwrap(), "Иван");
        assert_eq!(names.check("AdaIind").unwrap(), "Adaiind");
    }

    #[test]
    fn what_the_filter_objects_to_is_no_name() {
        let names = Names::new([]).filtered(NameFilter::new(|name| name.contains("arn")));
        assert!(names.check("darn").unwrap_err().contains("Choose another."));
        assert_eq!(names.check("dawn").unwrap(), "Dawn");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let names = Names::new(["trade"]);
        let long = "x".repeat(300);
        for bad in [
            "",
            "a",
            "admin",
            "ADMIN",
            "ＡＤＭＩＮ",
            "Аda",
            "trade",
            // What stands for something else where the name is asked for.
            "help",
            "quit",
            "resume",
            "screenreader",
            "gu est",
            "Bob7",
            "a\u{200b}b",
            "Bob!",
            long.as_str(),
            "аdmin",
            "ádmin",
        ] {
            assert!(names.check(bad).is_err(), "{bad:?} was taken for a name");
        }
    }
}
