//! What clients say by GMCP, well meant or not.

use std::collections::BTreeMap;

use super::*;
use crate::gateway::gmcp::{Packages, Variables};
use crate::vocab::{Resume, ResumeToken, Secret};

const DO_GMCP: &[u8] = &[255, 253, 201];

fn says(text: &str) -> Vec<u8> {
    [&[255, 250, 201], text.as_bytes(), &[255, 240]].concat()
}

fn wish(wanted: Packages, named: Packages) -> Heard {
    Heard::Beside(Wish::Gmcp { wanted, named })
}

fn asked(asked: Asked) -> Heard {
    Heard::Asked(Box::new(asked))
}

fn speaking() -> Connection {
    let mut client = Connection::new();
    client.feed(DO_GMCP);
    client
}

impl Connection {
    /// What it says it wants, in this message or before.
    fn wants(&mut self, said: &str) -> Option<Packages> {
        self.feed(&says(said));
        self.heard.iter().rev().find_map(|one| match one {
            Heard::Beside(Wish::Gmcp { wanted, .. }) => Some(*wanted),
            _ => None,
        })
    }
}

#[test]
fn a_client_that_lists_nothing_gets_the_usual() {
    let mut client = speaking();
    assert_eq!(client.heard.last(), Some(&wish(Packages::DEFAULT, Packages::NONE)));
    client.feed(&[255, 254, 201]);
    assert_eq!(client.heard.last(), Some(&Heard::Beside(Wish::Nothing)));
}

#[test]
fn lists_replace_add_and_remove() {
    let mut client = speaking();
    let both = Packages::ROOM | Packages::CHANNEL;
    assert_eq!(client.wants(r#"core.supports.set ["room.INFO 1"]"#), Some(Packages::ROOM));
    assert_eq!(client.wants(r#"Core.Supports.Add ["Comm 1", "IRE.Rift 1", 7]"#), Some(both));
    assert_eq!(client.wants(r#"Core.Supports.Remove ["Room.Info"]"#), Some(Packages::CHANNEL));
    let login = r#"Core.Supports.Set ["Char.Login 1|2"]"#;
    assert_eq!(client.wants(login), Some(Packages::LOGIN));
    // Named again is told again, even though nothing changed.
    client.heard.clear();
    client.feed(&says(login));
    assert_eq!(client.heard, [wish(Packages::LOGIN, Packages::LOGIN)]);
}

#[test]
fn the_first_list_begins_with_nothing() {
    let mut client = speaking();
    assert_eq!(client.wants(r#"Core.Supports.Add ["Room.Info"]"#), Some(Packages::ROOM));
}

#[test]
fn a_ping_is_answered_at_once_and_only_in_gmcp() {
    let mut client = Connection::new();
    assert_eq!(client.feed(&says("Core.Ping 120")), NOTHING);
    client.feed(DO_GMCP);
    assert_eq!(client.feed(&says("core.ping 120")), says("Core.Ping"));
}

#[test]
fn credentials_are_heard_and_never_shown() {
    let mut client = speaking();
    client.heard.clear();
    client.feed(&says(r#"Char.Login.Credentials {"account":"Ada","password":"secret","x":1}"#));
    let credentials =
        Credentials::Password { name: "Ada".to_owned(), password: Secret::new("secret") };
    assert_eq!(client.heard, [asked(Asked::LogIn(credentials))]);
    assert!(!format!("{:?}", client.heard).contains("secret"));
    client.heard.clear();
    for no_login in ["{}", r#"{"account":"Ada"}"#, r#"{"account":1,"password":"x"}"#, "7", ""] {
        client.feed(&says(&format!("Char.Login.Credentials {no_login}")));
    }
    assert_eq!(client.heard, []);
}

#[test]
fn tokens_are_heard_and_never_shown() {
    let mut client = speaking();
    client.heard.clear();
    let token = ResumeToken::of([7; 32]);
    let written = token.expose();
    client
        .feed(&says(&format!(r#"Char.Login.Credentials {{"account":"Ada","token":"{written}"}}"#)));
    client.feed(&says(&format!(r#"char.login.reconnect {{"token":"{written}","version":2}}"#)));
    client.feed(&says(r#"Char.Login.Credentials {"account":"Ada","token":"x","password":"y"}"#));
    let told = format!(r#"{{"token":"{written}","seen":{{"say":["20f042ca",2]}}}}"#);
    client.feed(&says(&format!("Char.Login.Credentials {told}")));
    let shown = |token, seen| asked(Asked::LogIn(Credentials::Token { token, seen }));
    let seen = Resume(BTreeMap::from([("say".parse().unwrap(), ("20f042ca".into(), 2))]));
    let token = || Some(token.clone());
    let expected = [shown(token(), None), shown(token(), None), shown(None, None)];
    assert_eq!(client.heard[..3], expected);
    assert_eq!(client.heard[3..], [shown(token(), Some(seen))]);
    assert!(!format!("{:?}", client.heard).contains(&written));
}

#[test]
fn what_makes_no_sense_is_passed_over() {
    let deep = format!("Core.Supports.Set {}", "[".repeat(10_000));
    let long = format!("Core.Supports.Set [\"{}\"]", "x".repeat(20_000));
    let many = format!("Core.Supports.Set [{}\"Room\"]", "\"Char.Skills 1\",".repeat(1_000));
    let mut client = speaking();
    client.heard.clear();
    for bad in [
        "",
        " ",
        "Core.Supports.Set",
        "Core.Supports.Set {",
        "Core.Supports.Set \"Room\"",
        "\u{0}",
        "Kör [1]",
        "Unknown.Package {\"a\":1}",
        "Core.Hello [",
        &"x".repeat(65),
        &deep,
        &long,
    ] {
        assert_eq!(client.feed(&says(bad)), NOTHING, "{bad:.80}");
    }
    client.feed(b"\xff\xfa\xc9Core.Supports.Set [\"\x80\xfe\"]\xff\xf0");
    assert_eq!(client.heard, [], "nothing of it means anything");
    assert_eq!(client.wants(&many), Some(Packages::NONE), "what is far down a list is not read");
    client.feed(b"say still here\r\n");
    assert_eq!(client.lines(), ["say still here"]);
    assert_eq!(client.telnet.parser.bytes_held(), 0);
}

#[test]
fn a_client_says_what_it_is() {
    let mut client = speaking();
    client.heard.clear();
    client.feed(&says("Core.Hello {\"client\":\"Mud\\u0007let\",\"version\":\"4.18\"}"));
    assert_eq!(client.telnet.client_name(), Some("MUDLET"));
    assert_eq!(client.telnet.client_version(), "4.18");
    // It takes these without listing them, whatever it lists later.
    assert_eq!(client.heard, [wish(Packages::DEFAULT | Packages::MUDLET, Packages::MUDLET)]);
    let wanted = Packages::ROOM | Packages::MUDLET;
    assert_eq!(client.wants(r#"Core.Supports.Set ["Room.Info"]"#), Some(wanted));
}

#[test]
fn questions_are_passed_on_as_far_as_they_make_sense() {
    let mut client = speaking();
    client.feed(&says(r#"Core.Supports.Set ["Char.Items 1"]"#));
    client.heard.clear();
    for said in [
        "Char.Items.Inv \"\"",
        "Comm.Channel.Players",
        "Comm.Channel.Enable \"Global\"",
        "Comm.Channel.Enable \"global\\nquit\"",
        "Comm.Channel.Enable [\"global\"]",
        "Char.Items.Contents 7",
    ] {
        client.feed(&says(said));
    }
    let items = Packages::INVENTORY | Packages::THINGS;
    let join = asked(Asked::Join("global".parse().unwrap()));
    let told = [wish(items, Packages::INVENTORY), asked(Asked::Hearers), join];
    assert_eq!(client.heard, told);
}

const WILL_MSDP: &[u8] = &[255, 251, 69];

fn msdp(text: &[u8]) -> Vec<u8> {
    [&[255, 250, 69], text, &[255, 240]].concat()
}

#[test]
fn who_refuses_gmcp_is_offered_variables_once() {
    let mut client = Connection::new();
    assert_eq!(client.feed(&[255, 254, 201]), WILL_MSDP);
    assert_eq!(client.feed(&[255, 254, 69]), NOTHING);
    assert_eq!(client.feed(&[255, 254, 201]), NOTHING);
    assert_eq!(speaking().feed(b""), NOTHING);
}

#[test]
fn variables_are_listed_reported_and_sent() {
    let mut client = Connection::new();
    client.feed(&[255, 254, 201]);
    client.feed(&[255, 253, 69]);
    let commands = client.feed(&msdp(b"\x01LIST\x02COMMANDS"));
    let listed = b"\x01COMMANDS\x02\x05\x02LIST\x02REPORT\x02RESET\x02SEND\x02UNREPORT\x06";
    assert_eq!(commands, msdp(listed));
    client.heard.clear();
    let (room, rank) = (Variables::named("ROOM"), Variables::named("RANK"));
    client.feed(&msdp(b"\x01REPORT\x02\x05\x02ROOM\x02HEALTH\x06\x01SEND\x02RANK"));
    client.feed(&msdp(b"\x01UNREPORT\x02ROOM"));
    let told = [
        Heard::Beside(Wish::Msdp { wanted: room, named: room | rank }),
        Heard::Beside(Wish::Msdp { wanted: Variables::NONE, named: Variables::NONE }),
    ];
    assert_eq!(client.heard, told);
    client.heard.clear();
    for bad in
        [&b""[..], b"\x01", b"\x02\x02", b"\x01REPORT", b"\x01REPORT\x02\x05", b"\x01\x03\x80"]
    {
        assert_eq!(client.feed(&msdp(bad)), NOTHING);
    }
    client.feed(&msdp(&b"\x01LIST\x02X".repeat(2_000)));
    assert_eq!(client.heard, []);
}
