//! A run while it goes on: the sessions in their rooms, who speaks, and what is heard.
//!
//! All on one thread: what sessions share are cells, and reading costs one buffer for all of them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hdrhistogram::Histogram;
use tokio::sync::Notify;
use tokio::time::{sleep_until, timeout};

use crate::ledger::{Layout, Ledger, Verdict};
use crate::line::Spoken;
use crate::session::Session;
use crate::wire::{Scanner, Unit, pong_frame};

const READ_BYTES_MAX: usize = 64 << 10;
/// The longest latency that is told from longer ones.
const LATENCY_US_MAX: u64 = 60_000_000;
/// How long a closed loop waits for the last delivery of a line before it counts on without.
const DELIVERY_MAX: Duration = Duration::from_secs(10);

/// What is common to all sessions of a run.
pub(crate) struct Stage {
    pub(crate) layout: Layout,
    began: Instant,
    speakers: Vec<Speaker>,
    scratch: RefCell<Vec<u8>>,
    pub(crate) tally: RefCell<Tally>,
    /// Speakers stop when it is set.
    pub(crate) over: Cell<bool>,
}

/// What a speaker has said and how much of it has arrived.
#[derive(Default)]
struct Speaker {
    said: Cell<u32>,
    /// Deliveries of the newest line that are still to come.
    outstanding: Cell<u32>,
    all_heard: Notify,
}

/// What was heard by all.
pub(crate) struct Tally {
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

/// One session in its room and what it has heard.
pub(crate) struct Listener {
    pub(crate) session: Session,
    scanner: RefCell<Scanner>,
    pub(crate) ledger: RefCell<Ledger>,
}

impl Listener {
    pub(crate) fn new(layout: Layout, number: u32, session: Session, scanner: Scanner) -> Self {
        let ledger = RefCell::new(Ledger::new(layout, number));
        Self { session, scanner: RefCell::new(scanner), ledger }
    }
}

impl Stage {
    pub(crate) fn new(layout: Layout) -> Result<Self> {
        let tally = Tally {
            latency: Histogram::new_with_bounds(1, LATENCY_US_MAX, 3)?,
            delivered: 0,
            late: 0,
            duplicated: 0,
            leaked: 0,
            closed: 0,
            newest: Instant::now(),
            behind: Duration::ZERO,
        };
        Ok(Self {
            layout,
            began: Instant::now(),
            speakers: (0..layout.speakers).map(|_| Speaker::default()).collect(),
            scratch: RefCell::new(vec![0; READ_BYTES_MAX]),
            tally: RefCell::new(tally),
            over: Cell::new(false),
        })
    }

    /// How many lines a speaker has said.
    pub(crate) fn said(&self, speaker: u32) -> u32 {
        self.speakers[speaker as usize].said.get()
    }

    /// How many deliveries all lines said so far should make.
    pub(crate) fn expected(&self) -> u64 {
        (0..self.layout.speakers)
            .map(|speaker| u64::from(self.said(speaker)) * u64::from(self.audience(speaker)))
            .sum()
    }

    fn audience(&self, speaker: u32) -> u32 {
        self.layout.members(self.layout.room_of(speaker))
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Reads a session until its target closes it.
    pub(crate) async fn listen(self: Rc<Self>, listener: Rc<Listener>) {
        while let Ok(true) = self.hear_some(&listener).await {}
        self.tally.borrow_mut().closed += 1;
    }

    /// Reads once; false at the end of the connection.
    async fn hear_some(&self, listener: &Listener) -> Result<bool> {
        listener.session.readable().await?;
        let mut pongs = Vec::new();
        let open = {
            let mut scratch = self.scratch.borrow_mut();
            match listener.session.try_read(&mut scratch) {
                Ok(0) => false,
                Ok(count) => self.hear(listener, &scratch[..count], &mut pongs)?,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => true,
                Err(error) => return Err(error.into()),
            }
        };
        listener.session.send(&pongs).await?;
        Ok(open)
    }

    fn hear(&self, listener: &Listener, bytes: &[u8], pongs: &mut Vec<u8>) -> Result<bool> {
        let mut open = true;
        let now_us = self.now_us();
        let mut tally = self.tally.borrow_mut();
        let mut ledger = listener.ledger.borrow_mut();
        tally.newest = Instant::now();
        listener.scanner.borrow_mut().feed(bytes, |unit| match unit {
            Unit::Text(text) => {
                if let Some(spoken) = Spoken::find_in(text) {
                    tally.add(ledger.hear(&spoken), now_us.saturating_sub(spoken.sent_us));
                    self.settle(&spoken);
                }
            }
            Unit::Ping(payload) => pongs.extend(pong_frame(payload)),
            Unit::Close => open = false,
        })?;
        Ok(open)
    }

    /// Counts a delivery of a speaker's newest line.
    fn settle(&self, spoken: &Spoken) {
        let Some(speaker) = self.speakers.get(spoken.speaker as usize) else { return };
        if spoken.count + 1 == speaker.said.get() {
            let outstanding = speaker.outstanding.get().saturating_sub(1);
            speaker.outstanding.set(outstanding);
            if outstanding == 0 {
                speaker.all_heard.notify_one();
            }
        }
    }

    /// Speaks at a steady pace, whatever the target does.
    pub(crate) async fn speak_steadily(
        self: Rc<Self>,
        listener: Rc<Listener>,
        number: u32,
        first: Duration,
        every: Duration,
    ) -> Result<()> {
        let mut due = tokio::time::Instant::now() + first;
        loop {
            sleep_until(due).await;
            if self.over.get() {
                return Ok(());
            }
            let behind = due.elapsed();
            self.say(&listener, number).await?;
            let mut tally = self.tally.borrow_mut();
            tally.behind = tally.behind.max(behind);
            due += every;
        }
    }

    /// Speaks again as soon as all have heard the last line.
    pub(crate) async fn speak_in_turn(
        self: Rc<Self>,
        listener: Rc<Listener>,
        number: u32,
    ) -> Result<()> {
        while !self.over.get() {
            self.say(&listener, number).await?;
            // A line that was lost stays lost: the ledgers tell.
            let _ =
                timeout(DELIVERY_MAX, self.speakers[number as usize].all_heard.notified()).await;
        }
        Ok(())
    }

    async fn say(&self, listener: &Listener, number: u32) -> Result<()> {
        let speaker = &self.speakers[number as usize];
        let count = speaker.said.get();
        ensure!(count < u32::MAX, "as many lines as can be counted");
        speaker.outstanding.set(self.audience(number));
        speaker.said.set(count + 1);
        let room = self.layout.room_of(number);
        let spoken = Spoken { speaker: number, room, count, sent_us: self.now_us() };
        listener.session.say(&spoken).await
    }
}

impl Tally {
    fn add(&mut self, verdict: Verdict, latency_us: u64) {
        match verdict {
            Verdict::InOrder => self.delivered += 1,
            Verdict::Late => {
                self.delivered += 1;
                self.late += 1;
            }
            Verdict::Duplicate => self.duplicated += 1,
            Verdict::Leak => self.leaked += 1,
        }
        self.latency.saturating_record(latency_us.max(1));
    }
}
