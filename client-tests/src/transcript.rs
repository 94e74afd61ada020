//! What one player typed and read, in order: what expectations are checked against and what a failure prints.

use std::fmt;

/// How many entries a failure prints at most; the newest.
const SHOWN_MAX: usize = 120;

/// One line, either way.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Typed(String),
    Read(String),
    Note(String),
}

/// A place in a transcript; the default one is its beginning.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(usize);

/// One player's typed and read lines.
#[derive(Debug, Clone)]
pub struct Transcript {
    who: String,
    entries: Vec<Entry>,
    /// Everything before it was expected already or passed over.
    cursor: usize,
}

impl Transcript {
    /// An empty transcript of somebody.
    #[must_use]
    pub fn of(who: &str) -> Self {
        Self { who: who.to_owned(), entries: Vec::new(), cursor: 0 }
    }

    /// Whose it is.
    #[must_use]
    pub fn who(&self) -> &str {
        &self.who
    }

    /// Adds a line that was typed.
    pub fn typed(&mut self, line: &str) {
        self.entries.push(Entry::Typed(line.to_owned()));
    }

    /// Adds a line that was read.
    pub fn read(&mut self, line: String) {
        self.entries.push(Entry::Read(line));
    }

    /// Adds what was neither typed nor read, such as the end of the connection.
    pub fn note(&mut self, text: &str) {
        self.entries.push(Entry::Note(text.to_owned()));
    }

    /// The end, as it is now.
    #[must_use]
    pub fn end(&self) -> Place {
        Place(self.entries.len())
    }

    /// Passes over all that was read so far.
    pub fn skip_to_end(&mut self) {
        self.cursor = self.entries.len();
    }

    /// Finds the next line that contains a text, from where the last search ended, and passes over it.
    pub fn find_next(&mut self, text: &str) -> Option<String> {
        let ahead = self.entries.iter().enumerate().skip(self.cursor);
        let (at, line) = ahead.filter_map(read_line).find(|(_, line)| line.contains(text))?;
        let line = line.to_owned();
        self.cursor = at + 1;
        Some(line)
    }

    /// The lines read from a place on.
    pub fn read_since(&self, place: Place) -> impl Iterator<Item = &str> {
        self.entries.iter().enumerate().skip(place.0).filter_map(read_line).map(|(_, line)| line)
    }

    /// The end of the last line typed, or the cursor if that is later: since when a line must not have been read.
    #[must_use]
    pub fn last_act(&self) -> Place {
        let typed = self.entries.iter().rposition(|entry| matches!(entry, Entry::Typed(_)));
        Place(typed.map_or(0, |at| at + 1).max(self.cursor))
    }
}

fn read_line((at, entry): (usize, &Entry)) -> Option<(usize, &str)> {
    match entry {
        Entry::Read(line) => Some((at, line)),
        Entry::Typed(_) | Entry::Note(_) => None,
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = self.entries.len().saturating_sub(SHOWN_MAX);
        writeln!(f, "--- transcript of {}, {hidden} earlier lines not shown", self.who)?;
        for (at, entry) in self.entries.iter().enumerate().skip(hidden) {
            let cursor = if at == self.cursor { "*" } else { " " };
            match entry {
                Entry::Typed(line) => writeln!(f, "{cursor}{}> {line}", self.who)?,
                Entry::Read(line) => writeln!(f, "{cursor}{}< {line}", self.who)?,
                Entry::Note(text) => writeln!(f, "{cursor}({text})")?,
            }
        }
        write!(f, "---")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Transcript {
        let mut transcript = Transcript::of("ada");
        lines.iter().for_each(|line| transcript.read((*line).to_owned()));
        transcript
    }

    #[test]
    fn a_line_is_found_once_and_in_order() {
        let mut transcript = read(&["one", "two", "three"]);
        assert_eq!(transcript.find_next("tw").as_deref(), Some("two"));
        assert_eq!(transcript.find_next("one"), None, "it lies before the cursor");
        assert_eq!(transcript.find_next("two"), None, "it was found already");
        assert_eq!(transcript.find_next("three").as_deref(), Some("three"));
    }

    #[test]
    fn typed_lines_are_not_read_lines() {
        let mut transcript = read(&["before"]);
        transcript.typed("say hello");
        assert_eq!(transcript.find_next("hello"), None);
        let since = transcript.last_act();
        transcript.read("after".to_owned());
        assert_eq!(transcript.read_since(since).collect::<Vec<_>>(), ["after"]);
    }
}
