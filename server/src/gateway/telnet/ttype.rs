//! TTYPE (24, RFC 1091) and MTTS on top of it: what the client is called and what its screen can do.
//!
//! Each question brings another name: the client's, the terminal's, then `MTTS <bits>`; a name that repeats is the last.
//! All of it is a stranger's text.

use smol_str::SmolStr;

use crate::vocab::ColourDepth;

use super::answers::Answers;
use super::client::{Client, colour_of_mtts, colour_of_name};
use super::codes::OPTION_TTYPE;
use super::options::{PayloadRule, Policy, Side, TelnetOption};
use super::q_method::Switch;

/// The MTTS bit of clients that read UTF-8.
pub(super) const MTTS_UTF8: u32 = 4;
/// The MTTS bit of clients that read aloud.
pub(super) const MTTS_SCREEN_READER: u32 = 64;

const IS: u8 = 0;
const SEND: u8 = 1;
const NAME_BYTES_MAX: usize = 64;
const QUESTIONS_MAX: u8 = 6;

/// The row of the table.
pub(super) const TTYPE: TelnetOption = TelnetOption {
    him: Policy::Offer,
    payload: PayloadRule { bytes_max: 1 + NAME_BYTES_MAX, length: None },
    switched: start,
    heard: hear_name,
    ..TelnetOption::refused(OPTION_TTYPE)
};

/// What the client answered so far.
#[derive(Debug, Default)]
pub(super) struct Terminal {
    /// Its own name, the first answer.
    pub(super) client_name: Option<SmolStr>,
    /// Whether a question is open.
    pub(super) is_asking: bool,
    /// The bits of MTTS.
    pub(super) mtts: Option<u32>,
    by_name: Option<ColourDepth>,
    questions: u8,
    last_name: SmolStr,
}

impl Terminal {
    /// Whether the client sets an MTTS bit.
    pub(super) fn has(&self, bit: u32) -> bool {
        self.mtts.is_some_and(|bits| bits & bit != 0)
    }

    /// The colours it shows: by the MTTS bits, else by what its environment says, else the most that any of its names
    /// stands for, else sixteen.
    pub(super) fn colour(&self, by_environment: Option<ColourDepth>) -> ColourDepth {
        self.mtts.map(colour_of_mtts).or(by_environment).or(self.by_name).unwrap_or_default()
    }

    fn take_name(&mut self, name: SmolStr) {
        if self.questions == 1 {
            self.by_name = None;
            self.client_name = (!name.is_empty()).then(|| name.clone());
        }
        self.by_name = self.by_name.max(colour_of_name(&name));
        self.last_name = name;
    }
}

fn start(client: &mut Client, _: Side, switch: Switch, answers: &mut Answers<'_>) {
    client.terminal.is_asking = false;
    if switch == Switch::On {
        client.terminal.questions = 0;
        ask(&mut client.terminal, answers);
    }
}

fn ask(terminal: &mut Terminal, answers: &mut Answers<'_>) {
    terminal.is_asking = answers.subnegotiate(OPTION_TTYPE, &[SEND]);
    terminal.questions += 1;
}

fn hear_name(client: &mut Client, payload: &[u8], answers: &mut Answers<'_>) {
    let [IS, name @ ..] = payload else { return };
    let terminal = &mut client.terminal;
    let name = printable(name);
    if let Some(bits) = mtts_bits(&name) {
        terminal.mtts = Some(bits);
        terminal.is_asking = false;
    } else if std::mem::take(&mut terminal.is_asking) {
        let is_repeated = terminal.questions > 1 && name == terminal.last_name;
        terminal.take_name(name);
        if !is_repeated && terminal.questions < QUESTIONS_MAX {
            ask(terminal, answers);
        }
    }
}

/// What of a name is safe to show, in capitals.
pub(super) fn printable(name: &[u8]) -> SmolStr {
    let shown = name.iter().filter(|byte| matches!(byte, b' '..=b'~')).take(NAME_BYTES_MAX);
    let text: String = shown.map(|byte| char::from(byte.to_ascii_uppercase())).collect();
    SmolStr::new(text.trim())
}

fn mtts_bits(name: &str) -> Option<u32> {
    name.strip_prefix("MTTS ")?.trim().parse().ok()
}
