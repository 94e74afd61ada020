//! The parts of a prose whose shape depends on who reads it: lists, tables, meters. What they hold, not how they look.

use serde::{Deserialize, Serialize};

use super::Prose;

/// Several of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// What it holds.
    pub items: Vec<Prose>,
    /// Whether each is a whole sentence, and stands for itself.
    pub sentences: bool,
}

impl List {
    /// A list of things below a heading.
    #[must_use]
    pub fn of(items: impl IntoIterator<Item = Prose>) -> Self {
        Self { items: items.into_iter().collect(), sentences: false }
    }

    /// Sentences, each on a line where there is room for it.
    #[must_use]
    pub fn of_sentences(items: impl IntoIterator<Item = Prose>) -> Self {
        Self { items: items.into_iter().collect(), sentences: true }
    }

    /// The same with each of its texts spelled otherwise.
    #[must_use]
    pub fn respelled(&self, spell: &impl Fn(&str) -> String) -> Self {
        let items = self.items.iter().map(|item| item.respelled(spell));
        Self { items: items.collect(), sentences: self.sentences }
    }
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What stands above it.
    pub name: String,
    /// Whether it holds numbers, which stand below one another by their last digits.
    pub numbers: bool,
}

/// Rows and columns. The first cell of a row says what the row is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<Prose>>,
}

impl Table {
    /// A table without columns and rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more column of words.
    #[must_use]
    pub fn words(self, name: &str) -> Self {
        self.column(name, false)
    }

    /// With one more column of numbers.
    #[must_use]
    pub fn numbers(self, name: &str) -> Self {
        self.column(name, true)
    }

    fn column(mut self, name: &str, numbers: bool) -> Self {
        self.columns.push(Column { name: name.to_owned(), numbers });
        self
    }

    /// With one more row.
    #[must_use]
    pub fn row<P: Into<Prose>>(mut self, cells: impl IntoIterator<Item = P>) -> Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// The same with each of its texts spelled otherwise.
    #[must_use]
    pub fn respelled(&self, spell: &impl Fn(&str) -> String) -> Self {
        let column = |column: &Column| Column { name: spell(&column.name), ..column.clone() };
        let row = |row: &Vec<Prose>| row.iter().map(|cell| cell.respelled(spell)).collect();
        Self {
            columns: self.columns.iter().map(column).collect(),
            rows: self.rows.iter().map(row).collect(),
        }
    }
}

/// How far something has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// So far.
    pub value: u64,
    /// When it is full.
    pub most: u64,
}
