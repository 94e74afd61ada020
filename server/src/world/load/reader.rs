//! Reads typed values out of a YAML tree and notes everything that is not as it should be, with its place.
//!
//! A value that cannot be read is noted and replaced by an empty one, so that reading goes on; a world with such a
//! note is never used. What rooms, NPCs and the rest consist of is not known here.

use smol_str::SmolStr;

use super::Limits;
use super::problem::{FileId, Place, Problems};
use super::suggest::{closest, did_you_mean};
use super::yaml::{Kind, Node};

/// How much of a text is quoted in a message.
const QUOTED_CHARS_MAX: usize = 60;

/// One file being read.
pub(super) struct Reader<'a> {
    pub(super) limits: &'a Limits,
    pub(super) source: &'a str,
    file: FileId,
    problems: &'a mut Problems,
    subject: String,
}

/// The pairs of a mapping whose keys were checked.
pub(super) struct Fields<'n> {
    pub(super) node: &'n Node,
    pub(super) pairs: Vec<(&'n str, &'n Node, &'n Node)>,
}

impl<'n> Fields<'n> {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        self.pairs.iter().find(|(name, ..)| *name == key).map(|(.., value)| *value)
    }
}

impl<'a> Reader<'a> {
    /// Starts on a file.
    pub(super) fn new(
        limits: &'a Limits,
        problems: &'a mut Problems,
        file: FileId,
        source: &'a str,
    ) -> Self {
        Self { limits, source, file, problems, subject: String::new() }
    }

    /// Reads something whose problems begin with its name, as in `room pier: `.
    pub(super) fn within<T>(&mut self, subject: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.subject.len();
        self.subject.push_str(subject);
        self.subject.push_str(": ");
        let value = read(self);
        self.subject.truncate(length);
        value
    }

    /// How many errors were noted so far, in all files.
    pub(super) fn errors(&self) -> usize {
        self.problems.errors()
    }

    /// Where a node stands.
    pub(super) fn place(&self, node: &Node) -> Place {
        Place { file: self.file, line: node.line, column: node.column }
    }

    /// The path of another place's file and its line, for "first in ...".
    pub(super) fn told(&self, place: Place) -> String {
        if place.file == self.file {
            format!("line {}", place.line)
        } else {
            format!("{}:{}", self.problems.path(place.file), place.line)
        }
    }

    /// Notes an error.
    pub(super) fn error(&mut self, node: &Node, what: impl AsRef<str>) {
        self.error_at(self.place(node), what);
    }

    /// Notes an error at a place of its own.
    pub(super) fn error_at(&mut self, place: Place, what: impl AsRef<str>) {
        self.problems.error(place, format!("{}{}", self.subject, what.as_ref()));
    }

    /// Notes a warning.
    pub(super) fn warning(&mut self, node: &Node, what: impl AsRef<str>) {
        let place = self.place(node);
        self.problems.warning(place, format!("{}{}", self.subject, what.as_ref()));
    }

    /// The pairs of a mapping with these keys and no others.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, known: &[&str]) -> Option<Fields<'n>> {
        let fields = self.pairs(node)?;
        for (name, key, _) in &fields.pairs {
            if !known.contains(name) {
                let hint = closest(name, known.iter().copied());
                self.error(key, format!("unknown key {}{}", quoted(name), did_you_mean(hint)));
            }
        }
        Some(fields)
    }

    /// The pairs of a mapping, whatever its keys are called, as long as each is there once.
    pub(super) fn pairs<'n>(&mut self, node: &'n Node) -> Option<Fields<'n>> {
        let Kind::Mapping(all) = &node.kind else {
            self.expected("a mapping", node);
            return None;
        };
        let mut pairs: Vec<(&str, &Node, &Node)> = Vec::with_capacity(all.len());
        for (key, value) in all {
            let Some(name) = self.text(key) else { continue };
            match pairs.iter().find(|(other, ..)| *other == name) {
                Some((_, first, _)) => {
                    let line = first.line;
                    self.error(
                        key,
                        format!("duplicate key {}, first in line {line}", quoted(name)),
                    );
                }
                None => pairs.push((name, key, value)),
            }
        }
        Some(Fields { node, pairs })
    }

    /// The value of a key that must be there.
    pub(super) fn required<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<&'n Node> {
        let value = fields.get(key);
        if value.is_none() {
            self.error(fields.node, format!("key \"{key}\" is missing"));
        }
        value
    }

    /// The list under a key, or nothing if the key is not there.
    pub(super) fn list<'n>(&mut self, fields: &Fields<'n>, key: &str) -> &'n [Node] {
        fields.get(key).and_then(|node| self.items(node)).unwrap_or_default()
    }

    /// The items of a list.
    pub(super) fn items<'n>(&mut self, node: &'n Node) -> Option<&'n [Node]> {
        if let Kind::List(items) = &node.kind {
            return Some(items);
        }
        self.expected("a list", node);
        None
    }

    /// A text, whatever it says.
    pub(super) fn text<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        if let Kind::Text(text) = &node.kind {
            return Some(text);
        }
        self.expected("text", node);
        None
    }

    /// A `true` or `false` that is `false` when it is not there.
    pub(super) fn flag(&mut self, fields: &Fields<'_>, key: &str) -> bool {
        let Some(node) = fields.get(key) else { return false };
        if let Kind::Flag(flag) = node.kind {
            return flag;
        }
        self.expected("true or false", node);
        false
    }

    /// A whole number within these bounds.
    pub(super) fn number(&mut self, node: &Node, least: u32, most: u32) -> Option<u32> {
        let number = match &node.kind {
            Kind::Number(digits) => digits.parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.expected(&format!("a whole number from {least} to {most}"), node);
        }
        number
    }

    /// A number, not below 0 and at most so large.
    pub(super) fn decimal(&mut self, node: &Node, most: u32) -> Option<f64> {
        let number = match &node.kind {
            Kind::Number(digits) => digits.parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| (0.0..=f64::from(most)).contains(number));
        if number.is_none() {
            self.expected(&format!("a number from 0 to {most}"), node);
        }
        number
    }

    /// An id under a key that must be there.
    pub(super) fn id(&mut self, fields: &Fields<'_>, key: &str) -> Option<SmolStr> {
        let node = self.required(fields, key)?;
        let text = self.text(node)?;
        self.id_text(node, text)
    }

    fn id_text(&mut self, node: &Node, text: &str) -> Option<SmolStr> {
        if crate::vocab::is_id_part(text) {
            return Some(text.into());
        }
        self.error(node, not_an_id(text));
        None
    }

    fn expected(&mut self, wanted: &str, node: &Node) {
        let quote = match (&node.kind, wanted) {
            (Kind::Number(_) | Kind::Flag(_), "text") => " (put quotes around it)",
            _ => "",
        };
        self.error(node, format!("expected {wanted}, found {}{quote}", node.kind.name()));
    }
}

/// A text from a file for use in a message: in quotes, harmless to terminals, and not without end.
pub(super) fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    format!("{shown:?}")
}

/// The complaint about a text that should be an id.
pub(super) fn not_an_id(text: &str) -> String {
    format!("{} is not an id: 1 to 40 characters of a-z, 0-9, _ and -", quoted(text))
}
