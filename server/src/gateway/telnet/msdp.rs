//! MSDP (69): variables, for clients that refused GMCP. Here is what clients ask for; what they are told comes from the
//! broadcaster. What cannot be understood is passed over.

use bytes::BytesMut;
use serde_json::Value;

use super::answers::Answers;
use super::client::Client;
use super::options::{PayloadRule, Policy, Side, TelnetOption};
use super::q_method::Switch;
use crate::gateway::gmcp::msdp::{OPTION_MSDP, VARIABLES, pairs, put_pair};
use crate::gateway::gmcp::{Variables, Wish};

/// The longest message. Bytes.
const PAYLOAD_BYTES_MAX: usize = 4 * 1024;
/// The most values that one message may name; what follows is passed over.
const VALUES_MAX: usize = 64;

/// The row of the table. It is offered to those who refuse GMCP, and to nobody else.
pub(super) const MSDP: TelnetOption = TelnetOption {
    us: Policy::Accept,
    payload: PayloadRule { bytes_max: PAYLOAD_BYTES_MAX, length: None },
    switched: switch,
    heard: hear,
    switches_max: 8,
    is_awaited: false,
    ..TelnetOption::refused(OPTION_MSDP)
};

/// What a client may say.
const COMMANDS: [&str; 5] = ["LIST", "REPORT", "RESET", "SEND", "UNREPORT"];
/// What it may want a list of.
const LISTS: [&str; 6] = [
    "COMMANDS",
    "CONFIGURABLE_VARIABLES",
    "LISTS",
    "REPORTABLE_VARIABLES",
    "REPORTED_VARIABLES",
    "SENDABLE_VARIABLES",
];

fn switch(client: &mut Client, side: Side, switch: Switch, _: &mut Answers<'_>) {
    if side == Side::Us {
        client.reported = Variables::NONE;
        if client.supports.wanted.is_none() {
            let (wanted, named) = (Variables::NONE, Variables::NONE);
            // From here on it is kept in mind how things stand: it may be asked for at any time.
            let kept = Wish::Msdp { wanted, named };
            client.wishes.beside = Some(if switch == Switch::On { kept } else { Wish::Nothing });
        }
    }
}

fn hear(client: &mut Client, payload: &[u8], answers: &mut Answers<'_>) {
    let before = client.reported;
    let mut named = Variables::NONE;
    for (command, value) in pairs(payload).take(VALUES_MAX) {
        let variable = Variables::named(value);
        match command {
            "LIST" => list(value, client.reported, answers),
            "REPORT" => {
                client.reported |= variable;
                named |= variable;
            }
            "SEND" => named |= variable,
            "UNREPORT" => client.reported = client.reported.without(variable),
            "RESET" => client.reported = Variables::NONE,
            _ => {}
        }
    }
    let is_asked = named != Variables::NONE || client.reported != before;
    if is_asked && client.supports.wanted.is_none() {
        client.wishes.beside = Some(Wish::Msdp { wanted: client.reported, named });
    }
}

fn list(name: &str, reported: Variables, answers: &mut Answers<'_>) {
    let variables = || VARIABLES.iter().map(|row| row.name);
    let names: Vec<&str> = match name {
        "COMMANDS" => COMMANDS.to_vec(),
        "LISTS" => LISTS.to_vec(),
        "REPORTABLE_VARIABLES" | "SENDABLE_VARIABLES" => variables().collect(),
        "REPORTED_VARIABLES" => reported.rows().map(|row| row.name).collect(),
        "CONFIGURABLE_VARIABLES" => Vec::new(),
        _ => return,
    };
    let mut out = BytesMut::new();
    put_pair(name, &Value::from(names), &mut out);
    answers.subnegotiate(OPTION_MSDP, &out);
}
