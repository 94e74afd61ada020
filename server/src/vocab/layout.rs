//! Prose laid out for one form of screen: lists, tables and meters become text. Breaks no lines and knows no colours.

use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use super::block::{Column, List, Meter, Table};
use super::{Link, Piece, Prose, Role, Span};

/// How many characters the bar of a meter has.
const BAR_CHARS: u64 = 20;
/// What stands before each item of a list and each row of a table.
const INDENT: &str = "  ";
/// What stands between two columns.
const GUTTER: &str = "  ";

/// What a screen is like, as far as the shape of a text depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Form {
    /// Columns; 0 is any number.
    pub columns: u16,
    /// Whether it is read aloud: no columns, no art, no indentation.
    pub aloud: bool,
    /// Whether it shall take few rows: no empty lines, lists in one line.
    pub compact: bool,
}

/// A prose as text with roles, in reading order.
pub(super) fn spans(prose: &Prose, form: Form) -> Vec<Span> {
    let mut layout = Layout { form, spans: Vec::with_capacity(prose.pieces().len()), broke: true };
    layout.prose(prose);
    layout.spans
}

struct Layout {
    form: Form,
    spans: Vec<Span>,
    /// Whether what comes next is at the beginning of a line, or what was last is a block that ends its own.
    broke: bool,
}

impl Layout {
    fn prose(&mut self, prose: &Prose) {
        let mut after_block = false;
        for piece in prose.pieces() {
            match piece {
                Piece::Span(span) => {
                    let goes_on = after_block && !span.text.starts_with('\n');
                    if goes_on {
                        self.push(Role::Plain, None, "\n");
                    }
                    self.push(span.role, span.link.as_ref(), &span.text);
                }
                Piece::List(list) => self.list(list),
                Piece::Table(table) => self.table(table),
                Piece::Meter(meter) => self.meter(*meter),
            }
            after_block = matches!(piece, Piece::List(_) | Piece::Table(_));
        }
    }

    fn push(&mut self, role: Role, link: Option<&Arc<Link>>, text: &str) {
        if !self.form.compact || !text.contains('\n') {
            return self.append_linked(role, link, text);
        }
        for part in text.split_inclusive('\n') {
            if part != "\n" || !self.broke {
                self.append_linked(role, link, part);
            }
        }
    }

    fn append(&mut self, role: Role, text: &str) {
        self.append_linked(role, None, text);
    }

    fn append_linked(&mut self, role: Role, link: Option<&Arc<Link>>, text: &str) {
        if text.is_empty() {
            return;
        }
        self.broke = text.ends_with('\n');
        match self.spans.last_mut() {
            Some(last) if last.goes_on_as(role, link) => last.text.push_str(text),
            _ => self.spans.push(Span { role, text: text.to_owned(), link: link.cloned() }),
        }
    }

    /// Begins a line, unless one has just begun.
    fn begin_line(&mut self) {
        if !self.broke {
            self.append(Role::Plain, "\n");
        }
    }

    fn list(&mut self, list: &List) {
        let indent = if list.sentences || self.form.aloud { "" } else { INDENT };
        let joint = match (self.form.compact, list.sentences) {
            (false, _) => None,
            (true, true) => Some(" "),
            (true, false) => Some("; "),
        };
        self.begin_line();
        for (at, item) in list.items.iter().enumerate() {
            match joint.filter(|_| at > 0) {
                Some(joint) => self.append(Role::Plain, joint),
                None => {
                    self.begin_line();
                    self.append(Role::Plain, indent);
                }
            }
            self.prose(item);
        }
    }

    fn table(&mut self, table: &Table) {
        let widths: Vec<usize> =
            table.columns.iter().enumerate().map(|(at, head)| width_of(table, at, head)).collect();
        let gutters = GUTTER.len() * widths.len().saturating_sub(1);
        let columns = INDENT.len() + widths.iter().sum::<usize>() + gutters;
        let fits = self.form.columns == 0 || columns <= usize::from(self.form.columns);
        if self.form.aloud || !fits {
            return table.rows.iter().for_each(|row| self.told_row(&table.columns, row));
        }
        let heads: Vec<Prose> =
            table.columns.iter().map(|head| Prose::new().span(Role::Dim, &head.name)).collect();
        let heads = Some(&heads).filter(|heads| !heads.iter().all(Prose::is_empty));
        for row in heads.into_iter().chain(&table.rows) {
            self.begin_line();
            self.append(Role::Fixed, INDENT);
            self.drawn_row(&table.columns, &widths, row);
        }
    }

    fn drawn_row(&mut self, heads: &[Column], widths: &[usize], cells: &[Prose]) {
        for (at, ((head, width), cell)) in heads.iter().zip(widths).zip(cells).enumerate() {
            let room = " ".repeat(width.saturating_sub(cell.to_text().width()));
            let is_last = at + 1 == heads.len();
            if head.numbers {
                self.append(Role::Plain, &room);
            }
            self.prose(cell);
            if !is_last {
                let room = if head.numbers { "" } else { room.as_str() };
                self.append(Role::Plain, &format!("{room}{GUTTER}"));
            }
        }
    }

    /// A row in words: `say: a minute 15, said 3, left 12.`
    fn told_row(&mut self, heads: &[Column], cells: &[Prose]) {
        self.begin_line();
        self.append(Role::Plain, if self.form.aloud { "" } else { INDENT });
        for (at, (head, cell)) in heads.iter().zip(cells).enumerate() {
            let before = match at {
                0 => "",
                1 => ": ",
                _ => ", ",
            };
            let gap = if at == 0 || head.name.is_empty() { "" } else { " " };
            let name = if at == 0 { "" } else { head.name.as_str() };
            self.append(Role::Plain, &format!("{before}{name}{gap}"));
            self.prose(cell);
        }
        let ends = self.spans.last().is_some_and(|span| span.text.ends_with(['.', '!', '?']));
        self.append(Role::Plain, if ends { "" } else { "." });
    }

    fn meter(&mut self, Meter { value, most }: Meter) {
        self.append(Role::Number, &value.to_string());
        self.append(Role::Plain, " of ");
        self.append(Role::Number, &most.to_string());
        if !self.form.aloud && most > 0 {
            let full = BAR_CHARS * value.min(most) / most;
            let bar = |char: &str, count: u64| char.repeat(usize::try_from(count).unwrap_or(0));
            let text = format!(" [{}{}]", bar("#", full), bar(".", BAR_CHARS - full));
            self.append(Role::Art, &text);
        }
    }
}

fn width_of(table: &Table, at: usize, head: &Column) -> usize {
    let cells = table.rows.iter().filter_map(|row| row.get(at));
    let widest = cells.map(|cell| cell.to_text().width()).max().unwrap_or_default();
    widest.max(head.name.width())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALOUD: Form = Form { columns: 0, aloud: true, compact: false };
    const COMPACT: Form = Form { columns: 0, aloud: false, compact: true };

    fn text(prose: &Prose, form: Form) -> String {
        prose.spans(form).into_iter().map(|span| span.text).collect()
    }

    fn limits() -> Prose {
        let table = Table::new().words("channel").numbers("a minute").words("next");
        let table = table.row(["say", "15", "now"]).row(["漢字", "6", "in 3 seconds"]);
        Prose::text("Limits").table(table).plain("In all 5.")
    }

    #[test]
    fn a_table_is_drawn_or_told() {
        let drawn = "Limits\n  channel  a minute  next\n  say            15  now\n  \
                     漢字            6  in 3 seconds\nIn all 5.";
        assert_eq!(limits().to_text(), drawn);
        let told =
            "Limits\nsay: a minute 15, next now.\n漢字: a minute 6, next in 3 seconds.\nIn all 5.";
        assert_eq!(text(&limits(), ALOUD), told);
        let narrow = text(&limits(), Form { columns: 20, ..Form::default() });
        assert_eq!(narrow, told.replace("\nsay", "\n  say").replace("\n漢", "\n  漢"));
    }

    #[test]
    fn the_rows_of_a_table_are_not_wrapped() {
        let spans = limits().spans(Form::default());
        let begins = spans.iter().filter(|span| span.role == Role::Fixed).count();
        assert_eq!(begins, 3);
    }

    #[test]
    fn a_list_is_below_or_beside() {
        let items = || [Prose::text("one"), Prose::new().name("two")];
        let prose = Prose::text("Items:").list(List::of(items())).plain("That is all.");
        assert_eq!(prose.to_text(), "Items:\n  one\n  two\nThat is all.");
        assert_eq!(text(&prose, ALOUD), "Items:\none\ntwo\nThat is all.");
        assert_eq!(text(&prose, COMPACT), "Items:\n  one; two\nThat is all.");
        let sentences = Prose::text("A.").list(List::of_sentences(items()));
        assert_eq!(text(&sentences, COMPACT), "A.\none two");
        assert_eq!(Prose::text("A").list(List::of([])).plain("b").to_text(), "Ab");
    }

    #[test]
    fn a_meter_is_a_number_first() {
        let prose = Prose::text("Seen: ").meter(Meter { value: 3, most: 12 }).plain(".");
        assert_eq!(prose.to_text(), "Seen: 3 of 12 [#####...............].");
        assert_eq!(text(&prose, ALOUD), "Seen: 3 of 12.");
        assert_eq!(Prose::new().meter(Meter { value: 9, most: 0 }).to_text(), "9 of 0");
    }

    #[test]
    fn compact_text_has_no_empty_lines() {
        let prose = Prose::text("a\n\n\nb").line().span(Role::Dim, "\nc").line().line();
        assert_eq!(text(&prose, COMPACT), "a\nb\nc\n");
        assert_eq!(prose.to_text(), "a\n\n\nb\n\nc\n\n");
    }
}
