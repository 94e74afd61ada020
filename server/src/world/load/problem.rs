//! What is wrong with world files, and where. Collects; never decides what counts as wrong.

use std::fmt;
use std::path::Path;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The world cannot be used.
    Error,
    /// The world can be used, but hardly as it was meant.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One thing that is wrong, as editors and people read it: `world-data/earth/harbour.yaml:41:12: error: ...`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The file, its path beginning with the folder that was loaded.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, file, line, column, what } = self;
        write!(f, "{file}:{line}:{column}: {severity}: {what}")
    }
}

/// A file of the world, by the order in which files were opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileId(usize);

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The file.
    pub(super) file: FileId,
    /// The line, from 1.
    pub(super) line: u32,
    /// The column, from 1.
    pub(super) column: u32,
}

impl Place {
    /// The beginning of a file.
    pub(super) fn top(file: FileId) -> Self {
        Self { file, line: 1, column: 1 }
    }
}

/// The problems found so far.
#[derive(Debug)]
pub(super) struct Problems {
    files: Vec<String>,
    found: Vec<(Place, Severity, String)>,
    kept_max: usize,
    errors: usize,
    untold: usize,
}

impl Problems {
    /// None yet; at most `kept_max` are told, the rest are counted.
    pub(super) fn new(kept_max: usize) -> Self {
        Self { files: Vec::new(), found: Vec::new(), kept_max, errors: 0, untold: 0 }
    }

    /// Names a file.
    pub(super) fn file(&mut self, path: &Path) -> FileId {
        self.files.push(path.display().to_string());
        FileId(self.files.len() - 1)
    }

    /// The path of a file.
    pub(super) fn path(&self, file: FileId) -> &str {
        &self.files[file.0]
    }

    /// Notes an error.
    pub(super) fn error(&mut self, place: Place, what: impl Into<String>) {
        self.note(place, Severity::Error, what.into());
    }

    /// Notes a warning.
    pub(super) fn warning(&mut self, place: Place, what: impl Into<String>) {
        self.note(place, Severity::Warning, what.into());
    }

    fn note(&mut self, place: Place, severity: Severity, what: String) {
        let is_error = severity == Severity::Error;
        let is_first_error = is_error && self.errors == 0;
        self.errors += usize::from(is_error);
        if self.found.len() < self.kept_max || is_first_error {
            self.found.push((place, severity, what));
        } else {
            self.untold += 1;
        }
    }

    /// How many errors were noted; with one, the world cannot be used.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// All that was noted, by file and place.
    pub(super) fn into_list(mut self) -> Vec<Problem> {
        self.found.sort();
        let last = self.found.last().map(|(place, ..)| *place);
        if let Some(place) = last.filter(|_| self.untold > 0) {
            let what = format!("and {} more problems, here and in other places", self.untold);
            self.found.push((place, Severity::Warning, what));
        }
        let files = self.files;
        let told = |(place, severity, what): (Place, Severity, String)| Problem {
            severity,
            file: files[place.file.0].clone(),
            line: place.line,
            column: place.column,
            what,
        };
        self.found.into_iter().map(told).collect()
    }
}
