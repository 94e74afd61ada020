//! Capitals and drawn-out letters: amended, never refused. A line in capitals is put into small ones, what is repeated
//! without end is cut.

use smol_str::SmolStr;

use crate::config::Floods;
use crate::vocab::{Draft, capital};

/// Amends a line and says so in its flags.
pub(super) fn amend(draft: &mut Draft, limits: &Floods) {
    if limits.same_characters_max > 0
        && let Some(squeezed) = squeezed(&draft.content, limits.same_characters_max)
    {
        draft.content = squeezed;
        draft.flags.push(SmolStr::new_static("squeezed"));
    }
    if is_loud(&draft.content, limits) {
        draft.content = capital(&draft.content.to_lowercase());
        draft.flags.push(SmolStr::new_static("lowered"));
    }
}

fn is_loud(content: &str, limits: &Floods) -> bool {
    let (mut letters, mut capitals) = (0u32, 0u32);
    for c in content.chars() {
        let is_capital = c.is_uppercase();
        letters += u32::from(is_capital || c.is_alphabetic());
        capitals += u32::from(is_capital);
    }
    let is_long = letters >= limits.capitals_letters_min;
    limits.capitals_percent > 0 && is_long && 100 * capitals >= limits.capitals_percent * letters
}

/// The text without what is more than so many of the same character in a row; none when nothing is. Numbers stay whole.
fn squeezed(content: &str, most: u32) -> Option<String> {
    let mut run = Run { last: None, length: 0 };
    if !content.chars().any(|c| run.next(c) > most) {
        return None;
    }
    let mut run = Run { last: None, length: 0 };
    Some(content.chars().filter(|c| run.next(*c) <= most).collect())
}

/// How often the same character came in a row.
struct Run {
    last: Option<char>,
    length: u32,
}

impl Run {
    fn next(&mut self, c: char) -> u32 {
        let goes_on = self.last == Some(c) && !c.is_numeric();
        self.length = if goes_on { self.length + 1 } else { 1 };
        self.last = Some(c);
        self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::floods::tests::line;

    fn amended(content: &str) -> (String, Vec<SmolStr>) {
        let mut draft = line(content);
        amend(&mut draft, &Floods::default());
        (draft.content, draft.flags)
    }

    #[test]
    fn shouting_is_put_into_small_letters() {
        let (said, flags) = amended("COME TO THE MILL AT ONCE!");
        assert_eq!((said.as_str(), flags[0].as_str()), ("Come to the mill at once!", "lowered"));
        assert_eq!(amended("ÄÖÜ ÉÈ ΑΒΓΔ ЖЗИЙ").0, "Äöü éè αβγδ жзий");
    }

    #[test]
    fn what_is_drawn_out_is_cut() {
        let (said, flags) = amended("nooooooooooo!!!!!!!!!! 😀😀😀😀😀😀😀😀");
        assert_eq!(said, "noooooo!!!!!! 😀😀😀😀😀😀");
        assert_eq!(flags[0], "squeezed");
    }

    #[test]
    fn ordinary_lines_stay_as_they_are() {
        for usual in [
            "OK",
            "LOL OMG",
            "NPCs of the ASCII age",
            "1000000000 gold",
            "hmmmm...",
            "My name is Ada Lovelace, of London.",
            "你好",
            "- - - - - - - - - - -",
            "",
        ] {
            assert_eq!(amended(usual), (usual.to_owned(), Vec::new()));
        }
    }
}
