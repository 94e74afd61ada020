//! What a whole connection hears and says, byte by byte, with the habits of the clients in use.

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
        let (telnet, _) = Telnet::new(limits);
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
        let line = |one| if let &Heard::Line(ref line) = one { Some(line.as_str()) } else { None };
        self.heard.iter().filter_map(line).collect()
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

const ASK_TTYPE: &[u8] = &[255, 250, 24, 1, 255, 240];
const NOTHING: &[u8] = &[];

#[test]
fn the_first_write_offers_what_there_is() {
    let (_, first_write) = Telnet::new(TelnetLimits::default());
    assert_eq!(&first_write[..], [255, 253, 24, 255, 253, 31, 255, 251, 42, 255, 251, 25]);
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
fn mudlet_says_who_it_is() {
    let mut mudlet = Connection::new();
    assert_eq!(mudlet.feed(&[255, 251, 24]), ASK_TTYPE);
    assert_eq!(mudlet.ttype("Mudlet"), ASK_TTYPE);
    assert_eq!(mudlet.ttype("ANSI-TRUECOLOR"), ASK_TTYPE);
    assert_eq!(mudlet.ttype("MTTS 2413"), NOTHING);
    assert_eq!(mudlet.telnet.client_name(), Some("MUDLET"));
    let capability = mudlet.telnet.capability();
    assert_eq!(capability.colour, ColourDepth::True);
    assert_eq!(capability.charset, Charset::Utf8);
    assert!(capability.screen_reader);
    assert_eq!(mudlet.heard.last(), Some(&Heard::Screen(mudlet.telnet.screen())));
}

/// What each client answers, one after the other, and what colours it gets.
#[test]
fn colours_of_the_clients_in_use() {
    let table: &[(&[&str], ColourDepth)] = &[
        (&["TINTIN++", "XTERM", "MTTS 271"], ColourDepth::True),
        (&["mushclient", "ANSI", "MTTS 9"], ColourDepth::TwoFiveSix),
        (&["XTERM-256COLOR", "XTERM-256COLOR"], ColourDepth::TwoFiveSix),
        (&["VT100", "VT100"], ColourDepth::Sixteen),
        (&["DUMB", "DUMB"], ColourDepth::None),
        (&["TINYFUGUE", "ANSI-ATTR", "ANSI", "UNKNOWN", "UNKNOWN"], ColourDepth::Sixteen),
        (&["KBtin", "hardcopy", "unknown", "KBtin-2.1", "KBtin-2.1"], ColourDepth::None),
    ];
    for (names, colour) in table {
        let mut client = Connection::new();
        client.feed(&[255, 251, 24]);
        let (last, others) = names.split_last().expect("no row is empty");
        for name in others {
            assert_eq!(client.ttype(name), ASK_TTYPE, "{names:?}");
        }
        assert_eq!(client.ttype(last), NOTHING, "{names:?}");
        assert_eq!(client.telnet.capability().colour, *colour, "{names:?}");
    }
}

#[test]
fn terminal_types_are_asked_for_six_times_at_most() {
    let mut client = Connection::new();
    let mut questions = usize::from(client.feed(&[255, 251, 24]) == ASK_TTYPE);
    for number in 0..20 {
        questions += usize::from(client.ttype(&format!("T{number}")) == ASK_TTYPE);
    }
    assert_eq!(questions, 6);
}

#[test]
fn terminal_types_are_a_strangers_text() {
    let mut client = Connection::new();
    client.feed(&[255, 251, 24]);
    client.ttype("\u{1b}[31mevil\r\n\u{7}\u{202e}x");
    assert_eq!(client.telnet.client_name(), Some("[31MEVILX"));
    let mut client = Connection::new();
    client.feed(&[255, 251, 24]);
    assert_eq!(client.ttype(&"x".repeat(65)), NOTHING);
    assert_eq!(client.telnet.client_name(), None);
}

#[test]
fn window_sizes_are_clamped_and_told_when_they_change() {
    let mut client = Connection::new();
    client.feed(&[255, 251, 31]);
    let size = |w: u16, h: u16| {
        let ([w1, w0], [h1, h0]) = (w.to_be_bytes(), h.to_be_bytes());
        [255, 250, 31, w1, w0, h1, h0, 255, 240]
    };
    for ((w, h), (width, height)) in [
        ((80, 24), (80, 24)),
        ((3, 1), (20, 1)),
        ((60_000, 60_000), (500, 60_000)),
        ((0, 0), (0, 0)),
    ] {
        client.feed(&size(w, h));
        assert_eq!((client.telnet.screen().width, client.telnet.screen().height), (width, height));
    }
    let told = client.heard.len();
    client.feed(&size(0, 0));
    client.feed(&[255, 250, 31, 0, 80, 255, 240]);
    assert_eq!(client.heard.len(), told, "nothing changed");
}

#[test]
fn mushclient_does_not_double_255_in_its_width() {
    let mut client = Connection::new();
    assert_eq!(client.feed(&[255, 252, 31]), NOTHING);
    assert_eq!(client.feed(&[255, 251, 31]), [255, 253, 31], "offered later, and wanted");
    client.feed(&[255, 250, 31, 0, 255, 0, 60, 255, 240]);
    assert_eq!(client.telnet.screen().width, 255);
    client.feed(b"look\r\n");
    assert_eq!(client.lines(), ["look"]);
}

#[test]
fn charset_ours() {
    let request = b"\xff\xfa\x2a\x01;UTF-8;ISO-8859-1;US-ASCII\xff\xf0";
    let mut client = Connection::new();
    assert_eq!(client.feed(&[255, 253, 42]), request);
    assert_eq!(client.feed(b"\xff\xfa\x2a\x02KOI8-R\xff\xf0"), NOTHING);
    assert_eq!(client.telnet.capability().charset, Charset::Ascii);
    let mut client = Connection::new();
    client.feed(&[255, 253, 42]);
    assert!(!client.telnet.is_settled());
    assert_eq!(client.feed(b"\xff\xfa\x2a\x02iso-8859-1\xff\xf0"), NOTHING);
    assert_eq!(client.telnet.capability().charset, Charset::Latin1);
    client.feed(b"caf\xe9\xff\xff\r\n");
    assert_eq!(client.lines(), ["caféÿ"]);
}

#[test]
fn charset_theirs() {
    let mut client = Connection::new();
    assert_eq!(client.feed(&[255, 251, 42]), [255, 253, 42]);
    let accepted = b"\xff\xfa\x2a\x02utf-8\xff\xf0";
    assert_eq!(client.feed(b"\xff\xfa\x2a\x01 KOI8-R utf-8\xff\xf0"), accepted);
    assert_eq!(client.telnet.capability().charset, Charset::Utf8);
    let rejected = b"\xff\xfa\x2a\x03\xff\xf0";
    assert_eq!(client.feed(b"\xff\xfa\x2a\x01 KOI8-R\xff\xf0"), rejected);
    assert_eq!(client.telnet.capability().charset, Charset::Utf8);
    assert_eq!(client.feed(b"\xff\xfa\x2a\x04\x01\xff\xf0"), b"\xff\xfa\x2a\x05\xff\xf0");
}

#[test]
fn when_both_ask_for_a_charset_ours_goes_first() {
    let mut client = Connection::new();
    client.feed(&[255, 253, 42, 255, 251, 42]);
    let request = b"\xff\xfa\x2a\x01;US-ASCII\xff\xf0";
    assert_eq!(client.feed(request), b"\xff\xfa\x2a\x03\xff\xf0");
    client.feed(b"\xff\xfa\x2a\x02UTF-8\xff\xf0");
    assert_eq!(client.telnet.capability().charset, Charset::Utf8);
    assert_eq!(client.feed(request), b"\xff\xfa\x2a\x02US-ASCII\xff\xf0", "later it may");
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
fn prompt_marks() {
    let mut client = Connection::new();
    client.feed(&[255, 254, 25]);
    assert_eq!(client.telnet.prompt_mark(), PromptMark::Ga);
    assert_eq!(client.feed(&[255, 253, 3]), [255, 251, 3]);
    assert_eq!(client.telnet.prompt_mark(), PromptMark::None);
    let mut client = Connection::new();
    assert_eq!(client.feed(&[255, 253, 25]), NOTHING);
    assert_eq!(client.telnet.prompt_mark(), PromptMark::Eor);
    assert_eq!(client.feed(&[255, 254, 25]), [255, 252, 25]);
    assert_eq!(client.telnet.prompt_mark(), PromptMark::Ga);
}

#[test]
fn passwords_are_hidden_whatever_the_client_answers() {
    let (will, wont): (&[u8], &[u8]) = (&[255, 251, 1], &[255, 252, 1]);
    let (agree, undo): (&[u8], &[u8]) = (&[255, 253, 1], &[255, 254, 1]);
    let answers: [(&[u8], &[u8]); 4] =
        [(agree, undo), (agree, NOTHING), (undo, NOTHING), (NOTHING, NOTHING)];
    for (to_will, to_wont) in answers {
        let mut client = Connection::new();
        for _ in 0..3 {
            assert_eq!(client.hide(), will);
            assert_eq!(client.hide(), NOTHING);
            assert_eq!(client.feed(to_will), NOTHING);
            assert_eq!(client.show(), wont);
            assert_eq!(client.show(), NOTHING);
            assert_eq!(client.feed(to_wont), NOTHING);
        }
    }
}

#[test]
fn late_answers_about_echo_are_not_requests() {
    let mut client = Connection::new();
    assert_eq!(client.hide(), [255, 251, 1]);
    assert_eq!(client.show(), [255, 252, 1]);
    assert_eq!(client.hide(), [255, 251, 1]);
    assert_eq!(client.feed(&[255, 253, 1, 255, 254, 1, 255, 253, 1]), NOTHING);
    assert_eq!(client.show(), [255, 252, 1]);
    assert_eq!(client.feed(&[255, 253, 1, 255, 254, 1]), NOTHING);
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
        assert!(matches!(client.heard.last(), Some(Heard::Hostile(_))), "{:?}", client.heard);
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
    client.feed(&[255, 251, 24, 255, 252, 31, 255, 254, 42, 255, 253, 25]);
    assert!(!client.telnet.is_settled());
    client.ttype("x");
    assert!(!client.telnet.is_settled());
    client.ttype("x");
    assert!(client.telnet.is_settled());
}

#[test]
fn an_idle_connection_is_small() {
    assert!(size_of::<Telnet>() <= 512, "{} bytes", size_of::<Telnet>());
    let mut client = Connection::new();
    client.feed(b"\xff\xfb\x18look\r\n\xff\xfa\x18\x00TINTIN++\xff\xf0");
    assert_eq!(client.telnet.lines.bytes_held() + client.telnet.parser.bytes_held(), 0);
}
