//! The client's end of telnet, for clients that speak something else to us: answers what the server's end asks, so that it
//! behaves as to a modern client, and takes text, prompts and GMCP out of the stream.
//!
//! Only ever talks to the server's end in this process. Holds no socket: bytes in, bytes and pieces out.

use bytes::{BufMut, Bytes, BytesMut};

use super::codes::{GA, IAC, OPTION_ECHO, OPTION_NAWS, OPTION_TIMING_MARK, OPTION_TTYPE, Verb};
use super::encode::subnegotiation;
use super::parser::{Parser, Token};
use crate::gateway::gmcp::OPTION_GMCP;

/// What the client is called, what it shows, and that in numbers: colours of every depth, and UTF-8.
const NAMES: [&str; 3] = ["WEBSOCKET", "ANSI-TRUECOLOR", "MTTS 269"];
const IS: u8 = 0;

/// What came out of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::gateway) enum Piece {
    /// Text: whole lines, or what is left of one at the end.
    Text(Bytes),
    /// A line without an end, behind which one types.
    Prompt(Bytes),
    /// A GMCP message: its name, and perhaps a blank and JSON.
    Gmcp(Vec<u8>),
    /// The next line that is typed should not be shown.
    Hides,
}

/// The client's end of one connection.
#[derive(Debug)]
pub(in crate::gateway) struct FarEnd {
    parser: Parser,
    text: BytesMut,
    takes_gmcp: bool,
    names_told: usize,
    tells_size: bool,
}

impl FarEnd {
    /// The end of a client that takes GMCP, or does not.
    pub(in crate::gateway) fn new(takes_gmcp: bool) -> Self {
        let (parser, text) = (Parser::default(), BytesMut::new());
        Self { parser, text, takes_gmcp, names_told: 0, tells_size: false }
    }

    /// Takes what the server's end sent; what it asks is answered into `answers`.
    pub(in crate::gateway) fn hear(&mut self, bytes: &[u8], answers: &mut BytesMut) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = bytes;
        while let Some(token) = self.parser.next(&mut rest) {
            match token {
                Token::Text(text) => self.text.put_slice(text),
                Token::Command(GA) => {
                    self.take_lines(&mut pieces);
                    pieces.extend(self.take_text().map(Piece::Prompt));
                }
                Token::Command(_) | Token::Discarded(_) => {}
                Token::Negotiation { verb, option } => {
                    self.negotiate(verb, option, answers, &mut pieces);
                }
                Token::Subnegotiation { option: OPTION_TTYPE, .. } => self.tell_name(answers),
                Token::Subnegotiation { option: OPTION_GMCP, payload } if self.takes_gmcp => {
                    self.take_lines(&mut pieces);
                    pieces.push(Piece::Gmcp(payload));
                }
                Token::Subnegotiation { .. } => {}
            }
        }
        self.take_lines(&mut pieces);
        pieces
    }

    /// What is left of a line when nothing more comes.
    pub(in crate::gateway) fn take_text(&mut self) -> Option<Bytes> {
        (!self.text.is_empty()).then(|| self.text.split().freeze())
    }

    fn take_lines(&mut self, pieces: &mut Vec<Piece>) {
        if let Some(end) = self.text.iter().rposition(|byte| *byte == b'\n') {
            pieces.push(Piece::Text(self.text.split_to(end + 1).freeze()));
        }
    }

    /// EOR is refused: whoever takes it begins a new line after a prompt by itself, and a terminal does not.
    fn negotiate(&mut self, verb: Verb, option: u8, out: &mut BytesMut, pieces: &mut Vec<Piece>) {
        let answer = match (verb, option) {
            (Verb::Do, OPTION_TTYPE) => Verb::Will,
            // What has come here has not come to the client.
            (Verb::Do, OPTION_TIMING_MARK) => return,
            (Verb::Do, OPTION_NAWS) if self.tells_size => return,
            (Verb::Do, _) => Verb::Wont,
            (Verb::Will, OPTION_ECHO) => {
                self.take_lines(pieces);
                pieces.push(Piece::Hides);
                Verb::Do
            }
            (Verb::Will, OPTION_GMCP) if self.takes_gmcp => Verb::Do,
            (Verb::Will | Verb::Wont, _) => Verb::Dont,
            (Verb::Dont, _) => Verb::Wont,
        };
        out.put_slice(&[IAC, answer.byte(), option]);
    }

    fn tell_name(&mut self, out: &mut BytesMut) {
        let name = NAMES[self.names_told.min(NAMES.len() - 1)];
        self.names_told += 1;
        subnegotiation(OPTION_TTYPE, &[&[IS], name.as_bytes()].concat(), out);
    }

    /// The window has another size now. Columns and rows.
    pub(in crate::gateway) fn size(&mut self, columns: u16, rows: u16, out: &mut BytesMut) {
        if !std::mem::replace(&mut self.tells_size, true) {
            out.put_slice(&[IAC, Verb::Will.byte(), OPTION_NAWS]);
        }
        let payload = [columns.to_be_bytes(), rows.to_be_bytes()].concat();
        subnegotiation(OPTION_NAWS, &payload, out);
    }

    /// The client says something by GMCP; nothing if it takes none.
    pub(in crate::gateway) fn gmcp(&self, message: &[u8], out: &mut BytesMut) {
        if self.takes_gmcp {
            subnegotiation(OPTION_GMCP, message, out);
        }
    }

    /// The client types; what is more than one line becomes several. A message ends the line that it is on.
    pub(in crate::gateway) fn types(&self, message: &str, out: &mut BytesMut) {
        let message = message.strip_suffix('\n').unwrap_or(message);
        let message = message.strip_suffix('\r').unwrap_or(message);
        for line in message.split('\n') {
            // UTF-8 has no byte that telnet takes for a command.
            out.put_slice(line.strip_suffix('\r').unwrap_or(line).as_bytes());
            out.put_slice(b"\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::codes::{SB, SE};
    use super::*;
    use crate::gateway::telnet::{Heard, Offers, PromptMark, Telnet, TelnetLimits, encode};
    use crate::vocab::{Charset, ColourDepth};

    /// Both ends, talking until neither has anything to say.
    fn acquainted(takes_gmcp: bool) -> (Telnet, FarEnd) {
        let offers = Offers { compressed_output: false, ..Offers::default() };
        let (mut near, first) = Telnet::new(TelnetLimits::default(), offers);
        let mut far = FarEnd::new(takes_gmcp);
        let mut to_far = BytesMut::from(&first[..]);
        for _ in 0..10 {
            let mut to_near = BytesMut::new();
            far.hear(&to_far.split(), &mut to_near);
            near.receive(&to_near, Instant::now(), &mut to_far, &mut |_| {});
        }
        assert!(to_far.is_empty(), "they talk for ever");
        (near, far)
    }

    #[test]
    fn the_server_knows_all_it_wants_to() {
        let (near, _) = acquainted(false);
        assert!(near.is_settled());
        assert_eq!(near.prompt_mark(), PromptMark::Ga);
        let shown = near.capability();
        assert_eq!((shown.colour, shown.charset), (ColourDepth::True, Charset::Utf8));
    }

    #[test]
    fn text_and_prompts_come_apart() {
        let (_, mut far) = acquainted(false);
        let mut sent = BytesMut::new();
        encode::line("one\ntwo é", Charset::Utf8, &mut sent);
        encode::prompt("Name: ", Charset::Utf8, PromptMark::Ga, &mut sent);
        sent.put_slice(b"thr");
        let pieces = far.hear(&sent, &mut BytesMut::new());
        let lines = Piece::Text("one\r\ntwo é\r\n".into());
        assert_eq!(pieces, [lines, Piece::Prompt("Name: ".into())]);
        let pieces = far.hear(b"ee\r\n", &mut BytesMut::new());
        assert_eq!(pieces, [Piece::Text("three\r\n".into())]);
        assert_eq!(far.take_text(), None);
    }

    #[test]
    fn passwords_are_announced_each_time() {
        let (mut near, mut far) = acquainted(false);
        for _ in 0..2 {
            let (mut out, mut answers) = (BytesMut::new(), BytesMut::new());
            near.hide_input(&mut out);
            assert_eq!(far.hear(&out.split(), &mut answers), [Piece::Hides]);
            near.receive(&answers.split(), Instant::now(), &mut out, &mut |_| {});
            near.show_input(&mut out);
            assert_eq!(far.hear(&out.split(), &mut answers), []);
            near.receive(&answers, Instant::now(), &mut out, &mut |_| {});
            assert!(out.is_empty());
        }
    }

    fn heard(near: &mut Telnet, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        near.receive(bytes, Instant::now(), &mut BytesMut::new(), &mut |what| heard.push(what));
        heard
    }

    #[test]
    fn what_was_said_before_a_password_is_asked_comes_before_it() {
        let (_, mut far) = acquainted(false);
        let sent = [&b"Welcome back.\r\nPassword: "[..], &[IAC, Verb::Will.byte(), OPTION_ECHO]];
        let pieces = far.hear(&sent.concat(), &mut BytesMut::new());
        assert_eq!(pieces, [Piece::Text("Welcome back.\r\n".into()), Piece::Hides]);
    }

    #[test]
    fn what_takes_no_gmcp_is_given_none() {
        let message = [&[IAC, SB, OPTION_GMCP], &b"Core.Goodbye \"\""[..], &[IAC, SE]].concat();
        let heard = |takes_gmcp| FarEnd::new(takes_gmcp).hear(&message, &mut BytesMut::new());
        assert_eq!(heard(false), []);
        assert_eq!(heard(true), [Piece::Gmcp(b"Core.Goodbye \"\"".to_vec())]);
    }

    #[test]
    fn what_is_typed_is_lines() {
        let (mut near, far) = acquainted(false);
        let mut out = BytesMut::new();
        for message in ["look", "say hi\r\n", "one\ntwo", "", "ÿ"] {
            far.types(message, &mut out);
        }
        let lines = ["look", "say hi", "one", "two", "", "ÿ"];
        let lines: Vec<Heard> = lines.map(|line| Heard::Line(line.to_owned())).into();
        assert_eq!(heard(&mut near, &out), lines);
    }

    #[test]
    fn a_window_may_have_any_size() {
        let (mut near, mut far) = acquainted(false);
        for (columns, rows) in [(255, 65_535), (100, 255)] {
            let mut out = BytesMut::new();
            far.size(columns, rows, &mut out);
            heard(&mut near, &out);
            assert_eq!(near.screen().width, columns);
        }
    }
}
