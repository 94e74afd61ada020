//! Bytes into telnet tokens, however the bytes are split. Owns a subnegotiation's payload until it is complete; knows
//! neither what options mean nor where lines end.

use super::codes::{IAC, SB, SE, Verb};
use super::options::PayloadRule;

/// One thing a peer sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text bytes, doubled IACs already single. Where one ends and the next begins means nothing.
    Text(&'a [u8]),
    /// `IAC x` that is none of the below.
    Command(u8),
    /// `IAC verb option`.
    Negotiation { verb: Verb, option: u8 },
    /// `IAC SB option payload IAC SE`, within the limit of the option.
    Subnegotiation { option: u8, payload: Vec<u8> },
    /// So many bytes of a subnegotiation came to nothing.
    Discarded(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Text,
    Iac,
    Negotiation(Verb),
    SubnegotiationOption,
    Payload,
    PayloadIac,
}

/// The parser of one connection. Holds no memory while no subnegotiation is open.
#[derive(Debug, Default)]
pub(super) struct Parser {
    state: State,
    option: u8,
    rule: PayloadRule,
    is_overfull: bool,
    payload: Vec<u8>,
}

impl Parser {
    /// Takes the next token off the front of the input; `None` when all input is used up.
    pub(super) fn next<'a>(&mut self, input: &mut &'a [u8]) -> Option<Token<'a>> {
        while let Some(&byte) = input.first() {
            let token = match self.state {
                State::Text if byte != IAC => Some(Token::Text(take_until_iac(input))),
                State::Payload if byte != IAC => self.payload_run(input),
                State::PayloadIac if byte != IAC && byte != SE => self.bare_iac(byte, input),
                _ => {
                    *input = &input[1..];
                    self.take(byte)
                }
            };
            if token.is_some() {
                return token;
            }
        }
        None
    }

    /// The bytes that the pending payload holds.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn bytes_held(&self) -> usize {
        self.payload.capacity()
    }

    fn take(&mut self, byte: u8) -> Option<Token<'static>> {
        match self.state {
            State::Text => self.go(State::Iac),
            State::Iac => self.command(byte),
            State::Negotiation(verb) => {
                self.state = State::Text;
                Some(Token::Negotiation { verb, option: byte })
            }
            State::SubnegotiationOption if byte == IAC => self.go(State::Iac),
            State::SubnegotiationOption => self.open(byte),
            State::Payload => self.go(State::PayloadIac),
            State::PayloadIac if byte == SE => self.close(),
            State::PayloadIac => {
                self.state = State::Payload;
                self.keep(&[IAC])
            }
        }
    }

    fn go(&mut self, state: State) -> Option<Token<'static>> {
        self.state = state;
        None
    }

    fn command(&mut self, byte: u8) -> Option<Token<'static>> {
        if byte == SB {
            return self.go(State::SubnegotiationOption);
        }
        if let Some(verb) = Verb::from_byte(byte) {
            return self.go(State::Negotiation(verb));
        }
        self.state = State::Text;
        Some(if byte == IAC { Token::Text(&[IAC]) } else { Token::Command(byte) })
    }

    fn open(&mut self, option: u8) -> Option<Token<'static>> {
        self.option = option;
        self.rule = PayloadRule::of(option);
        self.is_overfull = false;
        self.go(State::Payload)
    }

    fn close(&mut self) -> Option<Token<'static>> {
        self.state = State::Text;
        let payload = std::mem::take(&mut self.payload);
        (!self.is_overfull).then_some(Token::Subnegotiation { option: self.option, payload })
    }

    fn payload_run<'a>(&mut self, input: &mut &'a [u8]) -> Option<Token<'a>> {
        if self.is_complete() && input[0] == SE {
            // Its last byte was an IAC that the client did not double, so we took the IAC of this SE for the double.
            *input = &input[1..];
            return self.close();
        }
        let length = self.rule.length.filter(|_| !self.is_overfull).unwrap_or_default();
        let missing = length.saturating_sub(self.payload.len());
        let run = input.iter().position(|byte| *byte == IAC).unwrap_or(input.len());
        let run = if missing > 0 { run.min(missing) } else { run };
        let (bytes, rest) = input.split_at(run);
        *input = rest;
        self.keep(bytes)
    }

    /// An IAC inside a payload before something that cannot follow it there. `byte` is not yet taken off the input.
    fn bare_iac(&mut self, byte: u8, input: &mut &[u8]) -> Option<Token<'static>> {
        if !self.is_overfull && self.rule.length.is_some_and(|length| self.payload.len() < length) {
            // MUSHclient does not double 255 in window sizes.
            *input = &input[1..];
            self.state = State::Payload;
            return self.keep(&[IAC, byte]);
        }
        // The end is missing: what follows is a command of its own.
        let is_usable = self.is_complete();
        let token = self.close();
        self.state = State::Iac;
        match token {
            Some(Token::Subnegotiation { payload, .. }) if !is_usable => {
                Some(Token::Discarded(payload.len()))
            }
            token => token,
        }
    }

    fn is_complete(&self) -> bool {
        !self.is_overfull && self.rule.length == Some(self.payload.len())
    }

    fn keep(&mut self, bytes: &[u8]) -> Option<Token<'static>> {
        let length = self.payload.len() + bytes.len();
        if self.is_overfull || length > self.rule.bytes_max {
            self.is_overfull = true;
            self.payload = Vec::new();
            return Some(Token::Discarded(length));
        }
        self.payload.extend_from_slice(bytes);
        None
    }
}

fn take_until_iac<'a>(input: &mut &'a [u8]) -> &'a [u8] {
    let end = input.iter().position(|byte| *byte == IAC).unwrap_or(input.len());
    let (text, rest) = input.split_at(end);
    *input = rest;
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(input: &[u8]) -> Vec<String> {
        let mut parser = Parser::default();
        let mut rest = input;
        let mut tokens = Vec::new();
        while let Some(token) = parser.next(&mut rest) {
            tokens.push(match token {
                Token::Text(text) => format!("text {}", text.escape_ascii()),
                Token::Command(code) => format!("command {code}"),
                Token::Negotiation { verb, option } => format!("{verb:?} {option}"),
                Token::Subnegotiation { option, payload } => format!("sub {option} {payload:?}"),
                Token::Discarded(bytes) => format!("discarded {bytes}"),
            });
        }
        tokens
    }

    #[test]
    fn what_is_too_long_is_passed_over_in_one_piece() {
        let start = [255, 250, 31, 0, 80, 0, 24, 7];
        let input = [&start[..], &[b'x'; 1000]].concat();
        assert_eq!(tokens(&input), ["discarded 1005"]);
    }

    #[test]
    fn tokens_of_one_read() {
        let cases: &[(&[u8], &[&str])] = &[
            (b"look\r\n", &["text look\\r\\n"]),
            (b"a\xff\xffb", &["text a", "text \\xff", "text b"]),
            (&[255, 241, b'x'], &["command 241", "text x"]),
            (&[255, 240, 255, 7], &["command 240", "command 7"]),
            (&[255, 251, 24, 255, 254, 255], &["Will 24", "Dont 255"]),
            (&[255, 250, 24, 0, b'X', 255, 240], &["sub 24 [0, 88]"]),
            (&[255, 250, 42, 255, 255, 255, 240], &["sub 42 [255]"]),
            (&[255, 250, 24, 255, 240, b'x'], &["sub 24 []", "text x"]),
            // IAC where the option should be: no subnegotiation.
            (&[255, 250, 255, 246], &["command 246"]),
            // No end: what follows is heard.
            (&[255, 250, 24, 0, 255, 251, 31, b'x'], &["discarded 1", "Will 31", "text x"]),
            (&[255, 250, 31, 0, 80, 0, 24, 255, 251, 1], &["sub 31 [0, 80, 0, 24]", "Will 1"]),
            // An option without a payload of ours.
            (&[255, 250, 99, 1, 2, 255, 240, b'x'], &["discarded 2", "text x"]),
        ];
        for (input, expected) in cases {
            assert_eq!(tokens(input), *expected, "{input:?}");
        }
    }

    #[test]
    fn window_sizes_with_undoubled_255() {
        let cases: &[(&[u8], [u8; 4])] = &[
            (&[255, 250, 31, 0, 255, 0, 60, 255, 240], [0, 255, 0, 60]),
            (&[255, 250, 31, 0, 255, 255, 0, 60, 255, 240], [0, 255, 0, 60]),
            (&[255, 250, 31, 0, 80, 0, 255, 255, 240], [0, 80, 0, 255]),
            (&[255, 250, 31, 0, 255, 0, 255, 255, 240], [0, 255, 0, 255]),
            (&[255, 250, 31, 0, 255, 255, 0, 255, 255, 255, 240], [0, 255, 0, 255]),
        ];
        for (input, size) in cases {
            assert_eq!(tokens(input)[0], format!("sub 31 {size:?}"), "{input:?}");
        }
    }

    #[test]
    fn an_endless_payload_holds_no_memory() {
        let mut parser = Parser::default();
        let mut discarded = 0;
        for chunk in [&[255, 250, 24][..], &[b'x'; 60], &[b'x'; 60], &[b'x'; 5000]] {
            let mut rest = chunk;
            while let Some(token) = parser.next(&mut rest) {
                let Token::Discarded(bytes) = token else { panic!("{token:?}") };
                discarded += bytes;
            }
        }
        assert_eq!(discarded, 5120);
        assert_eq!(parser.bytes_held(), 0);
    }
}
