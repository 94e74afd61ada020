//! `docs/gmcp.md` against the code: every message is on the page, just as it is sent, and nothing else is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::DateTime;
use uuid::Uuid;

use super::*;
use crate::gateway::telnet::gmcp::heard_names;
use crate::vocab::{
    ChannelStyle, Colour, MaskLevel, MessageId, PlayerId, SeenExit, Sender, SenderKind, Settings,
    Spot, WIRE_VERSION,
};

const PAGE: &str = include_str!("../../../../docs/gmcp.md");

fn ada() -> Listener {
    Listener {
        player: PlayerId(7),
        name: "Ada".into(),
        rank: Rank::Player,
        ignores: BTreeSet::new(),
        left: BTreeSet::from(["trade".parse().unwrap()]),
        colours: BTreeMap::new(),
        settings: Settings::default(),
        mask: MaskLevel::Off,
    }
}

fn styles() -> Styles {
    let style = |hear| ChannelStyle {
        hear,
        tells_place: false,
        colour: Colour { red: 1, green: 2, blue: 3 },
        to_sender: "You: $m".to_owned(),
        to_target: "$n: $m".to_owned(),
        to_others: "$n: $m".to_owned(),
    };
    let rows = [
        ("say", Rank::Guest),
        ("global", Rank::Guest),
        ("trade", Rank::Guest),
        ("staff", Rank::Builder),
    ];
    Styles(HashMap::from(rows.map(|(name, hear)| (name.parse().unwrap(), style(hear)))))
}

fn pier() -> RoomView {
    let exit = |way: &str, to: &str| SeenExit { way: way.into(), to: to.parse().unwrap() };
    RoomView {
        id: "earth.harbour.docks.pier".parse().unwrap(),
        name: "The Long Pier".to_owned(),
        zone: "The Harbour".to_owned(),
        subzone: "The Docks".to_owned(),
        text: None,
        exits: vec![
            exit("north", "earth.harbour.docks.quay"),
            exit("hatch", "earth.harbour.docks.hold"),
        ],
        players: Vec::new(),
        npcs: Vec::new(),
        items: Vec::new(),
        indoors: false,
        spot: Spot { x: 2, y: -1, z: 0 },
    }
}

fn said() -> Message {
    let sender = Sender {
        id: PlayerId(8),
        name: "Bob".into(),
        kind: SenderKind::Player,
        account: None,
        via: None,
    };
    Message {
        v: WIRE_VERSION,
        id: MessageId(Uuid::from_u128(0x01a1_fd3f_fe4f_7749_8385_988b_65a4_c382)),
        epoch: "20f042ca".into(),
        seq: 12,
        channel: "global".parse().unwrap(),
        at: DateTime::UNIX_EPOCH,
        sender,
        content: "hello".to_owned(),
        room: None,
        party: None,
        target: None,
        audience: None,
        flags: Vec::new(),
        masks: Default::default(),
        to_sender: None,
        to_target: None,
    }
}

/// One of each message that is sent.
fn examples() -> Vec<Bytes> {
    let said = said();
    let line = LineId {
        id: said.id,
        channel: said.channel.clone(),
        epoch: said.epoch.clone(),
        seq: said.seq,
    };
    vec![
        goodbye("Until next time."),
        login_default(),
        login_result(None),
        login_result(Some("No.")),
        name(&ada()),
        status_vars(),
        status(&ada()),
        new_rank(Rank::Builder),
        vitals("The Long Pier> "),
        room(&pier()),
        players(&["Bob".into()]),
        add_player(&"Bob".into()),
        remove_player(&"Bob".into()),
        channels(&ada(), &styles()),
        text(&said, "\u{1b}[36m[global] Bob: hello\u{1b}[0m"),
        redacted(&line),
    ]
}

fn unframed(bytes: &Bytes) -> String {
    let inner = bytes.strip_prefix(&BEGIN).and_then(|rest| rest.strip_suffix(&END));
    String::from_utf8(inner.expect("it is framed").to_vec()).expect("it is UTF-8")
}

/// The lines of the page's examples.
fn shown() -> impl Iterator<Item = &'static str> {
    PAGE.split("```").skip(1).step_by(2).flat_map(str::lines).filter(|line| line.contains('.'))
}

#[test]
fn every_message_is_on_the_page_as_it_is_sent() {
    let missing: Vec<String> =
        examples().iter().map(unframed).filter(|one| !shown().any(|line| line == one)).collect();
    assert!(missing.is_empty(), "docs/gmcp.md has not:\n{}", missing.join("\n"));
}

#[test]
fn the_page_shows_nothing_that_is_neither_sent_nor_heard() {
    let first = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    let mut known: BTreeSet<String> = examples().iter().map(|one| first(&unframed(one))).collect();
    known.extend(heard_names().map(str::to_owned));
    let on_page: BTreeSet<String> = shown().map(first).collect();
    assert_eq!(on_page, known);
}

#[test]
fn every_package_is_on_the_page() {
    for (name, _) in Packages::NAMES {
        assert!(PAGE.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn strangers_text_stays_text() {
    let bytes = goodbye("a\u{0}b\u{1b}[1z\r\nÿ\"");
    assert_eq!(unframed(&bytes), r#"Core.Goodbye "a\u0000b\u001b[1z\r\nÿ\"""#);
    let inside = &bytes[BEGIN.len()..bytes.len() - END.len()];
    assert!(!inside.iter().any(|byte| *byte == 255 || byte.is_ascii_control()));
}

#[test]
fn numbers_are_positive_and_stay() {
    assert_eq!(room_number(&"earth.harbour.docks.pier".parse().unwrap()), PIER);
    assert!(room_number(&"a.b.c.d".parse().unwrap()) <= i32::MAX.unsigned_abs());
}

/// Players have it in their maps.
const PIER: u32 = 0;
