//! A text as a client of messages reads it: the text, and to clients that want it, what each of its pieces is and what
//! pressing it does. `docs/websocket.md` has the roles.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::vocab::{Colour, Link, Press, Role, Span};

/// A text that is shown.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    /// All of it.
    pub(super) text: String,
    /// Its pieces, if they are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spans: Option<Vec<Piece>>,
}

/// A piece of it. Ordinary text has no role, and most of it does nothing when it is pressed.
#[derive(Debug, Serialize)]
pub(super) struct Piece {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    colour: Option<Colour>,
    #[serde(flatten)]
    press: Option<Pressed>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Pressed {
    Send(String),
    Prompt(String),
    Open(String),
}

impl Shown {
    /// The text of these spans alone.
    pub(super) fn text(spans: Vec<Span>) -> Self {
        Self { text: spans.into_iter().map(|span| span.text).collect(), spans: None }
    }

    /// The text of these spans, and the spans; what they do when they are pressed, if that is wanted.
    pub(super) fn in_pieces(spans: Vec<Span>, links: bool) -> Self {
        let text = spans.iter().map(|span| span.text.as_str()).collect();
        let pieces = spans.into_iter().map(|span| Piece::of(span, links)).collect();
        Self { text, spans: Some(pieces) }
    }

    /// One text.
    #[cfg(test)]
    pub(super) fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), spans: None }
    }

    /// A message with the text in it.
    pub(super) fn put_into(self, mut message: Value) -> Value {
        let fields = serde_json::to_value(self).expect("a text is plain data");
        if let (Some(message), Value::Object(fields)) = (message.as_object_mut(), fields) {
            message.extend(fields);
        }
        message
    }
}

impl Piece {
    fn of(Span { role, text, link }: Span, links: bool) -> Self {
        let (role, colour) = named(role);
        let press = link.filter(|_| links).map(pressed);
        Self { text, role, colour, press }
    }
}

fn pressed(link: Arc<Link>) -> Pressed {
    let target = link.target().to_owned();
    match link.press() {
        Press::Send => Pressed::Send(target),
        Press::Prompt => Pressed::Prompt(target),
        Press::Open => Pressed::Open(target),
    }
}

/// What clients call a role, and the colour of its channel.
fn named(role: Role) -> (Option<&'static str>, Option<Colour>) {
    let name = match role {
        Role::Plain => return (None, None),
        Role::Talk(colour) => return (Some("talk"), Some(colour)),
        Role::Speaker(colour) => return (Some("speaker"), Some(colour)),
        Role::Said(colour) => return (Some("said"), Some(colour)),
        Role::Strong => "strong",
        Role::Thing => "thing",
        Role::Quote => "quote",
        Role::Title => "title",
        Role::Exit => "exit",
        Role::Name => "name",
        Role::Npc => "npc",
        Role::Item => "item",
        Role::Number => "number",
        Role::Dim => "dim",
        Role::Good => "good",
        Role::Warning => "warning",
        Role::Fixed => "fixed",
        Role::Art => "art",
    };
    (Some(name), None)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vocab::{Form, Prose};

    fn shown(links: bool) -> Value {
        let north = Link::send("north");
        let prose = Prose::text("Exits: ").link(Role::Exit, "north", north).plain(".");
        let prose = prose.span(Role::Said("#56c2c2".parse().unwrap()), "<b>");
        Shown::in_pieces(prose.spans(Form::default()), links).put_into(json!({ "type": "text" }))
    }

    #[test]
    fn each_piece_says_what_it_is_and_what_pressing_it_does() {
        let expected = json!({
            "type": "text",
            "text": "Exits: north.<b>",
            "spans": [
                { "text": "Exits: " },
                { "text": "north", "role": "exit", "send": "north" },
                { "text": "." },
                { "text": "<b>", "role": "said", "colour": "#56c2c2" },
            ],
        });
        assert_eq!(shown(true), expected);
    }

    #[test]
    fn who_wants_no_links_gets_none() {
        assert_eq!(shown(false)["spans"][1], json!({ "text": "north", "role": "exit" }));
    }
}
