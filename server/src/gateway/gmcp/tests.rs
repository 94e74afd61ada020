//! `docs/gmcp.md` against the code: every message is on the page, just as it is sent, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use uuid::Uuid;

use super::msdp::VARIABLES;
use super::*;
use crate::gateway::telnet::gmcp::heard_names;
use crate::vocab::{
    ChannelStyle, Colour, Group, Hearer, LineId, Listener, MaskLevel, Member, Message, MessageId,
    PlayerId, Rank, ResumeToken, RoomView, SeenExit, Sender, SenderKind, Settings, Spot, Styles,
    Thing, WIRE_VERSION, WayBack,
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
        page_rows: 0,
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
    Styles(rows.map(|(name, hear)| (name.parse().unwrap(), style(hear))).into_iter().collect())
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
        absent: BTreeMap::new(),
        npcs: vec![Thing {
            key: "earth.harbour.ferryman".into(),
            name: "the ferryman".into(),
            word: "ferryman".into(),
        }],
        items: vec![lantern()],
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

/// Ada's party: Bob is elsewhere.
fn party() -> Group {
    let member = |id, name: &str, room: &str| Member {
        player: PlayerId(id),
        name: name.into(),
        room: room.parse().unwrap(),
    };
    let members = vec![
        member(7, "Ada", "earth.harbour.docks.pier"),
        member(8, "Bob", "earth.harbour.docks.quay"),
    ];
    Group { leader: "Ada".into(), members }
}

fn lantern() -> Thing {
    Thing {
        key: "earth.harbour.lantern".into(),
        name: "a tin lantern".into(),
        word: "lantern".into(),
    }
}

/// What Ada may come back by.
fn way() -> WayBack {
    let bytes = std::array::from_fn(|at| 100 + u8::try_from(at).unwrap());
    WayBack { token: ResumeToken::of(bytes), seconds: 60, is_shown: false }
}

fn extras() -> Extras {
    let discord = Discord {
        application: "450485984333660181".to_owned(),
        invite: Some("https://discord.gg/example".to_owned()),
        game: "Hearsay".to_owned(),
    };
    Extras {
        gui: Some(("1".to_owned(), "https://example.org/hearsay.mpackage".to_owned())),
        map: Some("https://example.org/map.xml".to_owned()),
        media: Some("https://example.org/media/".to_owned()),
        sounds: BTreeMap::from([("whisper".parse().unwrap(), "bell.ogg".to_owned())]),
        discord: Some(discord),
    }
}

/// One of each message that is sent.
fn examples() -> Vec<Told> {
    let said = said();
    let line = LineId::of(&said);
    let heads = BTreeMap::from([(said.channel.clone(), (said.epoch.clone(), said.seq))]);
    let (whisper, extras) = ("whisper".parse().unwrap(), extras());
    let mut examples = vec![
        goodbye("Until next time."),
        login_default(),
        login_result(None),
        login_result(Some("Wrong name or password.")),
        way_back("Ada", &way(), Some(&heads)),
        way_back("Ada", &way(), None),
        name(&ada()),
        status_vars(),
        status(&ada()),
        new_rank(Rank::Builder),
        max_stats(),
        vitals("The Long Pier> "),
        inventory(&[lantern()]),
        room_items(&pier().npcs, &pier().items),
        add_item("room", &lantern()),
        remove_item("inv", &lantern()),
        room(&pier()),
        wrong_way("northeast"),
        players(&["Bob".into()]),
        add_player(&"Bob".into()),
        remove_player(&"Bob".into()),
        group(Some(&party()), PlayerId(7)),
        group(None, PlayerId(7)),
        channels(&ada(), &styles()),
        hearers(&[Hearer { name: "Ada".into(), channels: vec!["say".parse().unwrap()] }]),
        text(&said, "\u{1b}[36m[global] Bob: hello\u{1b}[0m"),
        start(&said.channel),
        end(&said.channel),
        redacted(&line),
        restored(&said, "\u{1b}[36m[global] Bob: hello\u{1b}[0m"),
    ];
    let offers = [gui, map, media, discord, discord_status];
    examples.extend(offers.iter().map(|offer| offer(&extras).unwrap()));
    examples.extend(sound(&extras, &whisper));
    examples
}

fn unframed(told: &Told) -> String {
    let bytes = told.framed();
    let inner = bytes.strip_prefix(&BEGIN).and_then(|rest| rest.strip_suffix(&END));
    String::from_utf8(inner.expect("it is framed").to_vec()).expect("it is UTF-8")
}

/// The lines of the page's examples.
fn shown() -> impl Iterator<Item = &'static str> {
    PAGE.split("```").skip(1).step_by(2).flat_map(|block| block.lines().skip(1))
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
fn every_variable_is_on_the_page_and_has_a_message() {
    let examples = examples();
    for (at, row) in VARIABLES.iter().enumerate() {
        assert!(PAGE.contains(&format!("| `{}` |", row.name)), "{}", row.name);
        let only = Variables::named(row.name);
        let told: Vec<Bytes> = examples.iter().filter_map(|one| one.as_variables(only)).collect();
        assert!(!told.is_empty(), "{}", row.name);
        assert!(at == 0 || VARIABLES[at - 1].name < row.name, "{} is out of order", row.name);
    }
}

#[test]
fn a_room_as_variables() {
    let told = room(&pier()).as_variables(Variables::named("ROOM")).unwrap();
    let text = String::from_utf8_lossy(&told[3..told.len() - 2]).into_owned();
    let shown: String = text
        .chars()
        .map(|c| if c < ' ' { char::from_digit(c as u32, 8).unwrap() } else { c })
        .collect();
    assert_eq!(shown, ROOM);
    assert_eq!(room(&pier()).as_variables(Variables::named("RANK")), None);
}

/// With the bytes that divide it as digits.
const ROOM: &str = "1ROOM231AREA2The Harbour1COORDS231id2496202671x221y2-11z204\
    1EXITS231hatch21302663781n2137387787441NAME2The Long Pier1TERRAIN2outdoors1VNUM218768755354";

#[test]
fn nothing_is_offered_that_the_operator_does_not_have() {
    let none = Extras::default();
    let offers = [gui, map, media, discord, discord_status];
    assert!(offers.iter().all(|offer| offer(&none).is_none()));
    assert_eq!(sound(&extras(), &"say".parse().unwrap()), None);
}

#[test]
fn a_list_stays_within_its_bound() {
    let crowd: Vec<smol_str::SmolStr> = (0..5_000).map(|n| format!("Player{n}").into()).collect();
    let length = players(&crowd).framed().len();
    assert!((8_000..8_300).contains(&length), "{length}");
}

#[test]
fn strangers_text_stays_text() {
    let told = goodbye("a\u{0}b\u{1b}[1z\r\nÿ\"");
    let bytes = told.framed();
    assert_eq!(unframed(&told), r#"Core.Goodbye "a\u0000b\u001b[1z\r\nÿ\"""#);
    let inside = &bytes[BEGIN.len()..bytes.len() - END.len()];
    assert!(!inside.iter().any(|byte| *byte == 255 || byte.is_ascii_control()));
}

#[test]
fn numbers_are_positive_and_stay() {
    assert_eq!(pier().id.number(), PIER);
    assert!(crate::vocab::number("a.b.c.d") <= i32::MAX.unsigned_abs());
}

/// Players have it in their maps.
const PIER: u32 = 1_876_875_535;
