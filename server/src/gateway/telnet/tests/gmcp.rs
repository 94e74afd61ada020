//! What clients say by GMCP, well meant or not.

use super::*;
use crate::vocab::Secret;

const DO_GMCP: &[u8] = &[255, 253, 201];

fn says(text: &str) -> Vec<u8> {
    [&[255, 250, 201], text.as_bytes(), &[255, 240]].concat()
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
            Heard::Packages { wanted, .. } => Some(*wanted),
            _ => None,
        })?
    }
}

#[test]
fn a_client_that_lists_nothing_gets_the_usual() {
    let mut client = speaking();
    let (wanted, named) = (Some(Packages::DEFAULT), Packages::NONE);
    assert_eq!(client.heard, [Heard::Packages { wanted, named }]);
    client.feed(&[255, 254, 201]);
    assert_eq!(client.heard.last(), Some(&Heard::Packages { wanted: None, named }));
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
    let (wanted, named) = (Some(Packages::LOGIN), Packages::LOGIN);
    assert_eq!(client.heard, [Heard::Packages { wanted, named }]);
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
    let [Heard::Credentials(credentials)] = &client.heard[..] else { panic!("{:?}", client.heard) };
    assert_eq!((&*credentials.name, &credentials.password), ("Ada", &Secret::new("secret")));
    assert!(!format!("{:?}", client.heard).contains("secret"));
    client.heard.clear();
    for no_login in ["{}", r#"{"account":"Ada"}"#, r#"{"account":1,"password":"x"}"#, "7", ""] {
        client.feed(&says(&format!("Char.Login.Credentials {no_login}")));
    }
    assert_eq!(client.heard, []);
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
