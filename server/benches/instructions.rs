//! What is done for every line, to be run under a counter of instructions: `scripts/instructions` does so and compares
//! with `benches/instructions.txt`. Does one case so many times and prints nothing; without arguments it names the cases.
//!
//! What a case costs is the difference between two runs of it with different counts: what sets it up is in both.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and may stop")]

#[path = "../tests/support/rehearsal/mod.rs"]
#[allow(unreachable_pub, dead_code, reason = "every user of it uses a part of it")]
mod rehearsal;

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use hearsay::gateway::telnet::{Offers, Telnet, TelnetLimits};
use hearsay::moderation::{Restrictions, Speaking};
use hearsay::roles;
use hearsay::vocab::{AccountId, Input, Person, PlayerId, Rank};
use rehearsal::given::{shipped_settings, world_of_tests};
use rehearsal::{ROOMY, Rehearsal, settings};

/// A line of forty characters in which the filter finds nothing.
const LINE: &str = "the harbour lamps are lit early tonight ";

/// A case: what `scripts/instructions` calls it, what is set up, and then what is counted.
type Case = (&'static str, fn() -> Box<dyn FnMut()>);

const CASES: [Case; 8] = [
    ("read a line by telnet", read_a_line),
    ("filter a clean line of 40 characters", filter_a_line),
    ("see whether somebody may speak", see_whether_they_may),
    ("say: the game's part, 100 in the room", || say_in_the_game(100)),
    ("say, 5 in the room", || to_all(5, format!("say {LINE}"))),
    ("say, 100 in the room", || to_all(100, format!("say {LINE}"))),
    ("whisper", || to_all(2, format!("whisper {} {LINE}", name(1)))),
    ("look, 5 in the room", || to_all(5, "look".to_owned())),
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

/// The first of so many types something, and all who shall hear it are written to.
fn to_all(people: u8, typed: String) -> Box<dyn FnMut()> {
    let mut stage = room(people);
    Box::new(move || stage.types(0, &typed))
}
