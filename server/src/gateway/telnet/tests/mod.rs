//! What a whole connection hears and says, byte by byte, with the habits of the clients in use.

mod compression;
mod gmcp;
mod links;
mod options;
mod quirks;
mod sounds;

use super::*;
use crate::vocab::ColourDepth;
use std::time::Duration;

/// A connection and all that it heard and said.
struct Connection {
    telnet: Telnet,
    now: Instant,
    out: BytesMut,
    heard: Vec<Heard>,
}

impl Connection {
    fn new() -> Self {
        Self::with(TelnetLimits::default())
    }

    fn with(limits: TelnetLimits) -> Self {
        let (telnet, _) = Telnet::new(limits, Offers::default());
        Self { telnet, now: Instant::now(), out: BytesMut::new(), heard: Vec::new() }
    }

    /// Feeds bytes and returns what was answered to them.
    fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let heard = &mut self.heard;
        self.telnet.receive(bytes, self.now, &mut self.out, &mut |one| heard.push(one));
        self.out.split().to_vec()
    }

    /// Answers a question for the terminal type.
    fn ttype(&mut self, name: &str) -> Vec<u8> {
        self.feed(&[&[255, 250, 24, 0], name.as_bytes(), &[255, 240]].concat())
    }

    fn lines(&self) -> Vec<&str> {
        let heard = self.heard.iter();
        heard
            .filter_map(|one| if let Heard::Line(line) = one { Some(&**line) } else { None })
            .collect()
    }

    fn hide(&mut self) -> Vec<u8> {
        self.telnet.hide_input(&mut self.out);
        self.out.split().to_vec()
    }

    fn show(&mut self) -> Vec<u8> {
        self.telnet.show_input(&mut self.out);
        self.out.split().to_vec()
    }
}

const NOTHING: &[u8] = &[];

#[test]
fn the_first_write_offers_what_there_is() {
    let (_, first_write) = Telnet::new(TelnetLimits::default(), Offers::default());
    let offered = [253, 24, 253, 31, 251, 42, 253, 39, 251, 25, 251, 70, 251, 201, 251, 86];
    let commands: Vec<u8> = offered.chunks(2).flat_map(|one| [255, one[0], one[1]]).collect();
    assert_eq!(first_write, commands);
    let encrypted = Offers { compressed_output: false, ..Offers::default() };
    let (_, first_write) = Telnet::new(TelnetLimits::default(), encrypted);
    assert_eq!(first_write, commands[..commands.len() - 3]);
}

#[test]
fn a_peer_without_telnet_plays() {
    let mut netcat = Connection::new();
    assert_eq!(netcat.feed(b"look\nsay hi\n"), NOTHING);
    assert_eq!(netcat.lines(), ["look", "say hi"]);
    assert_eq!(netcat.telnet.prompt_mark(), PromptMark::None);
    assert_eq!(netcat.telnet.capability().colour, ColourDepth::Sixteen);
    assert_eq!(netcat.telnet.capability().charset, Charset::Ascii);
    assert_eq!(netcat.telnet.client_name(), None);
}

#[test]
fn utf8_is_recognised_when_typed() {
    let mut client = Connection::new();
    client.feed("say \u{2713}\n".as_bytes());
    let capability = Capability { charset: Charset::Utf8, ..Connection::new().telnet.capability() };
    let line = Heard::Line("say \u{2713}".to_owned());
    assert_eq!(client.heard, [Heard::Capability(capability), line]);
}

#[test]
fn the_players_choice_of_charset_goes_first() {
    let mut client = Connection::new();
    client.feed(&[255, 253, 42]);
    client.feed(b"\xff\xfa\x2a\x02UTF-8\xff\xf0");
    client.heard.clear();
    let capability = client.telnet.choose_charset(Some(Charset::Latin1));
    assert_eq!(capability.charset, Charset::Latin1);
    client.feed(b"\xe9\n");
    assert_eq!(client.heard, [Heard::Line("é".to_owned())]);
}

#[test]
fn an_option_switched_too_often_stays_as_it_is() {
    let mut client = Connection::new();
    let answers = client.feed(&[255, 253, 3, 255, 254, 3].repeat(100));
    assert_eq!(answers, [255, 251, 3, 255, 252, 3].repeat(16));
}

#[test]
fn what_is_not_in_the_table_is_refused() {
    let mut client = Connection::new();
    let asked = [255, 251, 34, 255, 253, 34, 255, 253, 0, 255, 253, 1, 255, 251, 200];
    let answers = [255, 254, 34, 255, 252, 34, 255, 252, 0, 255, 252, 1, 255, 254, 200];
    assert_eq!(client.feed(&asked), answers);
    assert_eq!(client.feed(&[255, 252, 34, 255, 254, 34]), NOTHING);
    assert_eq!(client.feed(&[255, 250, 34, 1, 2, 255, 240]), NOTHING);
}

#[test]
fn a_repeated_state_is_never_answered() {
    let mut mudlet = Connection::new();
    mudlet.feed(&[255, 253, 25, 255, 251, 31]);
    assert_eq!(mudlet.feed(&[255, 253, 25, 255, 251, 31]), NOTHING);
}

#[test]
fn timing_marks_and_are_you_there_are_answered_each_time() {
    let mut client = Connection::new();
    for _ in 0..3 {
        assert_eq!(client.feed(&[255, 244, 255, 253, 6]), [255, 251, 6]);
        assert_eq!(client.feed(&[255, 246]), b"[Yes]\r\n");
    }
}

#[test]
fn editing_commands_act_on_the_unfinished_line() {
    let mut client = Connection::new();
    client.feed(b"lookx\xff\xf7\r\nsecret\xff\xf8who\r\nkill\xff\xf4\xff\xee\xff\xedn\r\n");
    assert_eq!(client.lines(), ["look", "who", "n"]);
}

#[test]
fn telnetlib3_ends_lines_with_cr_alone() {
    let mut client = Connection::new();
    client.feed(b"look\r");
    client.feed(b"who\r");
    assert_eq!(client.lines(), ["look", "who"]);
    client.feed(b"\nn\r\xff\xf1\nw\r\n");
    assert_eq!(client.lines(), ["look", "who", "n", "w"], "a late LF belongs to its CR");
}

#[test]
fn iac_split_over_reads_is_no_text() {
    let mut client = Connection::new();
    for byte in b"say \xff\xffa\xff\xfd\x06\xff\xfa\x18\x00X\xff\xf0b\r\n" {
        client.feed(&[*byte]);
    }
    assert_eq!(client.lines(), ["say ÿab"]);
}

#[test]
fn lines_are_cleaned() {
    let mut client = Connection::new();
    client.feed("say \u{1b}[31mred\u{202e}\u{9b}x\ty\r\n".as_bytes());
    assert_eq!(client.lines(), ["say [31mredx y"]);
}

#[test]
fn a_line_of_4096_bytes_is_the_longest() {
    let mut client = Connection::new();
    client.feed(format!("{}\r\n", "x".repeat(4096)).as_bytes());
    client.feed(format!("{}\r\nlook\r\n", "x".repeat(4097)).as_bytes());
    assert_eq!(client.lines()[1..], ["look"]);
    assert_eq!(client.heard.iter().filter(|one| **one == Heard::LineTooLong).count(), 1);
}

#[test]
fn a_flood_is_answered_256_times_in_ten_seconds() {
    let mut client = Connection::new();
    let flood: Vec<u8> = [255, 251, 99].repeat(1000);
    assert_eq!(client.feed(&flood).len(), 256 * 3);
    client.now += Duration::from_secs(10);
    assert_eq!(client.feed(&flood).len(), 256 * 3);
}

#[test]
fn hostile_input_is_named_once_and_then_ignored() {
    let commands = [255, 241].repeat(20_001);
    let endless = [&[255, 250, 201][..], &vec![b'x'; 1024 * 1024 + 1]].concat();
    let long_line = vec![b'x'; 1024 * 1024 + 2];
    let tls = b"\x16\x03\x01\x02\x00\x01".to_vec();
    let http = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec();
    let ssh = b"SSH-2.0-OpenSSH_9.9\r\n".to_vec();
    for input in [commands, endless, long_line, tls, http, ssh] {
        let mut client = Connection::new();
        client.feed(&input);
        let is_last_word =
            matches!(client.heard.last(), Some(Heard::Hostile(_) | Heard::WrongDoor(_)));
        assert!(is_last_word, "{:?}", client.heard);
        let told = client.heard.len();
        assert_eq!(client.feed(&[b"look\r\n", &[255, 253, 6][..]].concat()), NOTHING);
        assert_eq!(client.heard.len(), told);
        assert_eq!(client.lines().len(), 0);
    }
}

#[test]
fn http_is_only_looked_for_in_the_first_line() {
    let mut client = Connection::new();
    client.feed(b"ada\r\nsay GET / HTTP/1.1\r\n");
    assert_eq!(client.lines(), ["ada", "say GET / HTTP/1.1"]);
}

#[test]
fn a_client_that_answered_everything_is_settled() {
    let mut client = Connection::new();
    assert!(!client.telnet.is_settled());
    client.feed(&[255, 251, 24, 255, 252, 31, 255, 254, 42, 255, 253, 25, 255, 252, 39]);
    assert!(!client.telnet.is_settled());
    client.ttype("x");
    assert!(!client.telnet.is_settled());
    client.ttype("x");
    assert!(client.telnet.is_settled());
}

#[test]
fn an_idle_connection_is_small() {
    assert!(size_of::<Telnet>() <= 544, "{} bytes", size_of::<Telnet>());
    let mut client = Connection::new();
    client.feed(b"\xff\xfb\x18look\r\n\xff\xfa\x18\x00TINTIN++\xff\xf0");
    assert_eq!(client.telnet.lines.bytes_held() + client.telnet.parser.bytes_held(), 0);
}
