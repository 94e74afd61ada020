//! Where lines break on a screen of so many columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::vocab::{Role, Span};

/// One screen line: pieces of text with their roles.
pub(super) type Row = Vec<(Role, String)>;

/// Breaks spans into rows of at most `width` columns at blanks, or within a word that is longer. 0 breaks at `\n` alone,
/// and rows that begin with [`Role::Fixed`] or [`Role::Art`] are never broken.
pub(super) fn rows(spans: &[Span], width: u16, art: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for row in lines(spans, art) {
        let fixed = matches!(row.first(), Some((Role::Fixed | Role::Art, _)));
        if width == 0 || fixed {
            rows.push(row);
        } else {
            break_row(row, usize::from(width), &mut rows);
        }
    }
    rows
}

/// Splits at `\n`, leaving art out where it is not wanted.
fn lines(spans: &[Span], art: bool) -> Vec<Row> {
    let mut rows = vec![Row::new()];
    for span in spans.iter().filter(|span| art || span.role != Role::Art) {
        for (at, piece) in span.text.split('\n').enumerate() {
            if at > 0 {
                rows.push(Row::new());
            }
            if let Some(row) = rows.last_mut().filter(|_| !piece.is_empty()) {
                row.push((span.role, piece.to_owned()));
            }
        }
    }
    rows
}

fn break_row(row: Row, width: usize, rows: &mut Vec<Row>) {
    let columns: usize = row.iter().map(|(_, text)| text.width()).sum();
    if columns <= width {
        rows.push(row);
        return;
    }
    let mut filling = Filling { width, row: Row::new(), columns: 0, rows };
    for word in words(row) {
        filling.add(word);
    }
    filling.finish();
}

/// A word with the blanks after it; it may change its role within.
struct Word {
    pieces: Row,
    columns: usize,
    blanks: usize,
}

/// Takes a row apart into words, each with the blanks that follow it.
fn words(row: Row) -> Vec<Word> {
    let mut words = vec![Word { pieces: Row::new(), columns: 0, blanks: 0 }];
    for (role, text) in row {
        for part in text.split_inclusive(' ') {
            let ended = words.last().is_some_and(|word| word.blanks > 0 && part != " ");
            if ended {
                words.push(Word { pieces: Row::new(), columns: 0, blanks: 0 });
            }
            let Some(word) = words.last_mut() else { continue };
            word.columns += part.trim_end_matches(' ').width();
            word.blanks += usize::from(part.ends_with(' '));
            word.pieces.push((role, part.to_owned()));
        }
    }
    words
}

struct Filling<'a> {
    width: usize,
    row: Row,
    columns: usize,
    rows: &'a mut Vec<Row>,
}

impl Filling<'_> {
    fn add(&mut self, word: Word) {
        if self.columns > 0 && self.columns + word.columns > self.width {
            self.end_row();
        }
        if word.columns > self.width {
            for (role, text) in word.pieces {
                self.add_in_parts(role, &text);
            }
            return;
        }
        self.columns += word.columns + word.blanks;
        for (role, text) in word.pieces {
            self.push(role, &text);
        }
    }

    /// Neighbours of one role are one piece: each piece costs the wire a colour and a reset.
    fn push(&mut self, role: Role, text: &str) {
        match self.row.last_mut() {
            Some((last, piece)) if *last == role => piece.push_str(text),
            _ => self.row.push((role, text.to_owned())),
        }
    }

    /// A word that fits on no row is broken between characters as people see them.
    fn add_in_parts(&mut self, role: Role, text: &str) {
        for grapheme in text.graphemes(true) {
            if self.columns + grapheme.width() > self.width {
                self.end_row();
            }
            self.columns += grapheme.width();
            self.push(role, grapheme);
        }
    }

    fn end_row(&mut self) {
        if let Some((_, text)) = self.row.last_mut() {
            text.truncate(text.trim_end_matches(' ').len());
        }
        self.rows.push(std::mem::take(&mut self.row));
        self.columns = 0;
    }

    fn finish(mut self) {
        self.end_row();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vocab::Prose;

    fn wrapped(text: &str, width: u16) -> Vec<String> {
        let prose = Prose::text(text);
        let joined = |row: Row| row.into_iter().map(|(_, text)| text).collect();
        rows(prose.spans(), width, true).into_iter().map(joined).collect()
    }

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(wrapped("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(wrapped("a\n\nb", 10), ["a", "", "b"]);
        assert_eq!(wrapped("antidisestablishment", 8), ["antidise", "stablish", "ment"]);
        assert_eq!(wrapped("漢字漢字漢字", 5), ["漢字", "漢字", "漢字"]);
        assert_eq!(wrapped("the quick brown fox", 0), ["the quick brown fox"]);
    }

    #[test]
    fn a_word_in_two_roles_stays_together() {
        let prose = Prose::text("see the ").name("Ada").plain("'s hat");
        assert_eq!(rows(prose.spans(), 12, true).len(), 2);
        let art = Prose::new().span(Role::Art, "[ ]--[*]--[ ]--[ ]").line().plain("x");
        assert_eq!(rows(art.spans(), 8, true).len(), 2);
        assert_eq!(rows(art.spans(), 8, false).len(), 2);
    }

    #[test]
    fn a_row_of_one_role_is_one_piece() {
        let prose = Prose::new().span(Role::Warning, "the quick brown fox");
        let pieces: Vec<usize> =
            rows(prose.spans(), 10, true).iter().map(std::vec::Vec::len).collect();
        assert_eq!(pieces, [1, 1]);
    }

    proptest! {
        /// No row is wider than the screen, and no letter is lost.
        #[test]
        fn rows_fit_and_keep_every_letter(text in "[a-z \n漢é]{0,200}", width in 4u16..40) {
            let rows = wrapped(&text, width);
            for row in &rows {
                prop_assert!(row.trim_end().width() <= usize::from(width), "{row:?}");
            }
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&rows.concat()), letters(&text));
        }
    }
}
