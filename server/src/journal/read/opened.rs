//! A line as it reads: parsed, with its sealed texts opened where the keys are there.

use serde_json::{Map, Value, json};

use super::super::entry::place;
use super::super::line::harmless;
use super::super::seal::{Keyring, Sealed, Unread};

/// The fields that name whom a line is about: names as they were then, and ids.
const PERSONS: [&str; 17] = [
    "actor_id",
    "actor_account",
    "actor_name",
    "subject",
    "subject_name",
    "target",
    "speaker_id",
    "speaker_account",
    "speaker_name",
    "reporter",
    "reporter_name",
    "reported",
    "reported_name",
    "reader_id",
    "reader_account",
    "reader_name",
    "sender_id",
];

/// The same in the chat log.
const TALKERS: [&str; 4] = ["sender_name", "account_id", "target_id", "target_name"];

/// The fields that hold what somebody typed.
const TEXTS: [&str; 5] = ["content", "detail", "reason", "refused", "target"];

/// A line of a log, opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Record(Map<String, Value>);

impl Record {
    /// Reads a line and opens what is sealed in it; none for what is no JSON object. What cannot be opened becomes an object
    /// that says why: `{"unread": "erased"}`.
    #[must_use]
    pub fn read(line: &[u8], keys: Option<&Keyring>) -> Option<Self> {
        let mut fields: Map<String, Value> = serde_json::from_slice(line).ok()?;
        let seq = fields.get("seq").and_then(Value::as_u64).unwrap_or_default();
        for (field, value) in &mut fields {
            let Some(keys) = keys.filter(|_| value.is_object()) else { continue };
            let Ok(sealed) = serde_json::from_value::<Sealed>(value.clone()) else { continue };
            *value = match keys.open(&sealed, &place(seq, field)) {
                Ok(text) => Value::String(text),
                Err(why) => json!({ "unread": why.as_str() }),
            };
        }
        Some(Self(fields))
    }

    /// The text of a field; none when it is null, no text, or not there.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.0.get(field).and_then(Value::as_str)
    }

    /// A field as it reads in a table: empty when there is nothing, in brackets when it cannot be read.
    #[must_use]
    pub fn shown(&self, field: &str) -> String {
        match self.0.get(field) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Object(object)) => {
                let why = object.get("unread").and_then(Value::as_str).unwrap_or("sealed");
                format!("[{why}]")
            }
            Some(value) => value.to_string(),
        }
    }

    /// Whether one of these is named in it, by a name in whatever case or by an id.
    #[must_use]
    pub fn is_about(&self, names: &[String]) -> bool {
        let fields = PERSONS.iter().chain(&TALKERS).filter_map(|field| self.text(field));
        fields.chain(self.fared()).any(|text| names.contains(&text.to_lowercase()))
    }

    /// Whom a line of the system log is about, by their ids.
    fn fared(&self) -> impl Iterator<Item = &str> {
        let fields = self.0.get("fields");
        let field = move |name: &&str| fields.and_then(|fields| fields.get(name)?.as_str());
        ["account", "player"].iter().filter_map(field)
    }

    /// Whether what was typed in it holds a text that is given in lower case.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        let mut texts = TEXTS.iter().filter_map(|field| self.text(field));
        texts.any(|typed| typed.to_lowercase().contains(text))
    }

    /// Whether texts stand in it and none of them is sealed.
    #[must_use]
    pub fn is_unsealed(&self) -> bool {
        let mut texts = PERSONS.iter().filter(|field| field.ends_with("_name")).chain(&TEXTS);
        texts.any(|field| self.text(field).is_some()) && !self.0.values().any(Value::is_object)
    }

    /// The kind of line: as it says, or for talk whether it was `said` or `blocked`.
    #[must_use]
    pub fn kind(&self) -> &str {
        let said = if self.text("blocked_by").is_some() { "blocked" } else { "said" };
        self.text("kind").unwrap_or(said)
    }

    /// The line again, with nothing in it that acts on its reader.
    #[must_use]
    pub fn to_line(&self) -> String {
        harmless(self.to_json().to_string())
    }

    /// The line as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

impl Unread {
    fn as_str(self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::NoKey => "no key",
            Self::Damaged => "damaged",
        }
    }
}
