//! A run while it goes on: the sessions in their rooms, who speaks, and what is heard.
//!
//! One thread and one loop: it reads everyone who is ready, and then lets those speak whose turn has come. Reading costs one
//! buffer for all of them.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::ledger::Layout;
use crate::line::Spoken;
use crate::listener::{Account, Listener};
use crate::poll::Poll;
use crate::session::{Session, Target};
use crate::tally::Tally;
use crate::wire::{Scanner, Unit, pong_frame};

const READ_BYTES_MAX: usize = 64 << 10;
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

    /// How many deliveries all lines said so far should make.
    pub(crate) fn expected(&self) -> u64 {
        (0..self.layout.speakers)
            .map(|speaker| {
                u64::from(self.tally.said(speaker)) * u64::from(self.layout.audience(speaker))
            })
            .sum()
    }

    /// Deliveries that never came.
    pub(crate) fn lost(&self) -> u64 {
        self.listeners.iter().map(|l| l.account.lost(|speaker| self.tally.said(speaker))).sum()
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
                while let Some(number) = self.tally.next_free() {
                    self.say(number)?;
                }
            }
            Pace::Steady { every, due } => {
                while let Some(behind) = Instant::now().checked_duration_since(*due) {
                    self.tally.behind = self.tally.behind.max(behind);
                    let number = self.tally.next_in_turn();
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
        let spoken = Spoken {
            speaker: number,
            room: self.layout.room_of(number),
            count: self.tally.say(number, self.layout.audience(number))?,
            sent_us: now_us,
        };
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
