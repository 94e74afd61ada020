//! The telnet codec: bytes of a client into lines and back, and the negotiation between them.
//!
//! Owns all that is telnet about one connection. Holds no socket and no clock: bytes and the time come in as arguments,
//! answers are appended to a buffer of the caller. An option is a file and a row of [`options::OPTIONS`].

mod answers;
mod banner;
mod charset;
mod client;
mod codes;
mod decode;
mod echo;
pub mod encode;
mod eor;
mod limits;
mod line;
mod naws;
mod negotiation;
mod options;
mod parser;
mod q_method;
mod sga;
mod timing_mark;
mod transliterate;
mod ttype;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::time::Instant;

use bytes::{Bytes, BytesMut};

use crate::vocab::{Capability, Charset, Screen, clean};

use answers::Answers;
use banner::Banner;
use client::Client;
use codes::{ABORT, AYT, EC, EL, IP, OPTION_ECHO, OPTION_EOR, OPTION_SGA, SUSP, Verb};
use limits::Account;
use line::{LineRule, Lines, Piece};
use negotiation::Negotiation;
use options::{OPTIONS, Side, position};
use parser::{Parser, Token};
use q_method::Switch;

pub use encode::PromptMark;
pub use limits::TelnetLimits;

/// What a client was heard to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A line: decoded, cleaned of all that could act on another's terminal, without its end. May be empty.
    Line(String),
    /// A line longer than the limit, all of which is lost. Told once per line.
    LineTooLong,
    /// What the client can show has changed; lines that follow are to be rendered for this.
    Capability(Capability),
    /// The window, or whether it is read aloud, has changed.
    Screen(Screen),
    /// The client does what no honest client does, here named for the log. Nothing is heard after it: close.
    Hostile(&'static str),
}

/// The telnet side of one connection.
#[derive(Debug)]
pub struct Telnet {
    parser: Parser,
    lines: Lines,
    negotiation: Negotiation,
    client: Client,
    account: Account,
    banner: Banner,
    told: (Capability, Screen),
    is_over: bool,
}

/// Where the results of one read go.
struct Read<'a> {
    now: Instant,
    out: &'a mut BytesMut,
    on: &'a mut dyn FnMut(Heard),
}

impl Telnet {
    /// A new connection, and what to send first: in one write, before or with the greeting.
    #[must_use]
    pub fn new(limits: TelnetLimits) -> (Self, Bytes) {
        let client = Client::default();
        let telnet = Self {
            parser: Parser::default(),
            lines: Lines::default(),
            negotiation: Negotiation::new(limits.switches_per_option_max),
            told: (client.capability(), client.screen()),
            client,
            account: Account::new(limits),
            banner: Banner::default(),
            is_over: false,
        };
        (telnet, negotiation::first_write())
    }

    /// Takes bytes from the client. `on` is called with each thing heard, in order; answers are appended to `out`, to be
    /// sent even if nothing was heard, and in order with all other output.
    pub fn receive(
        &mut self,
        bytes: &[u8],
        now: Instant,
        out: &mut BytesMut,
        on: &mut dyn FnMut(Heard),
    ) {
        let mut read = Read { now, out, on };
        let mut rest = bytes;
        while !self.is_over {
            let bytes_before = rest.len();
            let token = self.parser.next(&mut rest);
            self.account.count_input(bytes_before - rest.len());
            match token {
                Some(token) => self.take(token, &mut read),
                None => break,
            }
        }
    }

    /// Asks the client not to show what is typed. Leave it so from the password prompt until after the last password of
    /// a dialogue: Mudlet stops hiding for good when it is switched five times within seconds.
    pub fn hide_input(&mut self, out: &mut BytesMut) {
        self.negotiation.decree(OPTION_ECHO, Switch::On, out);
    }

    /// Lets the client show again what is typed. The caller sends a line end after it: the client has shown none.
    pub fn show_input(&mut self, out: &mut BytesMut) {
        self.negotiation.decree(OPTION_ECHO, Switch::Off, out);
    }

    /// What follows a prompt; never to be sent after a line end.
    #[must_use]
    pub fn prompt_mark(&self) -> PromptMark {
        if self.negotiation.is_on(OPTION_EOR, Side::Us) {
            PromptMark::Eor
        } else if self.client.has_spoken_telnet && !self.negotiation.is_on(OPTION_SGA, Side::Us) {
            PromptMark::Ga
        } else {
            PromptMark::None
        }
    }

    /// What the client can show, as far as it is known.
    #[must_use]
    pub fn capability(&self) -> Capability {
        self.client.capability()
    }

    /// The client's window, as far as it is known.
    #[must_use]
    pub fn screen(&self) -> Screen {
        self.client.screen()
    }

    /// What the client calls itself: printable ASCII in capitals, at most 64 characters, and anyone's claim.
    #[must_use]
    pub fn client_name(&self) -> Option<&str> {
        self.client.terminal.client_name.as_deref()
    }

    /// Whether the client has answered all that we asked, so that a greeting need wait no longer. Some never do.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let is_asking = self.client.terminal.is_asking || self.client.charsets.is_asking;
        !is_asking && self.negotiation.is_settled()
    }

    /// Sets the encoding as the player wants it, or leaves it to be found out; returns what the client can now show.
    pub fn choose_charset(&mut self, charset: Option<Charset>) -> Capability {
        self.client.charsets.chosen = charset;
        self.told.0 = self.client.capability();
        self.told.0
    }

    fn take(&mut self, token: Token<'_>, read: &mut Read<'_>) {
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
    }

    fn text(&mut self, mut text: &[u8], read: &mut Read<'_>) {
        if let Some(why) = self.banner.text(text) {
            return self.give_up(why, read);
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
            Some(why) => self.give_up(why, read),
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
        let account = &mut self.account;
        let mut answers = Answers { out: &mut *read.out, account, now: read.now };
        if let Some((side, switch)) = self.negotiation.hear(verb, option, &mut answers)
            && let Some(index) = position(option)
        {
            (OPTIONS[index].switched)(&mut self.client, side, switch, &mut answers);
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
        let told = std::mem::replace(&mut self.told, (capability, screen));
        if told.0 != capability {
            (read.on)(Heard::Capability(capability));
        }
        if told.1 != screen {
            (read.on)(Heard::Screen(screen));
        }
    }

    fn discarded(&mut self, bytes: usize, read: &mut Read<'_>) {
        if !self.account.count_discarded(bytes, read.now) {
            self.give_up("more input thrown away than any client sends", read);
        }
    }

    fn give_up(&mut self, why: &'static str, read: &mut Read<'_>) {
        self.is_over = true;
        self.lines.clear();
        (read.on)(Heard::Hostile(why));
    }
}
