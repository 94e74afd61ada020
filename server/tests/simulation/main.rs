//! Random turns of a whole cast, from a printed seed, through the real loop, the real bus and real broadcasters. The bus is
//! slow and in every other run too small, so that it drops. A model of its own says who stands where and should hear what:
//!
//! - nobody reads words that were not for them when they were said, whatever was delayed or lost;
//! - everyone who should hear reads them, once and in order, unless the bus lost them;
//! - everyone is in one room, parties are whole, queues stay within their bounds.
//!
//! `HEARSAY_SEED=<number>` repeats one run.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod coming;
mod ledger;
mod model;
mod play;
#[path = "../support/rehearsal/mod.rs"]
#[allow(unreachable_pub, dead_code, reason = "every test uses its own part of it")]
mod rehearsal;
mod standing;

use std::time::{Duration, Instant};

use play::Play;

/// How long to go on. The same seeds come every time, so that a change breaks only what it touches; to look for what no
/// run has found yet, begin elsewhere: `HEARSAY_SEEDS_FROM=$(date +%s)000`. `HEARSAY_SEED` repeats one.
const TIME: Duration = Duration::from_secs(8);
/// Turns of one run.
const TURNS: usize = 400;

fn seeds() -> Box<dyn Iterator<Item = u64>> {
    if let Ok(seed) = std::env::var("HEARSAY_SEED") {
        return Box::new(std::iter::once(seed.parse().expect("HEARSAY_SEED is a number")));
    }
    let first =
        std::env::var("HEARSAY_SEEDS_FROM").map_or(1, |seed| seed.parse().expect("a number"));
    let end = Instant::now() + TIME;
    Box::new((first..).take_while(move |_| Instant::now() < end))
}

#[test]
fn nobody_reads_what_is_not_for_them_and_everybody_what_is() {
    let (config, atlas) = (play::config(), rehearsal::given::world_of_tests());
    let (mut runs, mut words, mut dropped) = (0, 0, 0);
    for seed in seeds() {
        // Shown when the run fails: the last one is to be repeated.
        println!("HEARSAY_SEED={seed}");
        let is_lossy = seed % 2 == 1;
        let mut play = Play::new(seed, is_lossy, &config, &atlas);
        words += play.run(TURNS);
        dropped += play.dropped();
        assert!(is_lossy || play.dropped() == 0, "a bus with room for all dropped something");
        runs += 1;
    }
    println!("{runs} runs, {words} words, {dropped} events dropped");
    assert!(runs < 2 || (words > 0 && dropped > 0), "the runs were too quiet to show anything");
}
