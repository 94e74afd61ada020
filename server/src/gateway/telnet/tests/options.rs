//! What the options say, each on its own and against the others.

use super::*;

const ASK_TTYPE: &[u8] = &[255, 250, 24, 1, 255, 240];

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
        (&["KBtin", "hardcopy", "unknown", "KBtin-2.1", "KBtin-2.1"], ColourDepth::TwoFiveSix),
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
fn an_option_that_is_off_says_nothing() {
    let mut client = Connection::new();
    client.feed(&[255, 241]);
    client.heard.clear();
    client.feed(&[255, 250, 31, 0, 80, 0, 24, 255, 240]);
    assert_eq!(client.feed(b"\xff\xfa\x2a\x01;UTF-8\xff\xf0"), NOTHING);
    assert_eq!(client.heard, []);
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
fn prompt_marks() {
    let mut client = Connection::new();
    client.feed(&[255, 254, 25]);
    assert_eq!(client.telnet.prompt_mark(), PromptMark::Ga);
    assert_eq!(client.feed(&[255, 253, 3]), [255, 251, 3]);
    assert_eq!(client.telnet.prompt_mark(), PromptMark::None);
    let mut client = Connection::new();
    assert_eq!(client.feed(&[255, 253, 25]), NOTHING);
    assert_eq!(client.telnet.prompt_mark(), PromptMark::EorAlone);
    assert_eq!(client.feed(&[255, 254, 25]), [255, 252, 25]);
    assert_eq!(client.telnet.prompt_mark(), PromptMark::Ga);
}

#[test]
fn clients_that_keep_prompts_apart_are_known_by_name() {
    let table = [
        ("MUDLET 4.17", PromptMark::Eor),
        ("TINTIN++", PromptMark::Eor),
        ("TINYFUGUE", PromptMark::Eor),
        ("KBtin", PromptMark::EorAlone),
        ("TELIX", PromptMark::EorAlone),
        ("XTERM-256COLOR", PromptMark::EorAlone),
    ];
    for (name, mark) in table {
        let mut client = Connection::new();
        client.feed(&[255, 253, 25]);
        client.feed(&[255, 251, 24]);
        client.ttype(name);
        assert_eq!(client.telnet.prompt_mark(), mark, "{name}");
    }
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

const ASK_ENVIRONMENT_BYTES: usize = 5 + 240;

#[test]
fn mnes_is_asked_for_once_and_believed() {
    let mut client = Connection::new();
    let question = client.feed(&[255, 251, 39]);
    assert!(question.starts_with(b"\xff\xfa\x27\x01\x00CLIENT_NAME\x00"), "{question:?}");
    assert!(question.len() <= ASK_ENVIRONMENT_BYTES, "{}", question.len());
    assert_eq!(client.feed(&[255, 251, 39]), NOTHING);
    assert_eq!(
        client.feed(
            b"\xff\xfa\x27\x00\x00CLIENT_NAME\x01Mudlet\x00CLIENT_VERSION\x014.20\x03256_COLORS\x011\
              \x03UTF-8\x011\x03SCREEN_READER\x011\x03IPADDRESS\x01192.0.2.1\xff\xf0"
        ),
        NOTHING
    );
    assert_eq!(client.telnet.client_name(), Some("MUDLET"));
    assert_eq!(client.telnet.client_version(), "4.20");
    let capability = client.telnet.capability();
    assert_eq!(capability.colour, ColourDepth::TwoFiveSix);
    assert_eq!(capability.charset, Charset::Utf8);
    assert!(capability.screen_reader && client.telnet.screen().screen_reader);
}

#[test]
fn what_was_agreed_on_goes_before_the_environment_unless_that_is_news() {
    let mut client = Connection::new();
    client.feed(&[255, 253, 42, 255, 251, 39]);
    client.feed(b"\xff\xfa\x2a\x02UTF-8\xff\xf0");
    client.feed(b"\xff\xfa\x27\x00\x00CHARSET\x01ISO-8859-1\xff\xf0");
    assert_eq!(client.telnet.capability().charset, Charset::Utf8);
    client.feed(b"\xff\xfa\x27\x02\x00CHARSET\x01ISO-8859-1\xff\xf0");
    assert_eq!(client.telnet.capability().charset, Charset::Latin1);
}

#[test]
fn an_environment_is_a_strangers_text() {
    let mut client = Connection::new();
    client.feed(&[255, 251, 39]);
    client.feed(b"\xff\xfa\x27\x00\x00CLIENT_NAME\x01\x1b[31mevil\r\n\xff\xf0");
    assert_eq!(client.telnet.client_name(), Some("[31MEVIL"));
    for _ in 0..100 {
        let endless = [&[255, 250, 39, 0][..], &b"\x00A\x01b".repeat(2000), &[255, 240]].concat();
        assert_eq!(client.feed(&endless), NOTHING);
    }
    assert_eq!(client.telnet.parser.bytes_held(), 0);
    let full = [&[255, 250, 39, 0][..], &b"\x03MTTS\x01x\x02".repeat(500), &[255, 240]].concat();
    assert_eq!(client.feed(&full), NOTHING);
}

#[test]
fn lists_of_games_are_answered_a_few_times() {
    let mut crawler = Connection::new();
    for _ in 0..100 {
        crawler.feed(&[255, 253, 70, 255, 254, 70]);
    }
    let asked = crawler.heard.iter().filter(|one| **one == Heard::WantsListing).count();
    assert_eq!(asked, 4);
}

#[test]
fn a_prompt_mark_that_changes_is_told() {
    let mut client = Connection::new();
    client.feed(&[255, 253, 25]);
    assert_eq!(client.heard, [Heard::Capability(client.telnet.capability())]);
}
