//! What is done for every line, to be run under a counter of instructions: `scripts/instructions` does so and compares
//! with `benches/instructions.txt`. Does one case so many times and prints nothing; without arguments it names the cases.
//!
//! What a case costs is the difference between two runs of it with different counts: what sets it up is in both.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and may stop")]

#[path = "../tests/support/rehearsal/mod.rs"]
#[allow(unreachable_pub, dead_code, reason = "every user of it uses a part of it")]
mod rehearsal;

use std::hint::black_box;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use chrono::DateTime;
use hearsay::gateway::telnet::{Offers, Telnet, TelnetLimits};
use hearsay::moderation::{Restrictions, Speaking};
use hearsay::roles;
use hearsay::store::{Store, StoreOptions};
use hearsay::vocab::{
    AccountId, Input, Masks, Message, MessageId, Person, PlayerId, Rank, Sender, SenderKind,
    Target, Transport, WIRE_VERSION,
};
use rehearsal::given::{shipped_settings, world_of_tests};
use rehearsal::{ROOMY, Rehearsal, settings};
use uuid::Builder;

/// A line of forty characters in which the filter finds nothing.
const LINE: &str = "the harbour lamps are lit early tonight ";

/// A case: what `scripts/instructions` calls it, what is set up, and then what is counted.
type Case = (&'static str, fn() -> Box<dyn FnMut()>);

const CASES: [Case; 10] = [
    ("read a line by telnet", read_a_line),
    ("filter a clean line of 40 characters", filter_a_line),
    ("see whether somebody may speak", see_whether_they_may),
    ("say: the game's part, 100 in the room", || say_in_the_game(100)),
    ("say, 5 in the room", || to_all(5, format!("say {LINE}"))),
    ("say, 100 in the room", || to_all(100, format!("say {LINE}"))),
    ("whisper", || to_all(2, format!("whisper {} {LINE}", name(1)))),
    ("look, 5 in the room", || to_all(5, "look".to_owned())),
    ("put a whisper into history", || put_into_history(whispered)),
    ("put a line of a room of 5 into history", || put_into_history(said)),
];

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (Some(wanted), Some(rounds)) = (arguments.next(), arguments.next()) else {
        return CASES.iter().for_each(|(name, _)| println!("{name}"));
    };
    let (_, set_up) = CASES.iter().find(|(name, _)| *name == wanted).unwrap();
    let mut once = set_up();
    for _ in 0..rounds.parse().unwrap() {
        once();
    }
}

fn read_a_line() -> Box<dyn FnMut()> {
    let offers = Offers { compressed_output: false, compressed_input: false, sounds: false };
    let (mut telnet, _) = Telnet::new(TelnetLimits::default(), offers);
    let typed = format!("say {LINE}\r\n");
    let mut out = BytesMut::new();
    Box::new(move || {
        let mut heard = Vec::new();
        telnet.receive(typed.as_bytes(), Instant::now(), &mut out, &mut |it| heard.push(it));
        assert_eq!(heard.len(), 1);
    })
}

fn filter_a_line() -> Box<dyn FnMut()> {
    let (filter, _) = roles::filter::load(&shipped_settings(), None).unwrap();
    let say = "say".parse().unwrap();
    Box::new(move || assert!(filter.judge(&say, black_box(LINE)).hits.is_empty()))
}

fn see_whether_they_may() -> Box<dyn FnMut()> {
    let restrictions = Restrictions::default();
    let say = "say".parse().unwrap();
    let who = Person::of(Some(AccountId(7)), PlayerId(7));
    Box::new(move || {
        let rank = Rank::Player;
        let speaking = Speaking { who, rank, account_age: None, channel: &say };
        assert!(restrictions.verdict(black_box(&speaking), Duration::from_secs(1)).is_ok());
    })
}

/// A room with so many people, all by telnet; nobody has said anything about their client.
fn room(people: u8) -> Rehearsal {
    let mut stage = Rehearsal::within(&settings(&[]), world_of_tests(), &[ROOMY], 1);
    for number in 0..people {
        stage.enter(&name(number), Rank::Player);
    }
    stage
}

/// Four letters that nobody else has.
fn name(number: u8) -> String {
    let letter = |nibble: u8| char::from(b"bdghjlmnprstvwxz"[usize::from(nibble)]);
    ['L', 'b', letter(number >> 4), letter(number & 15)].iter().collect()
}

fn say_in_the_game(people: u8) -> Box<dyn FnMut()> {
    let mut stage = room(people);
    let session = stage.clients[0].session;
    Box::new(move || stage.says(Input::Line { session, text: format!("say {LINE}") }))
}

/// Goes to the disk with so many others of its kind.
const GROUP: u64 = 40;

/// Has lines stored, in groups that do not hang on what time it is.
fn put_into_history(line: fn(u64) -> Message) -> Box<dyn FnMut()> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearsay.db");
    let store = Store::open(&StoreOptions { group_ms: 600_000, ..StoreOptions::at(path) }).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(store.begin_epoch(EPOCH, DateTime::UNIX_EPOCH)).unwrap();
    let mut lines = lines(line);
    Box::new(move || {
        let _kept = &folder;
        let line = lines.next().unwrap();
        let ends_group = line.seq.is_multiple_of(GROUP);
        assert!(store.remember(line));
        if ends_group {
            // What is asked sees what was offered before.
            runtime.block_on(store.name_taken("Nobody")).unwrap();
            assert_eq!((store.counters().rejected, store.counters().queue_depth), (0, 0));
        }
    })
}

/// Lines to put on record, as they come out of the game.
fn lines(line: fn(u64) -> Message) -> impl Iterator<Item = Arc<Message>> {
    const LINES: u64 = 1_000;
    (1..=LINES).map(|seq| Arc::new(line(seq))).collect::<Vec<_>>().into_iter()
}

const EPOCH: &str = "0193f2c4a5b67c8d9e0f1a2b3c4d5e6f";

/// A line between two; four of a millisecond.
fn whispered(seq: u64) -> Message {
    let at_ms = 1_700_000_000_000 + seq / 4;
    let id = Builder::from_unix_timestamp_millis(at_ms, &[seq.to_be_bytes()[7]; 10]).into_uuid();
    Message {
        v: WIRE_VERSION,
        id: MessageId(id),
        epoch: EPOCH.into(),
        seq,
        channel: "whisper".parse().unwrap(),
        at: DateTime::from_timestamp_millis(at_ms.cast_signed()).unwrap(),
        sender: Sender {
            id: PlayerId(0x1f3a_9c04_77d1),
            name: "Ada".into(),
            kind: SenderKind::Player,
            account: Some(AccountId(0x2b6e_01aa_93c5)),
            via: Some(Transport::Telnet),
        },
        content: LINE.trim().to_owned(),
        room: Some("earth.harbour.docks.pier".parse().unwrap()),
        party: None,
        target: Some(Target { id: PlayerId(0x0c55_8d20_1e7f), name: "Gil".into() }),
        audience: Some([PlayerId(0x1f3a_9c04_77d1), PlayerId(0x0c55_8d20_1e7f)].into()),
        flags: Vec::new(),
        masks: Masks::default(),
        to_sender: None,
        to_target: None,
    }
}

/// A line to those in one of two hundred rooms.
fn said(seq: u64) -> Message {
    static ROOMS: LazyLock<Vec<Arc<[PlayerId]>>> = LazyLock::new(|| {
        (0..200).map(|room| (0..5).map(|place| PlayerId(room * 5 + place)).collect()).collect()
    });
    let audience = Some(Arc::clone(&ROOMS[usize::try_from(seq % 200).unwrap()]));
    Message { channel: "say".parse().unwrap(), target: None, audience, ..whispered(seq) }
}

/// The first of so many types something, and all who shall hear it are written to.
fn to_all(people: u8, typed: String) -> Box<dyn FnMut()> {
    let mut stage = room(people);
    Box::new(move || stage.types(0, &typed))
}
