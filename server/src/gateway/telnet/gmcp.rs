//! GMCP (201): messages beside the text. Here is what clients say by it; what they are told comes from the broadcaster.
//!
//! What cannot be understood is passed over: no message, however broken, costs a client its connection.

use serde_json::Value;

use super::answers::Answers;
use super::client::Client;
use super::options::{PayloadRule, Policy, Side, TelnetOption};
use super::q_method::Switch;
use crate::gateway::gmcp::{OPTION_GMCP, Packages};
use crate::vocab::Secret;

/// The longest name of a message. Bytes.
const NAME_BYTES_MAX: usize = 64;
/// The longest data of a message. Bytes.
const DATA_BYTES_MAX: usize = 16 * 1024;
/// The most packages that one message may list; what follows is passed over.
const ENTRIES_MAX: usize = 128;
/// The longest name and password. Bytes.
const CREDENTIAL_BYTES_MAX: usize = 256;

/// The row of the table. A client says in its own time what it wants, so the greeting does not wait.
pub(super) const GMCP: TelnetOption = TelnetOption {
    us: Policy::Offer,
    payload: PayloadRule { bytes_max: NAME_BYTES_MAX + 1 + DATA_BYTES_MAX, length: None },
    switched: switch,
    heard: hear,
    switches_max: 8,
    is_awaited: false,
    ..TelnetOption::refused(OPTION_GMCP)
};

/// What is known of a client's wishes.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Supports {
    /// What it wants; none while the option is off.
    pub(super) wanted: Option<Packages>,
    /// Whether it ever said so itself.
    has_said: bool,
}

/// A name and a password, as a client sent them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name, as it came.
    pub name: String,
    /// The password.
    pub password: Secret,
}

fn switch(client: &mut Client, side: Side, switch: Switch, _: &mut Answers<'_>) {
    if side == Side::Us {
        let wanted = (switch == Switch::On).then_some(Packages::DEFAULT);
        client.supports = Supports { wanted, has_said: false };
        client.wishes.packages = Some(Packages::NONE);
    }
}

/// What a message does with its data.
type Deed = fn(&mut Client, &str, &mut Answers<'_>);

/// The messages that do something, and what each does with its data.
const HEARD: [(&str, Deed); 5] = [
    ("Char.Login.Credentials", |client, data, _| {
        client.wishes.credentials = credentials(data).map(Box::new);
    }),
    ("Core.Ping", |_, _, answers| {
        answers.subnegotiate(OPTION_GMCP, b"Core.Ping");
    }),
    ("Core.Supports.Add", |client, data, _| list(client, data, |wanted, listed| wanted | listed)),
    ("Core.Supports.Remove", |client, data, _| list(client, data, Packages::without)),
    ("Core.Supports.Set", |client, data, _| list(client, data, |_, listed| listed)),
];

fn hear(client: &mut Client, payload: &[u8], answers: &mut Answers<'_>) {
    let Some((name, data)) = split(payload) else { return };
    if let Some((_, act)) = HEARD.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        act(client, data, answers);
    }
}

/// The name of a message and its data, if it is a message.
fn split(payload: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(payload).ok()?;
    let (name, data) = text.split_once(' ').unwrap_or((text, ""));
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
    (name.len() <= NAME_BYTES_MAX && name.bytes().all(is_name)).then_some((name, data))
}

/// Takes a list of packages. The first one begins with nothing: what we assumed until then is no longer wanted.
fn list(client: &mut Client, data: &str, change: fn(Packages, Packages) -> Packages) {
    let Ok(Value::Array(entries)) = serde_json::from_str(data) else { return };
    let names = entries.iter().take(ENTRIES_MAX).filter_map(Value::as_str);
    let listed = names.map(Packages::named).fold(Packages::NONE, |all, one| all | one);
    let Supports { wanted, has_said } = &mut client.supports;
    let before = wanted.filter(|_| *has_said).unwrap_or_default();
    let now = change(before, listed);
    (*wanted, *has_said) = (Some(now), true);
    *client.wishes.packages.get_or_insert_default() |= now.both(listed);
}

/// The name and the password; none when there are none, as when a client asks to be asked by text, which it is anyway.
fn credentials(data: &str) -> Option<Credentials> {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(data) else { return None };
    let mut take = |key: &str| match fields.remove(key) {
        Some(Value::String(text)) if (1..=CREDENTIAL_BYTES_MAX).contains(&text.len()) => Some(text),
        _ => None,
    };
    let (name, password) = (take("account")?, take("password")?);
    Some(Credentials { name, password: Secret::new(password) })
}

/// The names of the messages that do something.
#[cfg(test)]
pub(in crate::gateway) fn heard_names() -> impl Iterator<Item = &'static str> {
    HEARD.iter().map(|(name, _)| *name)
}
