//! What was said and heard by all in a run: how many deliveries, how late, what was wrong, and whose turn it is to speak.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hdrhistogram::Histogram;

use crate::ledger::{Layout, Verdict};
use crate::line::Spoken;
use crate::listener::Account;

/// The longest latency that is told from longer ones.
const LATENCY_US_MAX: u64 = 60_000_000;

/// What was said and heard by all.
pub(crate) struct Tally {
    speakers: Vec<Speaker>,
    /// Those whose last line everyone has heard since they were last looked at.
    free: Vec<u32>,
    /// Who speaks next at a steady pace.
    turn: u32,
    /// Microseconds from socket to socket, since the measurement began.
    pub(crate) latency: Histogram<u64>,
    /// All deliveries of the run, duplicates and leaks aside.
    pub(crate) delivered: u64,
    pub(crate) late: u64,
    pub(crate) duplicated: u64,
    pub(crate) leaked: u64,
    /// Connections that the target closed.
    pub(crate) closed: u64,
    pub(crate) newest: Instant,
    /// How far the sending fell behind its plan at worst.
    pub(crate) behind: Duration,
}

/// What a speaker has said and how much of it has arrived.
#[derive(Debug, Clone, Copy, Default)]
struct Speaker {
    said: u32,
    /// Deliveries of the newest line that are still to come.
    outstanding: u32,
}

impl Tally {
    pub(crate) fn new(layout: Layout) -> Result<Self> {
        Ok(Self {
            speakers: vec![Speaker::default(); layout.speakers as usize],
            free: (0..layout.speakers).collect(),
            turn: 0,
            latency: Histogram::new_with_bounds(1, LATENCY_US_MAX, 3)?,
            delivered: 0,
            late: 0,
            duplicated: 0,
            leaked: 0,
            closed: 0,
            newest: Instant::now(),
            behind: Duration::ZERO,
        })
    }

    /// How many lines a speaker has said.
    pub(crate) fn said(&self, speaker: u32) -> u32 {
        self.speakers[speaker as usize].said
    }

    /// Who speaks next at a steady pace.
    pub(crate) fn next_in_turn(&mut self) -> u32 {
        let next = (self.turn + 1) % self.speakers.len() as u32;
        std::mem::replace(&mut self.turn, next)
    }

    /// Someone whose last line everyone has heard, each once after each line.
    pub(crate) fn next_free(&mut self) -> Option<u32> {
        self.free.pop()
    }

    /// Counts a line that a speaker is about to say, and tells how many there were before it.
    pub(crate) fn say(&mut self, number: u32, audience: u32) -> Result<u32> {
        let speaker = &mut self.speakers[number as usize];
        ensure!(speaker.said < u32::MAX, "as many lines as can be counted");
        speaker.outstanding = audience;
        speaker.said += 1;
        Ok(speaker.said - 1)
    }

    /// Enters what is a delivery in the text that a session read.
    #[inline]
    pub(crate) fn enter(&mut self, account: &mut Account, number: u32, text: &[u8], now_us: u64) {
        match account {
            Account::Lines(ledger) => {
                for spoken in Spoken::find_in(text) {
                    if self.add(ledger.hear(&spoken), now_us.saturating_sub(spoken.sent_us)) {
                        self.settle(spoken.speaker, spoken.count);
                    }
                }
            }
            Account::Answers(answers) => {
                for line in text.split(|byte| *byte == b'\n') {
                    let Some((verdict, asked_us)) = answers.read(line) else { continue };
                    if self.add(verdict, now_us.saturating_sub(asked_us)) {
                        self.settle(number, self.speakers[number as usize].said - 1);
                    }
                }
            }
        }
    }

    /// Tells whether it was a delivery.
    fn add(&mut self, verdict: Verdict, latency_us: u64) -> bool {
        match verdict {
            Verdict::InOrder => {}
            Verdict::Late => self.late += 1,
            Verdict::Duplicate => self.duplicated += 1,
            Verdict::Leak => self.leaked += 1,
            Verdict::Own => {}
        }
        let delivered = matches!(verdict, Verdict::InOrder | Verdict::Late);
        if delivered {
            self.delivered += 1;
            self.latency.saturating_record(latency_us.max(1));
        }
        delivered
    }

    /// Counts a delivery of a speaker's newest line.
    fn settle(&mut self, number: u32, count: u32) {
        let Some(speaker) = self.speakers.get_mut(number as usize) else { return };
        if count + 1 == speaker.said && speaker.outstanding > 0 {
            speaker.outstanding -= 1;
            if speaker.outstanding == 0 {
                self.free.push(number);
            }
        }
    }
}
