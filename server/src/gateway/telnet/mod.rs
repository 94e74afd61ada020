//! The telnet codec: bytes of a client into lines and back, and the negotiation between them.
//!
//! Owns all that is telnet about one connection. Holds no socket and no clock: bytes and the time come in as arguments,
//! answers are appended to a buffer of the caller. An option is a file and a row of `OPTIONS`.

mod answers;
mod banner;
mod charset;
mod client;
mod codes;
pub(in crate::gateway) mod compress;
mod decode;
mod echo;
pub mod encode;
pub(in crate::gateway) mod ending;
mod eor;
pub(in crate::gateway) mod far_end;
#[cfg(any(test, feature = "fuzzing"))]
pub(in crate::gateway) mod fuzzing;
pub(in crate::gateway) mod gmcp;
mod inflate;
mod limits;
mod line;
pub(in crate::gateway) mod msdp;
pub(in crate::gateway) mod msp;
mod mssp;
mod mxp;
mod naws;
mod negotiation;
mod new_environ;
mod options;
mod parser;
mod q_method;
mod receive;
pub(super) mod session;
mod sga;
pub(in crate::gateway) mod timing_mark;
mod transliterate;
mod ttype;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::time::Instant;

use bytes::{Bytes, BytesMut};

use crate::gateway::gmcp::Wish;
use crate::vocab::{Capability, Charset, Screen};

use banner::Banner;
use client::Client;
use codes::{OPTION_COMPRESS3, OPTION_ECHO, OPTION_EOR, OPTION_MXP, OPTION_SGA};
use inflate::Inflater;
use limits::Account;
use line::Lines;
use negotiation::Negotiation;
use options::Side;
use parser::Parser;
use q_method::Switch;
use receive::Read;

pub use banner::WrongDoor;
pub use encode::PromptMark;
pub use gmcp::{Asked, Credentials};
pub use limits::TelnetLimits;
pub use mssp::Variable;
pub use options::Offers;
pub(in crate::gateway) use transliterate::spell;

/// What a client was heard to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A line: decoded, cleaned of all that could act on another's terminal, without its end. May be empty.
    Line(String),
    /// A line longer than the limit, all of which is lost. Told once per line.
    LineTooLong,
    /// What the client can show has changed, or how its prompts end; lines that follow are to be rendered for this.
    Capability(Capability),
    /// The window, or whether it is read aloud, has changed.
    Screen(Screen),
    /// It has come to a timing mark that we set: all before it has arrived.
    Mark,
    /// It asks what lists of games say about the server, by telnet.
    WantsListing,
    /// What is sent from here on shall be compressed, or no longer be.
    Compression(bool),
    /// What it wants to be told beside the text.
    Beside(Wish),
    /// It asks something of the world.
    Asked(Box<Asked>),
    /// It speaks another protocol. Nothing is heard after it: close.
    WrongDoor(WrongDoor),
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
    told: (Capability, Screen, PromptMark),
    offers: Offers,
    /// While what comes in is compressed.
    inflater: Option<Box<Inflater>>,
    is_over: bool,
}

impl Telnet {
    /// A new connection, and what to send first: in one write, before or with the greeting.
    #[must_use]
    pub fn new(limits: TelnetLimits, offers: Offers) -> (Self, Bytes) {
        let client = Client::default();
        let telnet = Self {
            parser: Parser::default(),
            lines: Lines::default(),
            negotiation: Negotiation::new(limits.switches_per_option_max, offers),
            told: (client.capability(), client.screen(), PromptMark::None),
            offers,
            inflater: None,
            client,
            account: Account::new(limits),
            banner: Banner::default(),
            is_over: false,
        };
        (telnet, negotiation::first_write(offers))
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
        if let Some(inflater) = &mut self.inflater {
            inflater.begin_read();
        }
        let mut goes_on = true;
        while goes_on && !self.is_over {
            goes_on = match self.inflater {
                Some(_) => self.inflate(&mut rest, &mut read),
                None => self.receive_plain(&mut rest, &mut read),
            };
        }
    }

    /// Offers what is only for those who have logged in. Alone: some clients spoil the stream when another offer comes
    /// with it.
    pub fn offer_after_login(&mut self, out: &mut BytesMut) {
        if self.offers.compressed_input && self.is_settled() {
            self.negotiation.ask(OPTION_COMPRESS3, Switch::On, out);
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
            if self.client.begins_lines() { PromptMark::Eor } else { PromptMark::EorAlone }
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

    /// Whether the client ever sent a telnet command. To one that did not, nothing but text is to be sent.
    #[must_use]
    pub fn has_spoken_telnet(&self) -> bool {
        self.client.has_spoken_telnet
    }

    /// What the client calls its version: as much of a stranger's text as its name.
    #[must_use]
    pub fn client_version(&self) -> &str {
        &self.client.environment.version
    }

    /// Whether the client has answered all that we asked, so that a greeting need wait no longer. Some never do.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let Client { terminal, charsets, environment, .. } = &self.client;
        let is_asking = terminal.is_asking || charsets.is_asking || environment.is_asking;
        !is_asking && self.negotiation.is_settled()
    }

    /// Takes the player's word for it that the client reads aloud.
    pub fn read_aloud(&mut self) {
        self.client.said_to_read_aloud = true;
        self.told = (self.client.capability(), self.client.screen(), self.told.2);
    }

    /// Speaks UTF-8 and nothing else, whatever client and player say: to be called before anything is received.
    pub fn keep_utf8(&mut self) {
        self.client.charsets.is_fixed = true;
        self.told.0 = self.client.capability();
    }

    /// Sets the encoding as the player wants it, or leaves it to be found out; returns what the client can now show.
    pub fn choose_charset(&mut self, charset: Option<Charset>) -> Capability {
        self.client.charsets.chosen = charset;
        self.told.0 = self.client.capability();
        self.told.0
    }

    /// Offers tags of MXP, or takes them back, as the player wants it. Returns what the client can show now: without an
    /// answer, or after a no, no tags.
    pub fn choose_mxp(&mut self, wanted: bool, out: &mut BytesMut) -> Capability {
        let switch = if wanted { Switch::On } else { Switch::Off };
        self.negotiation.ask(OPTION_MXP, switch, out);
        self.client.takes_mxp &= wanted;
        self.told.0 = self.client.capability();
        self.told.0
    }
}
