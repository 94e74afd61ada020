//! How kinds of telnet clients answer a server's negotiation.

use super::code::{
    CHARSET, DO, DONT, ECHO, END_OF_RECORD, GMCP, IAC, NAWS, SB, SE, TTYPE, WILL, WONT,
};
use super::decode::Item;

/// What kind of client this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A bare connection, like netcat: never says a telnet command.
    Plain,
    /// Like Mudlet: tells its name, window and charset, wants prompts marked, speaks GMCP, refuses the rest.
    Mudlet,
}

/// What Mudlet answers to TTYPE SEND, in this order; then it starts over.
const MUDLET_TYPES: [&[u8]; 4] = [b"MUDLET", b"ANSI-TRUECOLOR", b"MTTS 2349", b"MTTS 2349"];
/// What Mudlet says by GMCP as soon as that is on, and then its own interface.
const MUDLET_SAYS: [&str; 3] = [
    r#"Core.Hello {"client":"Mudlet","version":"4.18.5"}"#,
    r#"Core.Supports.Set ["Char 1","Char.Skills 1","Char.Items 1","Room 1","IRE.Rift 1","IRE.Composer 1","External.Discord 1","Client.Media 1","Char.Login 1"]"#,
    r#"Core.Supports.Add ["Comm 1","Comm.Channel 1"]"#,
];
/// A window so wide that no line of a test wraps.
const WINDOW: [u8; 4] = [1, 44, 0, 50];
const TTYPE_SEND: u8 = 1;
const CHARSET_REQUEST: u8 = 1;
const CHARSET_ACCEPTED: u8 = 2;

/// A profile and how far its answers have got.
#[derive(Debug)]
pub(super) struct State {
    profile: Profile,
    types_sent: usize,
}

impl State {
    pub(super) fn new(profile: Profile) -> Self {
        Self { profile, types_sent: 0 }
    }

    /// What the client sends in answer.
    pub(super) fn answer(&mut self, item: &Item) -> Vec<u8> {
        match (self.profile, item) {
            (Profile::Mudlet, Item::Negotiation(verb, option)) => negotiate(*verb, *option),
            (Profile::Mudlet, Item::Subnegotiation(TTYPE, payload)) if payload == &[TTYPE_SEND] => {
                let name = MUDLET_TYPES[self.types_sent % MUDLET_TYPES.len()];
                self.types_sent += 1;
                subnegotiation(TTYPE, &[&[0], name].concat())
            }
            (Profile::Mudlet, Item::Subnegotiation(CHARSET, payload))
                if payload.first() == Some(&CHARSET_REQUEST) =>
            {
                subnegotiation(CHARSET, &[&[CHARSET_ACCEPTED], b"UTF-8".as_slice()].concat())
            }
            _ => Vec::new(),
        }
    }
}

fn negotiate(verb: u8, option: u8) -> Vec<u8> {
    match (verb, option) {
        (DO, NAWS) => [vec![IAC, WILL, NAWS], subnegotiation(NAWS, &WINDOW)].concat(),
        (DO, TTYPE) => vec![IAC, WILL, TTYPE],
        (DO, _) => vec![IAC, WONT, option],
        (WILL, GMCP) => {
            let says = MUDLET_SAYS.iter().map(|said| subnegotiation(GMCP, said.as_bytes()));
            [vec![IAC, DO, GMCP], says.collect::<Vec<_>>().concat()].concat()
        }
        (WILL, ECHO | END_OF_RECORD | CHARSET) => vec![IAC, DO, option],
        // Also to a WONT ECHO, the one change that a server makes in play.
        (WILL, _) | (WONT, ECHO) => vec![IAC, DONT, option],
        _ => Vec::new(),
    }
}

pub(super) fn subnegotiation(option: u8, payload: &[u8]) -> Vec<u8> {
    [&[IAC, SB, option], payload, &[IAC, SE]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mudlet_names_itself_then_its_terminal_then_its_bits() {
        let mut state = State::new(Profile::Mudlet);
        let asked = Item::Subnegotiation(TTYPE, vec![TTYPE_SEND]);
        let answers: Vec<_> = (0..3).map(|_| state.answer(&asked)).collect();
        assert_eq!(answers[0], subnegotiation(TTYPE, b"\0MUDLET"));
        assert_eq!(answers[2], subnegotiation(TTYPE, b"\0MTTS 2349"));
    }

    #[test]
    fn a_bare_connection_never_answers() {
        let mut state = State::new(Profile::Plain);
        assert!(state.answer(&Item::Negotiation(DO, TTYPE)).is_empty());
    }
}
