//! NEW-ENVIRON (39, RFC 1572) and MNES on top of it: what the client's environment says of its screen.
//!
//! Only what is used is asked for, by name: TinTin++ answers a question for everything with nothing. All of it is a
//! stranger's text, and nothing in it is believed that could matter to others, least of all an address.

use smol_str::SmolStr;

use crate::vocab::{Charset, ColourDepth};

use super::answers::Answers;
use super::charset::by_name;
use super::client::{Client, colour_of_name};
use super::codes::OPTION_NEW_ENVIRON;
use super::options::{PayloadRule, Policy, Side, TelnetOption};
use super::q_method::Switch;
use super::ttype::printable;

const IS: u8 = 0;
const INFO: u8 = 2;
const VAR: u8 = 0;
const VALUE: u8 = 1;
const ESC: u8 = 2;
const USERVAR: u8 = 3;

/// SEND, and names. Some clients answer to VAR, some to USERVAR, so both are asked. Shorter than the 256 bytes that GNU telnet can take.
const QUESTION: &[u8] = b"\x01\
    \x00CLIENT_NAME\x00CLIENT_VERSION\x00CHARSET\x00MTTS\x00TERMINAL_TYPE\
    \x03CLIENT_NAME\x03CLIENT_VERSION\x03CHARSET\x03MTTS\x03TERMINAL_TYPE\
    \x03SCREEN_READER\x03TRUECOLOR\x03256_COLORS\x03UTF-8\
    \x03OSC_HYPERLINKS\x03OSC_HYPERLINKS_SEND\x03OSC_HYPERLINKS_PROMPT";

const VARIABLES_MAX: usize = 64;
const TEXT_BYTES_MAX: usize = 256;

/// The row of the table.
pub(super) const NEW_ENVIRON: TelnetOption = TelnetOption {
    him: Policy::Offer,
    payload: PayloadRule { bytes_max: 4096, length: None },
    switched: ask,
    heard: hear,
    ..TelnetOption::refused(OPTION_NEW_ENVIRON)
};

/// What the client's environment says.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// Its version, as it calls it.
    pub(super) version: SmolStr,
    /// Its encoding.
    pub(super) charset: Option<Charset>,
    /// Its colours.
    pub(super) colour: Option<ColourDepth>,
    /// Whether it reads aloud.
    pub(super) reads_aloud: bool,
    /// What it knows of links by OSC 8.
    pub(super) hyperlinks: Hyperlinks,
    /// Whether our question is open.
    pub(super) is_asking: bool,
}

/// What a client says that it knows of links by OSC 8.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hyperlinks {
    /// Of addresses.
    pub(super) opens: bool,
    /// Of commands that are sent.
    pub(super) sends: bool,
    /// Of commands that are put into the input line.
    pub(super) prompts: bool,
}

fn ask(client: &mut Client, _: Side, switch: Switch, answers: &mut Answers<'_>) {
    client.environment.is_asking =
        switch == Switch::On && answers.subnegotiate(OPTION_NEW_ENVIRON, QUESTION);
}

fn hear(client: &mut Client, payload: &[u8], _: &mut Answers<'_>) {
    let [kind @ (IS | INFO), body @ ..] = payload else { return };
    client.environment.is_asking = false;
    for (name, value) in variables(body) {
        learn(client, &name, &value, *kind == INFO);
    }
}

/// Takes one variable in. What TTYPE and CHARSET settled goes first, unless this is news.
fn learn(client: &mut Client, name: &[u8], value: &[u8], is_news: bool) {
    let Client { environment, terminal, charsets, .. } = client;
    match name {
        b"CLIENT_NAME" if terminal.client_name.is_none() => {
            terminal.client_name = Some(printable(value)).filter(|name| !name.is_empty());
        }
        b"CLIENT_VERSION" => environment.version = printable(value),
        b"CHARSET" => {
            let charset = by_name(value);
            environment.charset = charset.or(environment.charset);
            if is_news {
                charsets.agreed = charset.or(charsets.agreed);
            }
        }
        b"MTTS" if is_news || terminal.mtts.is_none() => {
            terminal.mtts = number(value).or(terminal.mtts);
        }
        b"TERMINAL_TYPE" => {
            environment.colour = environment.colour.max(colour_of_name(&printable(value)));
        }
        b"SCREEN_READER" => environment.reads_aloud = is_true(value),
        b"TRUECOLOR" if is_true(value) => environment.colour = Some(ColourDepth::True),
        b"256_COLORS" if is_true(value) => {
            environment.colour = environment.colour.max(Some(ColourDepth::TwoFiveSix));
        }
        b"OSC_HYPERLINKS" => environment.hyperlinks.opens = is_true(value),
        b"OSC_HYPERLINKS_SEND" => environment.hyperlinks.sends = is_true(value),
        b"OSC_HYPERLINKS_PROMPT" => environment.hyperlinks.prompts = is_true(value),
        b"UTF-8" if is_true(value) => environment.charset = Some(Charset::Utf8),
        _ => {}
    }
}

fn number(value: &[u8]) -> Option<u32> {
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

fn is_true(value: &[u8]) -> bool {
    number(value).is_some_and(|number| number != 0) || value.eq_ignore_ascii_case(b"true")
}

/// Names and values, the first so many; a variable without a value has an empty one, and one that is too long is left out.
fn variables(body: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut is_value = false;
    let mut bytes = body.iter();
    while let Some(&byte) = bytes.next() {
        let byte = match byte {
            VAR | USERVAR if found.len() == VARIABLES_MAX => break,
            VAR | USERVAR => {
                found.push(Default::default());
                is_value = false;
                continue;
            }
            VALUE => {
                is_value = true;
                continue;
            }
            ESC => match bytes.next() {
                Some(&literal) => literal,
                None => break,
            },
            byte => byte,
        };
        if let Some((name, value)) = found.last_mut() {
            if is_value { value.push(byte) } else { name.push(byte) }
        }
    }
    found.retain(|(name, value)| name.len() <= TEXT_BYTES_MAX && value.len() <= TEXT_BYTES_MAX);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values() {
        let pair = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
        assert_eq!(variables(b"\x00A\x01b\x03C\x01"), [pair("A", "b"), pair("C", "")]);
        assert_eq!(variables(b"\x00A\x03B"), [pair("A", ""), pair("B", "")]);
        assert_eq!(variables(b"\x00A\x01x\x02\x01y\x02\x00"), [pair("A", "x\u{1}y\0")]);
        assert_eq!(variables(b"lost\x01lost\x00A\x01b\x02"), [pair("A", "b")]);
        assert_eq!(variables(&[VAR; 4000]).len(), VARIABLES_MAX);
        assert_eq!(variables(&[&[VAR][..], &[b'x'; 257]].concat()), []);
    }

    #[test]
    fn the_question_fits_into_gnu_telnet() {
        assert!(QUESTION.len() < 240, "{}", QUESTION.len());
        assert_eq!(QUESTION.first(), Some(&1));
    }
}
