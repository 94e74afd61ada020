//! GMCP (201): messages beside the text. Here is what clients say by it; what they are told comes from the broadcaster.
//!
//! What cannot be understood is passed over: no message, however broken, costs a client its connection.

use std::collections::BTreeMap;

use serde_json::Value;
use smol_str::SmolStr;

use super::answers::Answers;
use super::client::Client;
use super::codes::OPTION_MSP;
use super::options::{PayloadRule, Policy, Side, TelnetOption};
use super::q_method::Switch;
use super::ttype::printable;
use crate::gateway::gmcp::msdp::OPTION_MSDP;
use crate::gateway::gmcp::{self, OPTION_GMCP, Packages, Wish};
use crate::vocab::{ChannelName, Resume, ResumeToken, Secret};

/// The longest name of a message. Bytes.
const NAME_BYTES_MAX: usize = 64;
/// The longest data of a message. Bytes.
const DATA_BYTES_MAX: usize = 16 * 1024;
/// The most packages that one message may list; what follows is passed over.
const ENTRIES_MAX: usize = 128;
/// The longest data of a login. Bytes.
const LOGIN_BYTES_MAX: usize = 4 * 1024;
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
    instead: &[OPTION_MSDP, OPTION_MSP],
    ..TelnetOption::refused(OPTION_GMCP)
};

/// What is known of a client's wishes.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Supports {
    /// What it wants; none while the option is off.
    pub(super) wanted: Option<Packages>,
    /// Whether it ever said so itself.
    has_said: bool,
    /// What it takes without saying so, by what it is.
    implied: Packages,
}

impl Supports {
    /// What follows for what it is told, and for what it is told now.
    fn wish(self, named: Packages) -> Wish {
        let wanted = self.wanted.map(|wanted| wanted | self.implied);
        wanted.map_or(Wish::Nothing, |wanted| Wish::Gmcp { wanted, named: named.both(wanted) })
    }
}

/// A question, or an order, to the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Who hears which channel.
    Hearers,
    /// To be on a channel.
    Join(ChannelName),
    /// To log in by these.
    LogIn(Credentials),
    /// That its player counts as awake.
    Awake,
}

/// What a client sent to log in by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A name and a password.
    Password {
        /// The name, as it came.
        name: String,
        /// The password.
        password: Secret,
    },
    /// What was handed out to come back by.
    Token {
        /// The token; none when it cannot be one.
        token: Option<ResumeToken>,
        /// What the client saw last, if it says so.
        seen: Option<Resume>,
    },
}

fn switch(client: &mut Client, side: Side, switch: Switch, _: &mut Answers<'_>) {
    if side == Side::Us {
        let wanted = (switch == Switch::On).then_some(Packages::DEFAULT);
        client.supports = Supports { wanted, ..Supports::default() };
        client.wishes.beside = Some(client.supports.wish(Packages::NONE));
    }
}

/// What a message does with its data.
type Deed = fn(&mut Client, &str, &mut Answers<'_>);

/// The messages that do something, and what each does with its data.
const HEARD: [(&str, Deed); 13] = [
    ("Char.Items.Inv", |client, _, _| tell_again(client, Packages::INVENTORY)),
    ("Char.Items.Room", |client, _, _| tell_again(client, Packages::THINGS)),
    ("Char.Login.Credentials", |client, data, _| log_in(client, data)),
    ("Char.Login.Reconnect", |client, data, _| log_in(client, data)),
    ("Comm.Channel.Enable", |client, data, _| {
        let name: Option<String> = serde_json::from_str(data).ok();
        let channel = name.and_then(|name| gmcp::channel_called(&name));
        client.wishes.asked = channel.map(Asked::Join).map(Box::new);
    }),
    ("Comm.Channel.Players", |client, _, _| client.wishes.asked = Some(Box::new(Asked::Hearers))),
    ("Core.Hello", |client, data, _| hello(client, data)),
    ("Core.KeepAlive", |client, _, _| client.wishes.asked = Some(Box::new(Asked::Awake))),
    ("Core.Ping", |_, _, answers| {
        answers.subnegotiate(OPTION_GMCP, b"Core.Ping");
    }),
    ("Core.Supports.Add", |client, data, _| list(client, data, |wanted, listed| wanted | listed)),
    ("Core.Supports.Remove", |client, data, _| list(client, data, Packages::without)),
    ("Core.Supports.Set", |client, data, _| list(client, data, |_, listed| listed)),
    ("External.Discord.Get", |client, _, _| tell_again(client, Packages::DISCORD)),
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
    let supports = &mut client.supports;
    let before = supports.wanted.filter(|_| supports.has_said).unwrap_or_default();
    (supports.wanted, supports.has_said) = (Some(change(before, listed)), true);
    client.wishes.beside = Some(supports.wish(listed));
}

fn tell_again(client: &mut Client, packages: Packages) {
    client.wishes.beside = Some(client.supports.wish(packages));
}

/// The client says what it is.
fn hello(client: &mut Client, data: &str) {
    let Ok(Value::Object(fields)) = serde_json::from_str(data) else { return };
    let text = |key: &str| {
        let text = fields.get(key).and_then(Value::as_str).unwrap_or_default();
        printable(text.as_bytes())
    };
    let (name, version) = (text("client"), text("version"));
    let is_mudlet = name == "MUDLET";
    // TTYPE and NEW-ENVIRON tell the same more often, and in more detail.
    client.terminal.client_name.get_or_insert(name);
    if client.environment.version.is_empty() {
        client.environment.version = version;
    }
    if is_mudlet && client.supports.implied == Packages::NONE {
        client.supports.implied = Packages::MUDLET;
        client.wishes.beside = Some(client.supports.wish(Packages::MUDLET));
    }
}

fn log_in(client: &mut Client, data: &str) {
    client.wishes.asked = credentials(data).map(Asked::LogIn).map(Box::new);
}

/// A token, or else a name and a password; none when there are none, as when a client asks to be asked by text, which it is
/// anyway. Whose a token is need not be said.
fn credentials(data: &str) -> Option<Credentials> {
    let data = Some(data).filter(|data| data.len() <= LOGIN_BYTES_MAX)?;
    let Ok(Value::Object(mut fields)) = serde_json::from_str(data) else { return None };
    let seen = fields.remove("seen").and_then(read_seen);
    let mut take = |key: &str| match fields.remove(key) {
        Some(Value::String(text)) if (1..=CREDENTIAL_BYTES_MAX).contains(&text.len()) => Some(text),
        _ => None,
    };
    if let Some(token) = take("token") {
        return Some(Credentials::Token { token: ResumeToken::read(&token), seen });
    }
    let (name, password) = (take("account")?, take("password")?);
    Some(Credentials::Password { name, password: Secret::new(password) })
}

fn read_seen(seen: Value) -> Option<Resume> {
    let seen: BTreeMap<String, (SmolStr, u64)> = serde_json::from_value(seen).ok()?;
    let seen = seen.into_iter().map(|(name, line)| Some((gmcp::channel_called(&name)?, line)));
    seen.collect::<Option<_>>().map(Resume)
}

/// The names of the messages that do something.
#[cfg(test)]
pub(in crate::gateway) fn heard_names() -> impl Iterator<Item = &'static str> {
    HEARD.iter().map(|(name, _)| *name)
}
