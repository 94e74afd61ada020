//! What each token of the input does to a connection. Decides nothing about single options: their files do.

use std::borrow::Cow;
use std::time::Instant;

use bytes::BytesMut;

use crate::vocab::{Charset, clean};

use super::answers::Answers;
use super::client::Client;
use super::codes::{ABORT, AYT, EC, EL, IP, OPTION_TIMING_MARK, SUSP, Verb};
use super::inflate::{Inflated, Inflater};
use super::line::{LineRule, Piece};
use super::options::{OPTIONS, Side, position};
use super::parser::Token;
use super::q_method::Switch;
use super::{Heard, Telnet, WrongDoor, decode};

/// Where the results of one read go.
pub(super) struct Read<'a> {
    /// When it came.
    pub(super) now: Instant,
    /// Answers, to be sent.
    pub(super) out: &'a mut BytesMut,
    /// Told of each thing heard.
    pub(super) on: &'a mut dyn FnMut(Heard),
}

/// Compressed input is read in pieces of so many bytes.
const PIECE_BYTES: usize = 4096;

impl Telnet {
    /// Takes plain bytes: all, or as many as come before compressed ones, and then says that there may be more.
    pub(super) fn receive_plain(&mut self, rest: &mut &[u8], read: &mut Read<'_>) -> bool {
        while !self.is_over {
            let bytes_before = rest.len();
            let token = self.parser.next(rest);
            if self.inflater.is_none() {
                self.account.count_input(bytes_before - rest.len());
            }
            let Some(token) = token else { break };
            self.take(token, read);
            if std::mem::take(&mut self.client.wishes.inflation) && self.inflater.is_none() {
                self.inflater = Some(Box::new(Inflater::new()));
                return true;
            }
        }
        false
    }

    /// Takes a piece of what compressed bytes hold; says whether there may be more.
    pub(super) fn inflate(&mut self, rest: &mut &[u8], read: &mut Read<'_>) -> bool {
        let Some(inflater) = &mut self.inflater else { return false };
        let mut piece = [0; PIECE_BYTES];
        let bytes_before = rest.len();
        let inflated = inflater.next(rest, &mut piece);
        self.account.count_input(bytes_before - rest.len());
        let length = match inflated {
            Ok(Inflated::Bytes(length) | Inflated::Last(length) | Inflated::Broken(length)) => {
                length
            }
            Ok(Inflated::Nothing) => return false,
            Err(why) => {
                self.give_up(why, read);
                return false;
            }
        };
        self.receive_plain(&mut &piece[..length], read);
        match inflated {
            Ok(Inflated::Last(_)) => self.inflater = None,
            Ok(Inflated::Broken(_)) if !self.is_over => {
                self.give_up("what it sends compressed is no zlib stream", read);
            }
            _ => {}
        }
        true
    }

    /// Does what one token asks for.
    pub(super) fn take(&mut self, token: Token<'_>, read: &mut Read<'_>) {
        if !matches!(token, Token::Text(_) | Token::Discarded(_)) {
            self.client.has_spoken_telnet = true;
            if !self.account.count_command(read.now) {
                return self.give_up("a flood of telnet commands", read);
            }
        }
        match token {
            Token::Text(text) => self.text(text, read),
            Token::Discarded(bytes) => self.discarded(bytes, read),
            Token::Command(code) => self.command(code, read),
            Token::Negotiation { verb, option } => self.negotiate(verb, option, read),
            Token::Subnegotiation { option, payload } => self.subnegotiate(option, &payload, read),
        }
        self.tell_changes(read);
        self.tell_wishes(read);
    }

    fn text(&mut self, mut text: &[u8], read: &mut Read<'_>) {
        if let Some(door) = self.banner.text(text) {
            return self.send_away(door, read);
        }
        while !self.is_over {
            let rule = self.line_rule();
            match self.lines.next(&mut text, rule) {
                Some(Piece::Line(line)) => self.line(line, read),
                Some(Piece::TooLong) => {
                    (read.on)(Heard::LineTooLong);
                    self.discarded(rule.bytes_max, read);
                }
                Some(Piece::Discarded(bytes)) => self.discarded(bytes, read),
                None => break,
            }
        }
    }

    fn line(&mut self, line: Cow<'_, [u8]>, read: &mut Read<'_>) {
        let decoded = decode::decode(&line, self.client.charset());
        if decoded.shows_utf8 {
            self.client.charsets.has_shown_utf8 = true;
            self.tell_changes(read);
        }
        match self.banner.line(&decoded.text) {
            Some(door) => self.send_away(door, read),
            None => (read.on)(Heard::Line(clean(&decoded.text))),
        }
    }

    fn command(&mut self, code: u8, read: &mut Read<'_>) {
        match code {
            AYT => {
                self.answers(read).1.send(b"[Yes]\r\n");
            }
            EC => self.lines.erase_character(self.line_rule()),
            EL | IP | ABORT | SUSP => self.lines.clear(),
            _ => {}
        }
    }

    fn negotiate(&mut self, verb: Verb, option: u8, read: &mut Read<'_>) {
        if option == OPTION_TIMING_MARK && matches!(verb, Verb::Will | Verb::Wont) {
            // The answer to a mark of ours, which asks for nothing (RFC 860).
            return (read.on)(Heard::Mark);
        }
        let account = &mut self.account;
        let mut answers = Answers { out: &mut *read.out, account, now: read.now };
        if let Some((side, switch)) = self.negotiation.hear(verb, option, &mut answers)
            && let Some(index) = position(option)
        {
            (OPTIONS[index].switched)(&mut self.client, side, switch, &mut answers);
        }
        if let Some(row) = OPTIONS.iter().find(|row| row.code == option && verb == Verb::Dont) {
            row.instead.iter().for_each(|other| self.negotiation.offer_once(*other, &mut answers));
        }
    }

    fn subnegotiate(&mut self, option: u8, payload: &[u8], read: &mut Read<'_>) {
        let is_on = [Side::Us, Side::Him].iter().any(|side| self.negotiation.is_on(option, *side));
        if let Some(index) = position(option).filter(|_| is_on) {
            let (client, mut answers) = self.answers(read);
            (OPTIONS[index].heard)(client, payload, &mut answers);
        }
    }

    fn answers<'a>(&'a mut self, read: &'a mut Read<'_>) -> (&'a mut Client, Answers<'a>) {
        let answers = Answers { out: &mut *read.out, account: &mut self.account, now: read.now };
        (&mut self.client, answers)
    }

    fn line_rule(&self) -> LineRule {
        LineRule {
            bytes_max: self.account.line_bytes_max(),
            is_byte_a_character: self.client.charset() == Some(Charset::Latin1),
        }
    }

    fn tell_changes(&mut self, read: &mut Read<'_>) {
        let (capability, screen) = (self.client.capability(), self.client.screen());
        let mark = self.prompt_mark();
        let told = std::mem::replace(&mut self.told, (capability, screen, mark));
        if (told.0, told.2) != (capability, mark) {
            (read.on)(Heard::Capability(capability));
        }
        if told.1 != screen {
            (read.on)(Heard::Screen(screen));
        }
    }

    fn tell_wishes(&mut self, read: &mut Read<'_>) {
        let wishes = &mut self.client.wishes;
        if std::mem::take(&mut wishes.listing) {
            (read.on)(Heard::WantsListing);
        }
        if let Some(switch) = wishes.compression.take() {
            (read.on)(Heard::Compression(switch == Switch::On));
        }
        if let Some(wish) = wishes.beside.take() {
            (read.on)(Heard::Beside(wish));
        }
        if let Some(asked) = wishes.asked.take() {
            (read.on)(Heard::Asked(asked));
        }
    }

    fn discarded(&mut self, bytes: usize, read: &mut Read<'_>) {
        if !self.account.count_discarded(bytes, read.now) {
            self.give_up("more input thrown away than any client sends", read);
        }
    }

    fn send_away(&mut self, door: WrongDoor, read: &mut Read<'_>) {
        self.is_over = true;
        self.lines.clear();
        (read.on)(Heard::WrongDoor(door));
    }

    fn give_up(&mut self, why: &'static str, read: &mut Read<'_>) {
        self.is_over = true;
        self.lines.clear();
        (read.on)(Heard::Hostile(why));
    }
}
