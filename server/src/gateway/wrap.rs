//! Where lines break on a screen of so many columns.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::vocab::{Link, Role, Span};

/// One screen line: pieces of text, each with its role and what it does when it is pressed.
pub(super) type Row = Vec<Span>;

/// A text in rows.
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    /// How many columns it needs as it is; none if it was broken.
    pub(super) columns_min: Option<u16>,
    /// Whether something in the text can be pressed, shown or not.
    pub(super) has_links: bool,
}

/// What of a text is shown at all.
#[derive(Clone, Copy)]
pub(super) struct Shows {
    /// [`Role::Art`].
    pub(super) art: bool,
    /// What can be pressed.
    pub(super) links: bool,
}

/// Breaks spans into rows of at most `width` columns: at blanks, between wide characters, or else within a word that is
/// longer. What goes on below an indented line is indented further. 0 breaks at `\n` alone, and rows that begin with
/// [`Role::Fixed`] or [`Role::Art`] are never broken.
pub(super) fn rows(spans: Vec<Span>, width: u16, shows: Shows) -> Rows {
    let mut rows = Vec::new();
    let mut columns_min = Some(0);
    let has_links = spans.iter().any(|span| span.link.is_some());
    for row in lines(spans, shows) {
        let fixed = row.first().is_some_and(|span| matches!(span.role, Role::Fixed | Role::Art));
        let columns = if fixed { 0 } else { columns(&row) };
        if width == 0 || columns <= usize::from(width) {
            let columns = u16::try_from(columns).ok();
            columns_min = columns_min.zip(columns).map(|(least, own)| least.max(own));
            rows.push(row);
        } else {
            columns_min = None;
            break_row(row, usize::from(width), &mut rows);
        }
    }
    Rows { rows, columns_min, has_links }
}

/// How many columns a row takes.
fn columns(row: &Row) -> usize {
    row.iter().map(|span| columns_of(&span.text)).sum()
}

/// How many columns a text takes; to look into a table for each character would be most of the work.
fn columns_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Splits at `\n`, leaving out what is not shown.
fn lines(spans: Vec<Span>, shows: Shows) -> Vec<Row> {
    let stays = |span: &Span| {
        let is_shown = shows.art || span.role != Role::Art;
        is_shown && (shows.links || span.link.is_none()) && !span.text.contains('\n')
    };
    if spans.iter().all(stays) {
        return vec![spans];
    }
    let mut rows = vec![Row::new()];
    for span in spans.iter().filter(|span| shows.art || span.role != Role::Art) {
        let link = span.link.as_ref().filter(|_| shows.links);
        for (at, piece) in span.text.split('\n').enumerate() {
            if at > 0 {
                rows.push(Row::new());
            }
            if let Some(row) = rows.last_mut().filter(|_| !piece.is_empty()) {
                push(row, span.role, link, piece);
            }
        }
    }
    rows
}

/// How much further what goes on below an indented line is indented.
const HANGING: usize = 2;

fn break_row(row: Row, width: usize, rows: &mut Vec<Row>) {
    let blanks =
        row.first().map_or(0, |Span { text, .. }| text.len() - text.trim_start_matches(' ').len());
    // Not on a screen where hardly anything would fit beside it.
    let indent = if blanks == 0 || blanks * 4 > width { 0 } else { blanks + HANGING };
    let mut filling = Filling { width, indent, row: Row::new(), columns: 0, begins: true, rows };
    for word in words(row) {
        filling.add(word);
    }
    filling.end_row();
}

/// What is not broken where it can be helped, with the blanks after it; it may change its role within.
#[derive(Default)]
struct Word {
    pieces: Row,
    columns: usize,
    blanks: usize,
    /// The character as people see it that it ends with so far.
    last: Option<String>,
}

impl Word {
    /// Whether a row may end between this word and what comes next.
    fn ends_before(&self, next: &str) -> bool {
        if next == " " {
            return false;
        }
        self.blanks > 0 || self.last.as_deref().is_some_and(|last| breaks_between(last, next))
    }

    fn push(&mut self, like: &Span, text: &str) {
        if text == " " {
            self.blanks += 1;
        } else {
            self.columns += text.width();
            self.last = Some(text.to_owned());
        }
        push(&mut self.pieces, like.role, like.link.as_ref(), text);
    }
}

/// What must not begin a row in Chinese and Japanese, and what must not end one.
const CLOSING: &str = "、。，．：；？！）」』】》〉〕｝］ー…・ゝ々っゃゅょッャュョ’”";
const OPENING: &str = "（「『【《〈〔｛［‘“\"([{";

/// Text without blanks between its words breaks between any two characters, but for some marks.
fn breaks_between(last: &str, next: &str) -> bool {
    // A part in ASCII is a word, and no character of it is wide.
    let is_wide = |text: &str| !text.is_ascii() && text.width() > 1;
    let closes = |c: char| CLOSING.contains(c) || c.is_ascii_punctuation();
    (is_wide(last) || is_wide(next))
        && !next.chars().next().is_some_and(closes)
        && !last.ends_with(|c: char| OPENING.contains(c))
}

/// Takes a row apart into words, each with the blanks that follow it.
fn words(row: Row) -> Vec<Word> {
    let mut words = vec![Word::default()];
    for span in row {
        for part in parts(&span.text) {
            if words.last().is_some_and(|word| word.ends_before(part)) {
                words.push(Word::default());
            }
            if let Some(word) = words.last_mut() {
                word.push(&span, part);
            }
        }
    }
    words
}

/// Blanks, and what stands between them: as a whole if a row can only end at blanks, else character by character.
fn parts(text: &str) -> Vec<&str> {
    if !text.is_ascii() {
        return text.graphemes(true).collect();
    }
    let ends = |(at, c): (usize, char)| (c == ' ').then_some([at, at + 1]);
    let cuts = text.char_indices().filter_map(ends).flatten();
    let mut begin = 0;
    let mut parts: Vec<&str> = Vec::new();
    for cut in cuts.chain([text.len()]) {
        parts.extend(Some(&text[begin..cut]).filter(|part| !part.is_empty()));
        begin = cut;
    }
    parts
}

/// Neighbours of one kind are one piece: each piece costs the wire a colour and a reset.
fn push(row: &mut Row, role: Role, link: Option<&Arc<Link>>, text: &str) {
    match row.last_mut() {
        Some(last) if last.goes_on_as(role, link) => last.text.push_str(text),
        _ => row.push(Span { role, text: text.to_owned(), link: link.cloned() }),
    }
}

struct Filling<'a> {
    width: usize,
    indent: usize,
    row: Row,
    columns: usize,
    /// Whether the row holds nothing yet that has to be kept together with what comes.
    begins: bool,
    rows: &'a mut Vec<Row>,
}

impl Filling<'_> {
    fn add(&mut self, word: Word) {
        if !self.begins && self.columns + word.columns > self.width {
            self.end_row();
        }
        if self.columns + word.columns > self.width {
            word.pieces.iter().for_each(|span| self.add_in_parts(span));
            return;
        }
        self.begins &= word.columns == 0;
        self.columns += word.columns + word.blanks;
        for span in word.pieces {
            push(&mut self.row, span.role, span.link.as_ref(), &span.text);
        }
    }

    /// A word that fits on no row is broken between characters as people see them.
    fn add_in_parts(&mut self, span: &Span) {
        for grapheme in span.text.graphemes(true) {
            if self.columns + grapheme.width() > self.width {
                self.end_row();
            }
            self.columns += grapheme.width();
            self.begins = false;
            push(&mut self.row, span.role, span.link.as_ref(), grapheme);
        }
    }

    fn end_row(&mut self) {
        while let Some(Span { text, .. }) = self.row.last_mut() {
            text.truncate(text.trim_end_matches(' ').len());
            if !text.is_empty() {
                break;
            }
            self.row.pop();
        }
        self.rows.push(std::mem::take(&mut self.row));
        (self.columns, self.begins) = (self.indent, true);
        if self.indent > 0 {
            push(&mut self.row, Role::Plain, None, &" ".repeat(self.indent));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vocab::{Form, Prose};

    const ALL: Shows = Shows { art: true, links: true };

    fn spans(prose: &Prose) -> Vec<Span> {
        prose.spans(Form::default())
    }

    fn wrapped(text: &str, width: u16) -> Vec<String> {
        let joined = |row: Row| row.into_iter().map(|span| span.text).collect();
        rows(spans(&Prose::text(text)), width, ALL).rows.into_iter().map(joined).collect()
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
        assert_eq!(rows(spans(&prose), 12, ALL).rows.len(), 2);
        let art = Prose::new().span(Role::Art, "[ ]--[*]--[ ]--[ ]").line().plain("x");
        assert_eq!(rows(spans(&art), 8, ALL).rows.len(), 2);
        assert_eq!(rows(spans(&art), 8, Shows { art: false, ..ALL }).rows.len(), 2);
    }

    #[test]
    fn a_quotation_mark_stays_with_what_is_quoted() {
        for (said, row) in [("interrupting", "\"interrupting\""), ("漢字漢字漢字", "\"漢字漢字漢")]
        {
            let prose = Prose::text("then ").name("Ada").plain(" says, \"");
            let prose = prose.span(Role::Good, said).plain("\"");
            let rows = rows(spans(&prose), 16, ALL).rows;
            let texts: Vec<String> = rows
                .iter()
                .map(|row| row.iter().map(|span| span.text.as_str()).collect())
                .collect();
            assert_eq!(texts[0], "then Ada says,", "{texts:?}");
            assert!(texts[1].starts_with(row), "{texts:?}");
        }
    }

    #[test]
    fn a_row_of_one_role_is_one_piece() {
        let prose = Prose::new().span(Role::Warning, "the quick brown fox");
        let pieces: Vec<usize> =
            rows(spans(&prose), 10, ALL).rows.iter().map(std::vec::Vec::len).collect();
        assert_eq!(pieces, [1, 1]);
    }

    #[test]
    fn blanks_at_the_end_of_a_row_go_whatever_their_roles() {
        let prose = Prose::text("12345678  ").name("   ").plain("next");
        let rows = rows(spans(&prose), 9, ALL).rows;
        let texts = rows.iter().map(|row| row.iter().map(|span| span.text.as_str()).collect());
        assert_eq!(texts.collect::<Vec<Vec<_>>>(), [["12345678"], ["next"]]);
    }

    #[test]
    fn what_can_be_pressed_can_be_so_on_each_of_its_rows() {
        let prose = Prose::text("see ").link(Role::Item, "A brass lantern", Link::send("north"));
        let wide = rows(spans(&prose.plain(".")), 9, ALL);
        let pressed = |row: &Row| row.iter().filter(|span| span.link.is_some()).count();
        assert_eq!(wide.rows.iter().map(pressed).collect::<Vec<_>>(), [1, 1, 1]);
    }

    #[test]
    fn what_is_not_shown_as_pressed_is_no_piece_of_its_own() {
        let prose = Prose::new().with_addresses(Role::Name, "At https://a.example there.");
        let shown = |links| rows(spans(&prose), 0, Shows { links, ..ALL });
        assert_eq!(shown(true).rows[0].len(), 3);
        assert_eq!(shown(false).rows[0].len(), 1);
        assert!(shown(false).has_links, "which is known all the same");
    }

    #[test]
    fn text_without_blanks_breaks_between_its_characters() {
        assert_eq!(wrapped("say 漢字漢字 to", 8), ["say 漢字", "漢字 to"]);
        assert_eq!(wrapped("漢字。漢字", 4), ["漢", "字。", "漢字"]);
        assert_eq!(wrapped("漢「字」漢", 6), ["漢", "「字」", "漢"]);
    }

    #[test]
    fn what_people_see_as_one_character_is_not_taken_apart() {
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(wrapped(&family.repeat(3), 5), [family.repeat(2), family.to_owned()]);
        let marked = "n\u{308}\u{301}";
        assert_eq!(wrapped(&marked.repeat(5), 4), [marked.repeat(4), marked.to_owned()]);
        assert_eq!(wrapped("🇫🇷🇩🇪", 2), ["🇫🇷", "🇩🇪"]);
    }

    #[test]
    fn what_goes_on_below_an_item_is_indented_further() {
        let rows = wrapped("Who:\n  Ada, who is kind\n  Bob", 12);
        assert_eq!(rows, ["Who:", "  Ada, who", "    is kind", "  Bob"]);
        assert_eq!(wrapped("  abcdefghijk", 10), ["  abcdefgh", "    ijk"]);
    }

    proptest! {
        /// No row is wider than the screen, and no letter is lost.
        #[test]
        fn rows_fit_and_keep_every_letter(
            text in "([a-z \n漢é「」。👩🙂]|e\u{301}|👍🏽|👩\u{200d}👧| {2,5}|\n {1,9}){0,120}",
            width in 8u16..132,
        ) {
            let rows = wrapped(&text, width);
            for row in &rows {
                prop_assert!(row.trim_end().width() <= usize::from(width), "{row:?}");
            }
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&rows.concat()), letters(&text));
        }
    }
}
