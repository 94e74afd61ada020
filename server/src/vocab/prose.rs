//! What somebody shall read, with the meaning of its parts, before any client's colours, columns and letters.
//!
//! [`Prose::spans`] lays it out for one form of screen. Text from players enters as data ([`Prose::plain`] and its kin) and is never interpreted. Only text that operators
//! ship with the world is read as markup ([`Prose::markup`]).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::block::{List, Meter, Table};
use super::layout::{self, Form};
use super::{Colour, Link, find_address};

/// What a piece of text is; each client's palette decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Ordinary text.
    Plain,
    /// Stressed text.
    Strong,
    /// Something that can be examined.
    Thing,
    /// Words that were said or written.
    Quote,
    /// A heading: a room's name, a topic.
    Title,
    /// A way out of a room, or a command to type.
    Exit,
    /// A player's name.
    Name,
    /// An NPC's name.
    Npc,
    /// An item.
    Item,
    /// How many or how much.
    Number,
    /// Less important text.
    Dim,
    /// Something went as wanted.
    Good,
    /// Something needs attention.
    Warning,
    /// A line of talk, in its channel's colour.
    Talk(Colour),
    /// In it, the name of somebody who speaks or is spoken to.
    Speaker(Colour),
    /// In it, the words that were said.
    Said(Colour),
    /// Columns that must keep their places: never wrapped. A whole line is fixed when its first span is.
    Fixed,
    /// Drawn only for eyes: a map. Left out for screen readers.
    Art,
}

/// A piece of text in one role. May hold `\n`, which ends a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// What the text is.
    pub role: Role,
    /// The text.
    pub text: String,
    /// What it does when it is pressed. Shared: a text in several rows has it in each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Arc<Link>>,
}

impl Span {
    /// Whether a text goes on in the same way as this one.
    #[must_use]
    pub fn goes_on_as(&self, role: Role, link: Option<&Arc<Link>>) -> bool {
        self.role == role && self.link.as_ref() == link
    }
}

/// A part of a prose: text in one role, or something whose shape depends on who reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Piece {
    /// Text.
    Span(Span),
    /// Several of a kind. Stands on lines of its own.
    List(List),
    /// Rows and columns. Stands on lines of its own.
    Table(Table),
    /// How far something has come. Stands within a line.
    Meter(Meter),
}

/// Pieces in reading order; `\n` separates lines, none is at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prose(Vec<Piece>);

impl Prose {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One plain text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new().plain(text)
    }

    /// The pieces in reading order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The text of one form of screen, in reading order.
    #[must_use]
    pub fn spans(&self, form: Form) -> Vec<Span> {
        layout::spans(self, form)
    }

    /// The same, of a prose that is not needed any more: most are nothing but text, which is passed on as it is.
    #[must_use]
    pub fn into_spans(self, form: Form) -> Vec<Span> {
        let is_text = |piece: &Piece| matches!(piece, Piece::Span(_));
        if form.compact || !self.0.iter().all(is_text) {
            return self.spans(form);
        }
        let span = |piece| match piece {
            Piece::Span(span) => Some(span),
            Piece::List(_) | Piece::Table(_) | Piece::Meter(_) => None,
        };
        self.0.into_iter().filter_map(span).collect()
    }

    /// Whether it is nothing but text in ASCII, which every client can show as it is.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.0.iter().all(|piece| matches!(piece, Piece::Span(span) if span.text.is_ascii()))
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|piece| matches!(piece, Piece::Span(span) if span.text.is_empty()))
    }

    /// Appends a text in a role.
    #[must_use]
    pub fn span(self, role: Role, text: impl Into<String>) -> Self {
        self.append(Span { role, text: text.into(), link: None })
    }

    /// Appends a text in a role that does something when it is pressed, where that can be.
    #[must_use]
    pub fn link(self, role: Role, text: impl Into<String>, link: Option<Link>) -> Self {
        self.append(Span { role, text: text.into(), link: link.map(Arc::new) })
    }

    /// Appends a text that staff wrote, in which addresses can be opened.
    #[must_use]
    pub fn with_addresses(mut self, role: Role, text: &str) -> Self {
        let mut rest = text;
        while let Some((begin, end, link)) = find_address(rest) {
            self = self.span(role, &rest[..begin]).link(role, &rest[begin..end], Some(link));
            rest = &rest[end..];
        }
        self.span(role, rest)
    }

    fn append(mut self, span: Span) -> Self {
        if span.text.is_empty() {
            return self;
        }
        match self.0.last_mut() {
            Some(Piece::Span(last)) if last.goes_on_as(span.role, span.link.as_ref()) => {
                last.text.push_str(&span.text);
            }
            _ => self.0.push(Piece::Span(span)),
        }
        self
    }

    /// Appends plain text.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.span(Role::Plain, text)
    }

    /// Appends a player's name.
    #[must_use]
    pub fn name(self, text: impl Into<String>) -> Self {
        self.span(Role::Name, text)
    }

    /// Appends a number.
    #[must_use]
    pub fn number(self, number: impl ToString) -> Self {
        self.span(Role::Number, number.to_string())
    }

    /// Appends a list, if there is anything in it.
    #[must_use]
    pub fn list(self, list: List) -> Self {
        if list.items.is_empty() { self } else { self.piece(Piece::List(list)) }
    }

    /// Appends a table.
    #[must_use]
    pub fn table(self, table: Table) -> Self {
        self.piece(Piece::Table(table))
    }

    /// Appends a meter.
    #[must_use]
    pub fn meter(self, meter: Meter) -> Self {
        self.piece(Piece::Meter(meter))
    }

    fn piece(mut self, piece: Piece) -> Self {
        match piece {
            Piece::Span(span) => self.append(span),
            other => {
                self.0.push(other);
                self
            }
        }
    }

    /// Ends the line.
    #[must_use]
    pub fn line(self) -> Self {
        self.span(Role::Plain, "\n")
    }

    /// Appends another prose.
    #[must_use]
    pub fn then(self, other: Self) -> Self {
        other.0.into_iter().fold(self, Self::piece)
    }

    /// The same with each of its texts spelled otherwise.
    #[must_use]
    pub fn respelled(&self, spell: &impl Fn(&str) -> String) -> Self {
        let piece = |piece: &Piece| match piece {
            Piece::Span(span) => Piece::Span(Span { text: spell(&span.text), ..span.clone() }),
            Piece::List(list) => Piece::List(list.respelled(spell)),
            Piece::Table(table) => Piece::Table(table.respelled(spell)),
            Piece::Meter(meter) => Piece::Meter(*meter),
        };
        Self(self.0.iter().map(piece).collect())
    }

    /// The text alone, for eyes and of any width.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.spans(Form::default()).into_iter().map(|span| span.text).collect()
    }

    /// Reads the markup of world files: `{b}strong{/}`, `{i}thing{/}`, `{q}quote{/}`, `{{` for a brace. A thing can be pressed to
    /// be examined, and an address to be opened.
    ///
    /// # Errors
    /// Names the tag that is unknown, left open or closed without having been opened.
    pub fn markup(source: &str) -> Result<Self, String> {
        let mut prose = Self::new();
        let mut role = Role::Plain;
        let mut rest = source;
        while let Some(at) = rest.find('{') {
            prose = prose.marked(role, &rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('{') {
                prose = prose.span(role, "{");
                rest = after;
                continue;
            }
            let (tag, after) = rest.split_once('}').ok_or("a `{` that no `}` closes")?;
            role = next_role(role, tag)?;
            rest = after;
        }
        if role != Role::Plain {
            return Err("a tag that no `{/}` ends".to_owned());
        }
        Ok(prose.marked(role, rest))
    }

    fn marked(self, role: Role, text: &str) -> Self {
        match role {
            Role::Thing => self.link(role, text, Link::send(&format!("examine {text}"))),
            role => self.with_addresses(role, text),
        }
    }
}

fn next_role(now: Role, tag: &str) -> Result<Role, String> {
    match (now, tag) {
        (Role::Plain, "b") => Ok(Role::Strong),
        (Role::Plain, "i") => Ok(Role::Thing),
        (Role::Plain, "q") => Ok(Role::Quote),
        (Role::Plain, "/") => Err("a `{/}` that ends nothing".to_owned()),
        (_, "/") => Ok(Role::Plain),
        (_, "b" | "i" | "q") => Err(format!("`{{{tag}}}` inside another tag")),
        _ => Err(format!("unknown markup `{{{tag}}}`; known are b, i, q and /")),
    }
}

impl From<&str> for Prose {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Prose {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_roles() {
        let prose = Prose::markup("A {i}rope{/} says {q}pull{/}, {{really}.").unwrap();
        assert_eq!(prose.to_text(), "A rope says pull, {really}.");
        assert_eq!(prose.spans(Form::default())[1].role, Role::Thing);
    }

    #[test]
    fn broken_markup_is_named() {
        for bad in ["{x}a{/}", "{b}a", "a{/}", "{b}{i}a{/}{/}", "{b"] {
            assert!(Prose::markup(bad).is_err(), "{bad} was accepted");
        }
    }
}
