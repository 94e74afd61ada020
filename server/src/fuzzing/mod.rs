//! What must hold whatever is sent, as functions of any bytes: the targets of fuzzing, and a test that plays what fuzzing
//! kept. Only for those; no server has it.
//!
//! A function panics when what it holds does not hold. `docs/fuzzing.md` says how to run them.

use crate::gateway::fuzzing::{self as gateway, Settings};

#[cfg(test)]
mod corpora;
mod words;

/// Takes any bytes, and panics when what must hold does not.
pub type Target = fn(&[u8]);

/// Every target, by the name that its folder of inputs has.
pub const TARGETS: [(&str, Target); 10] = [
    ("filter", filter),
    ("gmcp", gmcp),
    ("lines", lines),
    ("markup", markup),
    ("msdp", msdp),
    ("negotiation", negotiation),
    ("proxy", proxy),
    ("telnet", telnet),
    ("websocket_json", websocket_json),
    ("websocket_tunnel", websocket_tunnel),
];

/// A telnet connection: the first byte sets it up, the others come from the client. The same is heard and answered however
/// they are split, in bounded memory, with answers not longer than what was sent, and lines are safe to show.
pub fn telnet(data: &[u8]) {
    if let Some((settings, bytes)) = Settings::take(data) {
        gateway::telnet(settings, bytes);
    }
}

/// Two telnet engines that were sent any bytes: they fall silent when left to each other.
pub fn negotiation(data: &[u8]) {
    if let Some((settings, bytes)) = Settings::take(data) {
        gateway::negotiation(settings, bytes);
    }
}

/// Lines: where they end, however they are split; and text in every encoding is read as it was encoded.
pub fn lines(data: &[u8]) {
    if let Some((settings, bytes)) = Settings::take(data) {
        gateway::lines(settings, bytes);
    }
}

/// GMCP messages of a client, with 255 between them; and as texts, in the messages that tell of them.
pub fn gmcp(data: &[u8]) {
    gateway::gmcp(data);
}

/// MSDP payloads of a client, with 255 between them; and as JSON, a value that is told.
pub fn msdp(data: &[u8]) {
    gateway::msdp(data);
}

/// A header of the PROXY protocol.
pub fn proxy(data: &[u8]) {
    gateway::proxy(data);
}

/// A text message of a WebSocket, in our own dialect and in that of mudstandards.
pub fn websocket_json(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        gateway::messages(text);
    }
}

/// Messages of a WebSocket with 255 between them, of the subprotocol that the first byte chooses; and as what the session
/// says, the messages that come out.
pub fn websocket_tunnel(data: &[u8]) {
    if let Some((settings, bytes)) = Settings::take(data) {
        gateway::tunnel(settings, bytes);
    }
}

/// Texts with 255 between them, on the screen that the first four bytes choose.
pub fn markup(data: &[u8]) {
    gateway::markup(data);
}

/// A line that the content filter judges, with the shipped lists.
pub fn filter(data: &[u8]) {
    words::judged(&String::from_utf8_lossy(data));
}
