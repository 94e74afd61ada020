//! A run while it goes on: the sessions in their rooms, who speaks, and what is heard.
//!
//! One thread and one loop: it reads everyone who is ready, and then lets those speak whose turn has come. Reading costs one
//! buffer for all of them.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hdrhistogram::Histogram;

use crate::ledger::{Layout, Verdict};
use crate::line::Spoken;
use crate::listener::{Account, Listener};
use crate::poll::Poll;
use crate::session::{Session, Target};
use crate::wire::{Scanner, Unit, pong_frame};

const READ_BYTES_MAX: usize = 64 << 10;
/// The longest latency that is told from longer ones.
const LATENCY_US_MAX: u64 = 60_000_000;
/// How long the loop sleeps at most: so long may something unsent wait for its next try.
const NAP_MAX: Duration = Duration::from_millis(20);

/// When speakers speak.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// Never.
    Silent,
    /// Each one as soon as all have heard the own last line.
    InTurn,
    /// A line at a time with this much between, by each speaker in turn, whatever the target does.
    Steady {
        /// From one line to the next.
        every: Duration,
        /// When the next one is to be said.
        due: Instant,
    },
}

/// What is common to all sessions of a run.
pub(crate) struct Stage {
    layout: Layout,
    target: Target,
    began: Instant,
    poll: Poll,
    listeners: Vec<Listener>,
    /// Those who have something unsent.
    blocked: Vec<u32>,
    scratch: Vec<u8>,
    pub(crate) tally: Tally,
}

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

impl Stage {
    pub(crate) fn new(
        layout: Layout,
        target: Target,
        entered: Vec<(Session, Scanner)>,
    ) -> Result<Self> {
        let poll = Poll::new()?;
        let mut listeners = Vec::with_capacity(entered.len());
        for (number, (session, scanner)) in (0..).zip(entered) {
            let stream = session.into_stream()?;
            poll.add(&stream, number)?;
            listeners.push(Listener::new(layout, number, stream, scanner));
        }
        let scratch = vec![0; READ_BYTES_MAX];
        let tally = Tally::new(layout)?;
        let (began, blocked) = (Instant::now(), Vec::new());
        Ok(Self { layout, target, began, poll, listeners, blocked, scratch, tally })
    }

    /// How many lines a speaker has said.
    pub(crate) fn said(&self, speaker: u32) -> u32 {
        self.tally.speakers[speaker as usize].said
    }

    /// How many deliveries all lines said so far should make.
    pub(crate) fn expected(&self) -> u64 {
        (0..self.layout.speakers)
            .map(|speaker| u64::from(self.said(speaker)) * u64::from(self.layout.audience(speaker)))
            .sum()
    }

    /// Deliveries that never came.
    pub(crate) fn lost(&self) -> u64 {
        self.listeners.iter().map(|l| l.account.lost(|speaker| self.said(speaker))).sum()
    }

    /// Lets everyone hear, and speak at a pace, for so long or until it is enough.
    pub(crate) fn play(
        &mut self,
        pace: &mut Pace,
        lasts: Duration,
        enough: impl Fn(&Self) -> bool,
    ) -> Result<()> {
        let until = Instant::now() + lasts;
        let mut ready = Vec::new();
        if let Pace::Steady { every, .. } = pace {
            self.poll.wake_every(*every)?;
        }
        loop {
            self.speak(pace)?;
            let now = Instant::now();
            if now >= until || enough(self) {
                return Ok(());
            }
            self.poll.wait(NAP_MAX.min(until - now), &mut ready)?;
            for number in &ready {
                self.hear(*number)?;
            }
        }
    }

    /// Sends what could not be sent, and says every line whose time has come.
    fn speak(&mut self, pace: &mut Pace) -> Result<()> {
        for number in std::mem::take(&mut self.blocked) {
            self.send(number, &[])?;
        }
        match pace {
            Pace::Silent => {}
            Pace::InTurn => {
                let mut free = std::mem::take(&mut self.tally.free);
                for number in free.drain(..) {
                    self.say(number)?;
                }
                // Nobody can have become free meanwhile: the list is kept for its memory.
                self.tally.free = free;
            }
            Pace::Steady { every, due } => {
                while let Some(behind) = Instant::now().checked_duration_since(*due) {
                    self.tally.behind = self.tally.behind.max(behind);
                    let number = self.tally.turn;
                    self.tally.turn = (number + 1) % self.layout.speakers;
                    self.say(number)?;
                    *due += *every;
                }
            }
        }
        Ok(())
    }

    fn send(&mut self, number: u32, bytes: &[u8]) -> Result<()> {
        if !self.listeners[number as usize].send(bytes)? {
            self.blocked.push(number);
        }
        Ok(())
    }

    fn say(&mut self, number: u32) -> Result<()> {
        let now_us = micros(self.began.elapsed());
        let speaker = &mut self.tally.speakers[number as usize];
        let spoken = Spoken {
            speaker: number,
            room: self.layout.room_of(number),
            count: speaker.said,
            sent_us: now_us,
        };
        ensure!(speaker.said < u32::MAX, "as many lines as can be counted");
        speaker.said += 1;
        speaker.outstanding = self.layout.audience(number);
        if let Account::Answers(answers) = &mut self.listeners[number as usize].account {
            answers.ask(now_us);
        }
        self.send(number, &self.layout.speech.bytes(self.target, self.layout, &spoken))
    }

    /// Reads all that is there for one session.
    fn hear(&mut self, number: u32) -> Result<()> {
        while self.hear_some(number)? == READ_BYTES_MAX {}
        Ok(())
    }

    /// Reads once, and tells how much: less than asked for is all there was.
    fn hear_some(&mut self, number: u32) -> Result<usize> {
        let listener = &mut self.listeners[number as usize];
        let Some(count) = listener.read(&mut self.scratch)? else { return Ok(0) };
        let mut open = count > 0;
        let mut pongs = Vec::new();
        self.tally.newest = Instant::now();
        let now_us = micros(self.tally.newest - self.began);
        let Listener { scanner, account, .. } = listener;
        scanner.feed(&self.scratch[..count], |unit| match unit {
            Unit::Text(text) => self.tally.enter(account, number, text, now_us),
            Unit::Ping(payload) => pongs.extend(pong_frame(payload)),
            Unit::Close => open = false,
        })?;
        if !open {
            self.tally.closed += 1;
            self.poll.remove(listener.stream())?;
            return Ok(0);
        }
        if !pongs.is_empty() {
            self.send(number, &pongs)?;
        }
        Ok(count)
    }
}

fn micros(duration: Duration) -> u64 {
    duration.as_secs() * 1_000_000 + u64::from(duration.subsec_micros())
}

impl Tally {
    fn new(layout: Layout) -> Result<Self> {
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

    /// Enters what is a delivery in the text that a session read.
    #[inline]
    fn enter(&mut self, account: &mut Account, number: u32, text: &[u8], now_us: u64) {
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
