//! What must hold of WebSockets whatever their clients send: of our own messages, and of the subprotocols that end in a
//! telnet session.

use std::time::Instant;

use bytes::BytesMut;
use serde_json::Value;

use super::frame;
use super::frames::{self, Asked, TOKEN_BYTES_MAX};
use super::inward::Received;
use super::subprotocol::Subprotocol;
use super::tunnel::{Codec, Message, TEXT_BYTES_MAX};
use crate::gateway::fuzzing::{Settings, parts, split};
use crate::gateway::json;
use crate::gateway::telnet::fuzzing::is_safe;
use crate::gateway::telnet::{Heard, Offers, Telnet, TelnetLimits};
use crate::vocab::{LoginRequest, clean_line};

const LINE_BYTES_MAX: usize = 4096;

/// A message in JSON, of our own dialect and of mudstandards': it is read or refused.
pub(crate) fn messages(text: &str) {
    own(text);
    let mut tunnel = Tunnel::new(Subprotocol::Json);
    tunnel.settle();
    let taken = tunnel.codec.take_in(Received::Text(text.into()), &mut tunnel.to_near);
    assert!(taken.is_ok(), "a text closes the connection");
    tunnel.settle();
}

/// What is read of our own dialect is one clean line of each thing, and what is answered is JSON and not much longer than
/// what was sent.
fn own(text: &str) {
    let answer = match frames::read(text, LINE_BYTES_MAX) {
        Ok(Asked::Command(line)) => return is_a_line(&line, LINE_BYTES_MAX),
        Ok(Asked::Say { target, content, .. }) => {
            target.iter().for_each(|name| is_a_field(name));
            return is_a_line(&content, LINE_BYTES_MAX);
        }
        Ok(Asked::Typing { target, .. }) => {
            return target.iter().for_each(|name| is_a_field(name));
        }
        Ok(Asked::LogIn(request)) => return request_is_sound(&request),
        Ok(Asked::Wants(_) | Asked::Older(_)) => return,
        Ok(Asked::Keep(kept)) => return assert!(kept.len() <= 8 * 1024),
        Ok(Asked::Ping(n)) => json::pong(&n),
        Err(why) => json::error(&why),
    };
    let answer = frame::payload(&answer);
    let read: Value = serde_json::from_slice(answer).expect("what is answered is JSON");
    assert!(read.is_object());
    // A control character takes six bytes in JSON.
    assert!(answer.len() <= 6 * text.len() + 512, "{} bytes", answer.len());
}

fn request_is_sound(request: &LoginRequest) {
    match request {
        LoginRequest::Look { name } | LoginRequest::Guest { name } => is_a_field(name),
        LoginRequest::Enter { name, password, .. } | LoginRequest::Create { name, password } => {
            is_a_field(name);
            assert!(password.expose().chars().count() <= 400);
        }
        LoginRequest::Show { token, name, .. } => {
            name.iter().for_each(|name| is_a_field(name));
            assert!(token.expose().len() <= TOKEN_BYTES_MAX);
        }
        LoginRequest::Return { token, .. } => assert_eq!(token.expose().len(), 43),
    }
}

fn is_a_field(text: &str) {
    assert!(text.chars().count() <= 400);
    assert_eq!(text, clean_line(text));
}

fn is_a_line(line: &str, bytes_max: usize) {
    assert!(line.len() <= bytes_max);
    assert_eq!(line, clean_line(line));
}

/// A tunnel: messages with 255 between them, on the subprotocol that the seed chooses. A client that sends messages of text
/// cannot send a command of telnet, both ends fall silent, and what comes out is messages as the subprotocol has them.
pub(crate) fn tunnel(settings: Settings, bytes: &[u8]) {
    let spoken = Subprotocol::ALL[1 + usize::from(settings.seed) % 4];
    let mut tunnel = Tunnel::new(spoken);
    tunnel.settle();
    for (at, part) in parts(bytes).enumerate() {
        let received = match settings.is_tight || at % 2 == 0 && !spoken.carries_gmcp() {
            true => Received::Binary(part.to_vec().into()),
            false => Received::Text(String::from_utf8_lossy(part).as_ref().into()),
        };
        if tunnel.codec.take_in(received, &mut tunnel.to_near).is_err() {
            break;
        }
        tunnel.settle();
    }
    comes_out(spoken, bytes, settings.seed);
}

/// Both ends.
struct Tunnel {
    spoken: Subprotocol,
    codec: Codec,
    near: Telnet,
    to_near: BytesMut,
    to_far: BytesMut,
}

impl Tunnel {
    fn new(spoken: Subprotocol) -> Self {
        let offers = Offers { sounds: true, compressed_output: false, compressed_input: false };
        let (mut near, first) = Telnet::new(TelnetLimits::default(), offers);
        near.keep_utf8();
        let (to_near, to_far) = (BytesMut::new(), BytesMut::from(first));
        Self { spoken, codec: Codec::new(spoken), near, to_near, to_far }
    }

    /// Lets both talk until neither has anything to say.
    fn settle(&mut self) {
        let mut rounds = 0;
        while !(self.to_near.is_empty() && self.to_far.is_empty()) {
            let to_near = self.to_near.split();
            let (spoken, to_far) = (self.spoken, &mut self.to_far);
            self.near.receive(&to_near, Instant::now(), to_far, &mut |heard| {
                is_safe(&heard, TelnetLimits::default());
                may_be_heard(spoken, &heard);
            });
            let to_far = self.to_far.split();
            let messages = self.codec.put_out(&to_far, &mut self.to_near);
            messages.iter().for_each(|message| is_as_it_should(spoken, message));
            if spoken == Subprotocol::Telnet {
                // Its client is not here to answer.
                return;
            }
            rounds += 1;
            assert!(rounds < 50, "still talking: {:?} {:?}", self.to_near, self.to_far);
        }
    }
}

/// Whether a client of a subprotocol can say this.
fn may_be_heard(spoken: Subprotocol, heard: &Heard) {
    let may = match heard {
        _ if spoken == Subprotocol::Telnet => true,
        Heard::Line(_) | Heard::LineTooLong | Heard::WrongDoor(_) | Heard::Capability(_) => true,
        Heard::Beside(_) | Heard::Asked(_) => spoken.carries_gmcp(),
        Heard::Screen(_) => spoken == Subprotocol::Json,
        Heard::Hostile(why) => why.contains("thrown away"),
        Heard::Mark | Heard::WantsListing | Heard::Compression(_) => false,
    };
    assert!(may, "{heard:?} by {}", spoken.name());
}

/// Whether a message is one that the subprotocol has.
fn is_as_it_should(spoken: Subprotocol, message: &Message) {
    match message {
        Message::Binary(bytes) => assert!((1..=TEXT_BYTES_MAX).contains(&bytes.len())),
        Message::Text(text) if spoken == Subprotocol::Json => {
            let envelope: Value = serde_json::from_str(text).expect("an envelope is JSON");
            assert!(envelope["proto"] == "gmcp" && envelope["data"].is_string(), "{envelope}");
        }
        Message::Text(_) => assert_eq!(spoken, Subprotocol::Gmcp),
    }
}

/// What a session says comes out alike however it is split, and all of it where nothing is taken out of it.
fn comes_out(spoken: Subprotocol, said: &[u8], seed: u8) {
    let (bytes, texts) = said_out(spoken, std::iter::once(said));
    let (split_bytes, split_texts) = said_out(spoken, split(said, seed));
    assert_eq!(split_bytes.escape_ascii().to_string(), bytes.escape_ascii().to_string());
    assert_eq!(split_texts, texts);
    if spoken == Subprotocol::Telnet {
        assert_eq!(bytes, said);
    }
}

/// All bytes and all texts that come out of a tunnel, each in order.
fn said_out<'a>(
    spoken: Subprotocol,
    segments: impl Iterator<Item = &'a [u8]>,
) -> (Vec<u8>, Vec<String>) {
    let (mut codec, mut bytes, mut texts) = (Codec::new(spoken), Vec::new(), Vec::new());
    for segment in segments.filter(|segment| !segment.is_empty()).chain([&b""[..]]) {
        for message in codec.put_out(segment, &mut BytesMut::new()) {
            is_as_it_should(spoken, &message);
            match message {
                Message::Text(text) => texts.push(text),
                Message::Binary(part) => bytes.extend_from_slice(&part),
            }
        }
    }
    (bytes, texts)
}
