//! Who is told what can be pressed: by OSC 8 those who say that they know it, by MXP those who ask for it and agree to it.

use super::*;
use crate::vocab::LinkMarks;

const WILL_MXP: &[u8] = &[255, 251, 91];
const WONT_MXP: &[u8] = &[255, 252, 91];
const DO_MXP: &[u8] = &[255, 253, 91];
const DONT_MXP: &[u8] = &[255, 254, 91];
/// The option begins, and all that follows is locked.
const BEGINS: &[u8] = b"\xff\xfa\x5b\xff\xf0\x1b[7z";

fn links(client: &Connection) -> LinkMarks {
    client.telnet.capability().links
}

fn choose(client: &mut Connection, wanted: bool) -> Vec<u8> {
    client.telnet.choose_mxp(wanted, &mut client.out);
    client.out.split().to_vec()
}

#[test]
fn who_says_nothing_is_told_nothing() {
    let mut client = Connection::new();
    client.feed(&[255, 251, 24, 255, 251, 39]);
    client.ttype("TINTIN++");
    client.ttype("XTERM-KITTY");
    client.ttype("MTTS 1295");
    client.feed(b"\xff\xfa\x27\x00\x03OSC_HYPERLINKS\x010\x03OSC_HYPERLINKS_SEND\xff\xf0");
    assert_eq!(links(&client), LinkMarks::None);
}

#[test]
fn osc8_goes_by_what_the_environment_says() {
    let mut mudlet = Connection::new();
    mudlet.feed(&[255, 251, 39]);
    mudlet.feed(b"\xff\xfa\x27\x00\x03OSC_HYPERLINKS\x011\x03OSC_HYPERLINKS_SEND\x011\xff\xf0");
    assert_eq!(links(&mudlet), LinkMarks::osc8(true, true, false));
    assert_eq!(mudlet.heard.last(), Some(&Heard::Capability(mudlet.telnet.capability())));
    mudlet.feed(b"\xff\xfa\x27\x02\x03OSC_HYPERLINKS_PROMPT\x011\xff\xf0");
    assert_eq!(links(&mudlet), LinkMarks::OSC8);
    let off = b"\xff\xfa\x27\x02\x03OSC_HYPERLINKS\x010\x03OSC_HYPERLINKS_SEND\x010\
        \x03OSC_HYPERLINKS_PROMPT\x010\xff\xf0";
    mudlet.feed(off);
    assert_eq!(links(&mudlet), LinkMarks::None);
}

#[test]
fn a_terminal_that_is_known_for_it_opens_addresses_and_no_more() {
    let mut terminal = Connection::new();
    terminal.feed(&[255, 251, 24]);
    terminal.ttype("xterm-kitty");
    assert_eq!(links(&terminal), LinkMarks::osc8(true, false, false));
}

#[test]
fn nobody_has_mxp_unasked() {
    let mut client = Connection::new();
    assert_eq!(client.feed(DO_MXP), WONT_MXP);
    assert_eq!(client.feed(&[255, 251, 91]), DONT_MXP);
    assert_eq!(client.feed(&[255, 250, 91, 255, 240]), NOTHING);
    assert_eq!(links(&client), LinkMarks::None);
}

#[test]
fn mxp_is_on_from_its_agreement_to_its_end() {
    let mut client = Connection::new();
    for _ in 0..3 {
        assert_eq!(choose(&mut client, true), WILL_MXP);
        assert_eq!(choose(&mut client, true), NOTHING);
        assert_eq!(links(&client), LinkMarks::None, "before it agrees");
        assert_eq!(client.feed(DO_MXP), BEGINS);
        assert_eq!(links(&client), LinkMarks::Mxp);
        assert_eq!(client.feed(DO_MXP), NOTHING);
        assert_eq!(choose(&mut client, false), WONT_MXP);
        assert_eq!(links(&client), LinkMarks::None, "at once");
        assert_eq!(client.feed(DONT_MXP), NOTHING);
    }
}

#[test]
fn who_refuses_mxp_has_no_links() {
    let mut client = Connection::new();
    assert_eq!(choose(&mut client, true), WILL_MXP);
    assert_eq!(client.feed(DONT_MXP), NOTHING);
    assert_eq!(links(&client), LinkMarks::None);
    assert_eq!(choose(&mut client, false), NOTHING, "it is off already");

    let mut client = Connection::new();
    choose(&mut client, true);
    client.feed(DO_MXP);
    assert_eq!(client.feed(DONT_MXP), WONT_MXP, "or later");
    assert_eq!(links(&client), LinkMarks::None);
    assert_eq!(client.heard.last(), Some(&Heard::Capability(client.telnet.capability())));
}

#[test]
fn a_choice_that_is_taken_back_before_the_answer_ends_as_it_was_taken_back() {
    let mut client = Connection::new();
    assert_eq!(choose(&mut client, true), WILL_MXP);
    assert_eq!(choose(&mut client, false), NOTHING);
    assert_eq!(client.feed(DO_MXP), WONT_MXP, "once the answer to the first is here");
    assert_eq!(client.feed(DONT_MXP), NOTHING);
    assert_eq!(links(&client), LinkMarks::None);
}

#[test]
fn mxp_switched_for_ever_by_a_client_stays_off() {
    let mut client = Connection::new();
    choose(&mut client, true);
    let answers = client.feed(&[DO_MXP, DONT_MXP].concat().repeat(500));
    assert_eq!(answers, [BEGINS, WONT_MXP, &WONT_MXP.repeat(255)].concat()[..answers.len()]);
    assert_eq!(links(&client), LinkMarks::None);
}

/// Each is refused in whichever way it comes up, and what follows it is passed over.
#[test]
fn options_that_we_do_not_do_are_refused() {
    // BINARY, STATUS, TSPEED, LFLOW, LINEMODE, AUTHENTICATION, ENCRYPT, START-TLS, MCCP1, MSP, ZMP, AARD102, ATCP, and none at all.
    for option in [0, 5, 32, 33, 34, 37, 38, 46, 85, 90, 93, 102, 200, 251] {
        let mut client = Connection::new();
        assert_eq!(client.feed(&[255, 251, option]), [255, 254, option]);
        assert_eq!(client.feed(&[255, 253, option]), [255, 252, option]);
        assert_eq!(client.feed(&[255, 252, option, 255, 254, option]), NOTHING);
        assert_eq!(client.feed(&[255, 250, option, 1, 34, 255, 255, 13, 10, 255, 240]), NOTHING);
        client.feed(b"look\r\n");
        assert_eq!(client.lines(), ["look"], "option {option}");
    }
}
