//! A long text that is shown page by page: what of it is still to come. Everything else goes past it as it comes.

use std::collections::VecDeque;

use bytes::Bytes;

/// The most of a text that is kept back; a longer one is shown at once. Bytes.
const KEPT_BYTES_MAX: usize = 64 << 10;

/// What is still to come.
#[derive(Debug)]
pub(super) struct Pages {
    rest: VecDeque<Bytes>,
    rows: usize,
    /// Whether it belongs to what is being said just now.
    grows: bool,
}

impl Pages {
    /// The first page of a text of several, and what is still to come; none if it is to be shown at once. One row is left
    /// for the question.
    pub(super) fn begin(text: &Bytes, window_rows: u16) -> Option<(Bytes, Self)> {
        let rows = usize::from(window_rows).checked_sub(1).filter(|rows| *rows > 0)?;
        let at = end_of_row(text, rows)?;
        (at < text.len() && text.len() - at <= KEPT_BYTES_MAX).then(|| {
            let rest = VecDeque::from([text.slice(at..)]);
            (text.slice(..at), Self { rest, rows, grows: true })
        })
    }

    /// Takes what is said behind it at once, if there is room.
    pub(super) fn take(&mut self, text: &Bytes) -> bool {
        let kept: usize = self.rest.iter().map(Bytes::len).sum();
        let takes = self.grows && kept + text.len() <= KEPT_BYTES_MAX;
        if takes {
            self.rest.push_back(text.clone());
        }
        takes
    }

    /// What is said from here on is something else.
    pub(super) fn close(&mut self) {
        self.grows = false;
    }

    /// The next page, and whether it is the last.
    pub(super) fn turn(&mut self) -> (Vec<Bytes>, bool) {
        let (mut page, mut rows) = (Vec::new(), self.rows);
        while let Some(mut text) = self.rest.pop_front() {
            let Some(at) = end_of_row(&text, rows) else {
                rows -= rows_of(&text);
                page.push(text);
                continue;
            };
            page.push(text.split_to(at));
            if !text.is_empty() {
                self.rest.push_front(text);
            }
            break;
        }
        (page, self.rest.is_empty())
    }
}

/// Where so many rows of a text end, if it has as many.
fn end_of_row(text: &Bytes, rows: usize) -> Option<usize> {
    let mut ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    ends.nth(rows.checked_sub(1)?).map(|(at, _)| at + 1)
}

fn rows_of(text: &Bytes) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rows: usize) -> Bytes {
        (0..rows).map(|row| format!("{row}\r\n")).collect::<String>().into()
    }

    #[test]
    fn a_text_comes_in_pages_that_leave_a_row() {
        assert!(Pages::begin(&text(4), 5).is_none());
        let (first, mut pages) = Pages::begin(&text(9), 5).unwrap();
        assert_eq!(first, "0\r\n1\r\n2\r\n3\r\n");
        assert!(pages.take(&text(2)));
        pages.close();
        assert!(!pages.take(&text(1)), "it has been asked about");
        assert_eq!(pages.turn(), (vec!["4\r\n5\r\n6\r\n7\r\n".into()], false));
        assert_eq!(pages.turn(), (vec!["8\r\n".into(), text(2)], true));
    }

    #[test]
    fn what_is_kept_back_is_bounded() {
        let line = Bytes::from(format!("{}\r\n", "x".repeat(998)));
        let long = Bytes::from(line.repeat(70));
        assert!(Pages::begin(&long, 4).is_none(), "it is shown at once");
        let (_, mut pages) = Pages::begin(&long.slice(..50_000), 4).unwrap();
        assert!(pages.take(&long.slice(..15_000)));
        assert!(!pages.take(&long.slice(..5_000)));
    }
}
