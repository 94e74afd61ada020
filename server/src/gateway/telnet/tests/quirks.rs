//! What single clients do that others do not, and that all offers are settled at once with those that answer them.

use super::*;

/// What Mudlet answers to the first write, in one packet: yes to all, its window, and by GMCP what it is.
fn mudlet() -> Vec<u8> {
    let verbs =
        [[251, 24], [251, 31], [253, 42], [251, 39], [253, 25], [253, 70], [253, 201], [253, 86]];
    let mut said: Vec<u8> = verbs.iter().flat_map(|[verb, option]| [255, *verb, *option]).collect();
    said.extend([255, 250, 31, 0, 100, 0, 40, 255, 240]);
    said.extend(b"\xff\xfa\xc9Core.Hello {\"client\":\"Mudlet\",\"version\":\"4.18\"}\xff\xf0");
    said
}

/// The verbs in what was said, each with its option; what stands within subnegotiations is none.
fn verbs(said: &[u8]) -> Vec<(u8, u8)> {
    let mut rest = said;
    let mut found = Vec::new();
    while let Some(at) = rest.windows(3).position(|three| three[0] == 255) {
        let (verb, option) = (rest[at + 1], rest[at + 2]);
        rest = &rest[at + 3..];
        match verb {
            251..=254 => found.push((verb, option)),
            250 => {
                let end = rest.windows(2).position(|two| two == [255, 240]).unwrap();
                rest = &rest[end + 2..];
            }
            _ => {}
        }
    }
    found
}

#[test]
fn which_options_are_on_is_known_after_one_round_trip() {
    let mut client = Connection::new();
    let answered = client.feed(&mudlet());
    // The questions that the answers make possible go out at once, and nothing is negotiated any more.
    assert_eq!(verbs(&answered), []);
    for question in [&[255, 250, 24, 1, 255, 240][..], &[255, 250, 42, 1], &[255, 250, 39, 1]] {
        assert!(answered.windows(question.len()).any(|part| part == question), "{question:?}");
    }
    assert_eq!(client.telnet.capability().width, 100);
    let answers = b"\xff\xfa\x2a\x02UTF-8\xff\xf0\xff\xfa\x27\x00\x03MTTS\x01269\xff\xf0";
    assert_eq!(client.feed(answers), NOTHING);
    assert_eq!(client.telnet.capability().charset, Charset::Utf8);
}

#[test]
fn mudlet_may_say_yes_as_often_as_it_likes() {
    let mut client = Connection::new();
    client.feed(&mudlet());
    let before = client.telnet.capability();
    for _ in 0..20 {
        assert_eq!(client.feed(&mudlet()), NOTHING);
    }
    assert_eq!(client.telnet.capability(), before);
}

#[test]
fn what_mudlet_sends_after_a_question_of_its_own_is_an_empty_line() {
    let mut client = Connection::new();
    client.feed(&mudlet());
    assert_eq!(client.feed(b"\xff\xfa\xc9External.Discord.Get\xff\xf0\n"), NOTHING);
    assert_eq!(client.lines(), [""]);
}

#[test]
fn mushclient_answers_once_and_is_not_asked_again() {
    let mut client = Connection::new();
    client.feed(&[255, 251, 24, 255, 252, 39, 255, 253, 42, 255, 254, 25, 255, 254, 201]);
    assert_eq!(client.ttype("mushclient"), [255, 250, 24, 1, 255, 240]);
    assert_eq!(client.ttype("ANSI"), [255, 250, 24, 1, 255, 240]);
    assert_eq!(client.ttype("MTTS 265"), NOTHING);
    assert_eq!(client.telnet.capability().colour, ColourDepth::True);
    // Its window comes only when its user wants that, and then unasked.
    assert_eq!(client.feed(&[255, 251, 31, 255, 250, 31, 0, 255, 0, 60, 255, 240]), NOTHING);
    assert_eq!(client.telnet.capability().width, 255);
}

#[test]
fn telnet_hides_nothing_behind_its_timing_mark() {
    let mut client = Connection::new();
    let interrupted = [255, 244, 255, 253, 6];
    assert_eq!(client.feed(b"half a li"), NOTHING);
    assert_eq!(client.feed(&interrupted), [255, 251, 6]);
    assert_eq!(client.feed(&interrupted), [255, 251, 6]);
    assert_eq!(client.feed(b"look\r\n"), NOTHING);
    assert_eq!(client.lines(), ["look"]);
}
