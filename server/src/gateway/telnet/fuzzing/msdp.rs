//! What must hold of MSDP: any payload is heard or passed over, and any value that is sent reads as it was.

use std::time::Instant;

use bytes::BytesMut;
use serde_json::Value;

use super::super::codes::{IAC, SB, SE, Verb};
use super::super::parser::{Parser, Token};
use super::super::{Heard, Offers, Telnet, TelnetLimits};
use super::is_safe;
use crate::gateway::fuzzing::parts;
use crate::gateway::gmcp::msdp::{OPTION_MSDP, VARIABLES, pairs, put_pair};
use crate::gateway::gmcp::{OPTION_GMCP, Wish};

/// Payloads with 255 between them: no more is answered than was sent, every answer is whole, and nothing but wishes is
/// heard. And what is JSON, as a value, reads as it was.
pub(crate) fn msdp(bytes: &[u8]) {
    let mut wire = vec![IAC, Verb::Dont.byte(), OPTION_GMCP, IAC, Verb::Do.byte(), OPTION_MSDP];
    for part in parts(bytes) {
        wire.extend_from_slice(&[IAC, SB, OPTION_MSDP]);
        wire.extend_from_slice(part);
        wire.extend_from_slice(&[IAC, SE]);
        are_sound(part);
    }
    let limits = TelnetLimits::default();
    let (mut telnet, _) = Telnet::new(limits, Offers::default());
    let mut out = BytesMut::new();
    telnet.receive(&wire, Instant::now(), &mut out, &mut |heard| is_a_wish(&heard, limits));
    assert!(out.len() as u64 <= wire.len() as u64 + limits.answer_bytes_ahead_max);
    answers(&out).iter().for_each(|answer| drop(read(answer)));
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        survives(&value);
    }
}

fn is_a_wish(heard: &Heard, limits: TelnetLimits) {
    is_safe(heard, limits);
    match heard {
        Heard::Beside(Wish::Msdp { .. } | Wish::Nothing) | Heard::Capability(_) => {}
        other => panic!("{other:?} by MSDP"),
    }
}

/// Names and values have nothing of the frame in them.
fn are_sound(payload: &[u8]) {
    for (name, value) in pairs(payload) {
        assert!(!value.is_empty());
        assert!(!name.bytes().chain(value.bytes()).any(|byte| matches!(byte, VAR | VAL)));
    }
}

/// The payloads of what was sent.
fn answers(mut sent: &[u8]) -> Vec<Vec<u8>> {
    let (mut parser, mut payloads) = (Parser::default(), Vec::new());
    while let Some(token) = parser.next(&mut sent) {
        match token {
            Token::Subnegotiation { option: OPTION_MSDP, payload } => payloads.push(payload),
            Token::Negotiation { option: OPTION_MSDP | OPTION_GMCP, .. } => {}
            other => panic!("{other:?} was sent"),
        }
    }
    payloads
}

fn survives(value: &Value) {
    let mut sent = BytesMut::new();
    put_pair(VARIABLES[0].name, value, &mut sent);
    assert!(!sent.contains(&IAC));
    let (name, node) = read(&sent);
    assert_eq!((name.as_str(), node), (VARIABLES[0].name, Node::of(value)));
}

const VAR: u8 = 1;
const VAL: u8 = 2;
const TABLE_OPEN: u8 = 3;
const TABLE_CLOSE: u8 = 4;
const ARRAY_OPEN: u8 = 5;
const ARRAY_CLOSE: u8 = 6;

/// A value as a client reads it.
#[derive(Debug, PartialEq, Eq)]
enum Node {
    Text(String),
    Array(Vec<Node>),
    Table(Vec<(String, Node)>),
}

impl Node {
    /// What is to be read of a value.
    fn of(value: &Value) -> Self {
        let text = |text: &str| text.chars().filter(|c| *c > '\u{6}').collect::<String>();
        match value {
            Value::Null => Self::Text(String::new()),
            Value::Bool(is) => Self::Text(u8::from(*is).to_string()),
            Value::Number(number) => Self::Text(number.to_string()),
            Value::String(string) => Self::Text(text(string)),
            Value::Array(values) => Self::Array(values.iter().map(Self::of).collect()),
            Value::Object(fields) => {
                Self::Table(fields.iter().map(|(name, one)| (text(name), Self::of(one))).collect())
            }
        }
    }
}

/// Reads one variable, which is all that a payload holds.
fn read(payload: &[u8]) -> (String, Node) {
    let mut rest = payload;
    let pair = pair(&mut rest);
    assert!(rest.is_empty(), "{} is left", rest.escape_ascii());
    pair
}

fn pair(rest: &mut &[u8]) -> (String, Node) {
    expect(VAR, rest);
    let name = text(rest);
    expect(VAL, rest);
    (name, node(rest))
}

fn node(rest: &mut &[u8]) -> Node {
    match rest.first() {
        Some(&TABLE_OPEN) => Node::Table(several(TABLE_OPEN, TABLE_CLOSE, rest, pair)),
        Some(&ARRAY_OPEN) => Node::Array(several(ARRAY_OPEN, ARRAY_CLOSE, rest, |rest| {
            expect(VAL, rest);
            node(rest)
        })),
        _ => Node::Text(text(rest)),
    }
}

fn several<T>(open: u8, close: u8, rest: &mut &[u8], one: fn(&mut &[u8]) -> T) -> Vec<T> {
    expect(open, rest);
    let mut all = Vec::new();
    while rest.first() != Some(&close) {
        all.push(one(rest));
    }
    expect(close, rest);
    all
}

fn text(rest: &mut &[u8]) -> String {
    let end = rest.iter().position(|byte| *byte <= ARRAY_CLOSE).unwrap_or(rest.len());
    let (text, after) = rest.split_at(end);
    *rest = after;
    String::from_utf8(text.to_vec()).expect("what is sent is UTF-8")
}

fn expect(byte: u8, rest: &mut &[u8]) {
    *rest = rest.strip_prefix(&[byte]).unwrap_or_else(|| {
        panic!("{byte} should stand before {}", rest.escape_ascii());
    });
}
