//! Bytes from a telnet server, taken apart (RFC 854); any split of the bytes gives the same items.

use super::code::{DO, DONT, IAC, SB, SE, WILL, WONT};

/// One piece of what a server sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// Text bytes.
    Text(Vec<u8>),
    /// A command without an option, such as GA.
    Command(u8),
    /// WILL, WONT, DO or DONT, and the option.
    Negotiation(u8, u8),
    /// An option and what stood between SB and SE.
    Subnegotiation(u8, Vec<u8>),
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Text,
    Iac,
    Verb(u8),
    Option,
    Inside(u8),
    InsideIac(u8),
}

/// Takes bytes apart across reads.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    state: State,
    payload: Vec<u8>,
}

impl Decoder {
    /// The items that these bytes complete.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<Item> {
        let mut items = Vec::new();
        for &byte in bytes {
            if let Some(item) = self.step(byte) {
                add(&mut items, item);
            }
        }
        items
    }

    fn step(&mut self, byte: u8) -> Option<Item> {
        let (state, item) = match (std::mem::take(&mut self.state), byte) {
            (State::Text, IAC) => (State::Iac, None),
            (State::Text, _) | (State::Iac, IAC) => (State::Text, Some(Item::Text(vec![byte]))),
            (State::Iac, DO | DONT | WILL | WONT) => (State::Verb(byte), None),
            (State::Iac, SB) => (State::Option, None),
            (State::Iac, _) => (State::Text, Some(Item::Command(byte))),
            (State::Verb(verb), _) => (State::Text, Some(Item::Negotiation(verb, byte))),
            (State::Option, _) => (State::Inside(byte), None),
            (State::Inside(option), IAC) => (State::InsideIac(option), None),
            (State::InsideIac(option), SE) => {
                let payload = std::mem::take(&mut self.payload);
                (State::Text, Some(Item::Subnegotiation(option, payload)))
            }
            (State::Inside(option) | State::InsideIac(option), _) => {
                self.payload.push(byte);
                (State::Inside(option), None)
            }
        };
        self.state = state;
        item
    }
}

/// Adds an item; text joins the text before it.
fn add(items: &mut Vec<Item>, item: Item) {
    match (items.last_mut(), item) {
        (Some(Item::Text(before)), Item::Text(more)) => before.extend(more),
        (_, item) => items.push(item),
    }
}

#[cfg(test)]
mod tests {
    use super::super::code::{ECHO, GA, TTYPE};
    use super::*;

    const STREAM: &[u8] = &[
        b'h', b'i', IAC, IAC, IAC, WILL, ECHO, IAC, SB, TTYPE, 1, IAC, IAC, 2, IAC, SE, b'>', IAC,
        GA,
    ];

    fn expected() -> Vec<Item> {
        vec![
            Item::Text(vec![b'h', b'i', IAC]),
            Item::Negotiation(WILL, ECHO),
            Item::Subnegotiation(TTYPE, vec![1, IAC, 2]),
            Item::Text(vec![b'>']),
            Item::Command(GA),
        ]
    }

    #[test]
    fn any_split_gives_the_same_items() {
        for at in 0..=STREAM.len() {
            let (head, tail) = STREAM.split_at(at);
            let mut decoder = Decoder::default();
            let mut items = decoder.feed(head);
            decoder.feed(tail).into_iter().for_each(|item| add(&mut items, item));
            assert_eq!(items, expected(), "split at {at}");
        }
    }
}
