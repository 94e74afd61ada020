//! What a client of our own dialect may ask. `docs/websocket.md` has an example of each.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use smol_str::SmolStr;

use crate::gateway::gmcp::Packages;
use crate::vocab::{
    Capability, ChannelName, LinkMarks, LoginRequest, MessageId, Question, Resume, ResumeToken,
    Secret, clean_line,
};

/// The longest name or password that is passed on. Characters.
const FIELD_CHARS_MAX: usize = 400;

/// The longest token of the REST API. Bytes.
pub(super) const TOKEN_BYTES_MAX: usize = 1_000;

/// The longest settings that are kept for a client, as JSON. Bytes.
const SETTINGS_BYTES_MAX: usize = 8 * 1024;

/// How many lines of history are sent at once: usually, and at most.
const HISTORY_USUAL: usize = 50;
const HISTORY_MAX: usize = 100;
/// The most packages that are read of a list.
const PACKAGES_MAX: usize = 64;

/// One thing that a client asks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    LogIn(LoginRequest),
    Command(String),
    Say { channel: ChannelName, target: Option<String>, content: String },
    Typing { channel: ChannelName, target: Option<String> },
    Ping(Value),
    Wants(Wants),
    Older(Question),
    Keep(String),
}

/// What a client wants to be told besides, and how.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wants {
    /// Packages of GMCP.
    pub(super) packages: Packages,
    /// What it shows.
    pub(super) capability: Capability,
    /// Whether it shows how much its player may still say.
    pub(super) allowance: bool,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
enum Frame {
    Login {
        name: String,
        password: String,
        #[serde(default)]
        create: bool,
        #[serde(default)]
        resume: Option<BTreeMap<ChannelName, (SmolStr, u64)>>,
    },
    Token {
        token: String,
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        resume: Option<BTreeMap<ChannelName, (SmolStr, u64)>>,
    },
    Resume {
        token: String,
        #[serde(default)]
        seen: Option<BTreeMap<ChannelName, (SmolStr, u64)>>,
    },
    Guest {
        name: String,
    },
    Name {
        name: String,
    },
    Command {
        text: String,
    },
    Say {
        channel: ChannelName,
        content: String,
        #[serde(default)]
        target: Option<String>,
    },
    Typing {
        channel: ChannelName,
        #[serde(default)]
        target: Option<String>,
    },
    Ping {
        #[serde(default)]
        n: Value,
    },
    Wants {
        #[serde(default)]
        packages: Vec<String>,
        #[serde(default)]
        spans: bool,
        #[serde(default)]
        aloud: bool,
        #[serde(default)]
        typing: bool,
        #[serde(default)]
        allowance: bool,
    },
    Keep {
        settings: serde_json::Map<String, Value>,
    },
    History {
        channel: ChannelName,
        #[serde(default)]
        before: Option<MessageId>,
        #[serde(default)]
        count: Option<usize>,
    },
}

/// Reads one message.
///
/// # Errors
/// A sentence for the client that says what was wrong.
pub(super) fn read(text: &str, line_bytes_max: usize) -> Result<Asked, String> {
    let frame: Frame =
        serde_json::from_str(text).map_err(|why| format!("That message makes no sense: {why}."))?;
    let asked = match frame {
        Frame::Login { name, password, create, resume } => {
            let (name, password) = (field(&name)?, Secret::new(bounded(password)?));
            Asked::LogIn(if create {
                LoginRequest::Create { name, password }
            } else {
                LoginRequest::Enter { name, password, resume: resume.map(Resume) }
            })
        }
        Frame::Token { token, name, resume } => {
            let name = name.as_deref().map(field).transpose()?;
            Asked::LogIn(shown(token, name, resume.map(Resume))?)
        }
        Frame::Resume { token, seen } => {
            let token = ResumeToken::read(&token).ok_or("That is no token.")?;
            Asked::LogIn(LoginRequest::Return { token, resume: seen.map(Resume) })
        }
        Frame::Guest { name } => Asked::LogIn(LoginRequest::Guest { name: field(&name)? }),
        Frame::Name { name } => Asked::LogIn(LoginRequest::Look { name: field(&name)? }),
        Frame::Command { text } => Asked::Command(line(&text, line_bytes_max)?),
        Frame::Say { channel, content, target } => {
            let target = target.as_deref().map(field).transpose()?;
            Asked::Say { channel, target, content: line(&content, line_bytes_max)? }
        }
        Frame::Typing { channel, target } => {
            let target = target.as_deref().map(field).transpose()?;
            Asked::Typing { channel, target }
        }
        Frame::Ping { n } => Asked::Ping(small(n)?),
        Frame::History { channel, before, count } => {
            let count = count.unwrap_or(HISTORY_USUAL).min(HISTORY_MAX);
            Asked::Older(Question::Older { channel, before, count })
        }
        Frame::Keep { settings } => Asked::Keep(kept(settings)?),
        Frame::Wants { packages, spans, aloud, typing, allowance } => {
            let mut wants = wants(&packages, spans, aloud);
            wants.capability.typing = typing;
            wants.allowance = allowance;
            Asked::Wants(wants)
        }
    };
    Ok(asked)
}

/// The wish of somebody who shows a token of the REST API, in a message or in the handshake.
///
/// # Errors
/// When it is longer than any.
pub(super) fn shown(
    token: String,
    name: Option<String>,
    resume: Option<Resume>,
) -> Result<LoginRequest, &'static str> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err("That is no token.");
    }
    Ok(LoginRequest::Show { token: Secret::new(token), name, resume })
}

fn kept(settings: serde_json::Map<String, Value>) -> Result<String, String> {
    let kept = Value::Object(settings).to_string();
    if kept.len() > SETTINGS_BYTES_MAX {
        return Err(format!("At most {SETTINGS_BYTES_MAX} bytes of settings are kept."));
    }
    Ok(kept)
}

fn wants(packages: &[String], spans: bool, aloud: bool) -> Wants {
    let named = packages.iter().take(PACKAGES_MAX).map(|name| Packages::named(name));
    let links = if spans { LinkMarks::OSC8 } else { LinkMarks::None };
    let usual = Capability::default();
    Wants {
        packages: named.fold(Packages::NONE, |all, one| all | one).both(Packages::IN_JSON),
        capability: Capability { spans, links, screen_reader: aloud, ..usual },
        allowance: false,
    }
}

fn bounded(text: String) -> Result<String, String> {
    if text.chars().count() > FIELD_CHARS_MAX {
        return Err(format!("A name or password has at most {FIELD_CHARS_MAX} characters."));
    }
    Ok(text)
}

fn field(text: &str) -> Result<String, String> {
    bounded(clean_line(text))
}

/// One line: what was more than one becomes one, with blanks between.
fn line(text: &str, bytes_max: usize) -> Result<String, String> {
    if text.len() > bytes_max {
        return Err(format!(
            "That line was longer than {bytes_max} bytes; nothing was done with it."
        ));
    }
    Ok(clean_line(&text.replace("\r\n", " ").replace(['\r', '\n'], " ")))
}

/// What comes back in a pong is a number or a short text, nothing larger.
fn small(n: Value) -> Result<Value, String> {
    match &n {
        Value::Null | Value::Number(_) | Value::Bool(_) => Ok(n),
        Value::String(text) if text.len() <= 64 => Ok(n),
        _ => Err("The n of a ping is a number or a short text.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_wrong_is_said() {
        for (text, why) in [
            ("{", "makes no sense"),
            (r#"{"type":"fly"}"#, "unknown variant `fly`"),
            (r#"{"type":"command"}"#, "missing field `text`"),
            (r#"{"type":"say","channel":"No Dots.","content":"x"}"#, "not a channel name"),
            (
                &format!(r#"{{"type":"keep","settings":{{"a":"{}"}}}}"#, "x".repeat(8192)),
                "At most 8192",
            ),
            (r#"{"type":"ping","n":{"a":1}}"#, "a number or a short text"),
            (&format!(r#"{{"type":"command","text":"{}"}}"#, "x".repeat(5000)), "longer than"),
        ] {
            let said = read(text, 4096).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }

    #[test]
    fn a_command_cannot_smuggle_a_second_line() {
        let asked = read(r#"{"type":"command","text":"look\r\nquit\u001b[2J"}"#, 4096).unwrap();
        assert_eq!(asked, Asked::Command("look quit[2J".to_owned()));
    }

    #[test]
    fn what_has_a_message_of_its_own_is_not_told_twice() {
        let text = r#"{"type":"wants","packages":["Comm","Char.Login","char.items 1","Fly"]}"#;
        let Ok(Asked::Wants(wants)) = read(text, 4096) else { panic!("{text} is read") };
        assert_eq!(wants.packages, Packages::named("Char.Items"));
        assert!(!wants.capability.spans && wants.capability.links == LinkMarks::None);
    }

    #[test]
    fn no_more_history_is_asked_for_than_is_sent_at_once() {
        for (count, expected) in [("", 50), (r#","count":7"#, 7), (r#","count":5000"#, 100)] {
            let text = format!(r#"{{"type":"history","channel":"say"{count}}}"#);
            let Ok(Asked::Older(Question::Older { count, .. })) = read(&text, 4096) else {
                panic!("{text} is read")
            };
            assert_eq!(count, expected);
        }
    }

    proptest! {
        /// Nothing that a client sends panics the reader.
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,200}") {
            drop(read(&text, 100));
        }
    }
}
