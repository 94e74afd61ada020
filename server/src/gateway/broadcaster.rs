//! The one task that owns everything that goes out: it finds who perceives an event, subtracts ignores, renders once for
//! each look, and writes. It keeps no map of the world: an event brings its audience with it.

mod counters;
mod deliver;
mod feed;
mod leaving;
mod marks;
mod missed;
mod pages;
mod slot;
#[cfg(test)]
mod tests;
mod views;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustc_hash::FxHashMap;
use tokio::sync::mpsc;

use self::counters::Line;
pub use self::counters::{Counters, Door, Speech, Spread};
use self::feed::Common;
pub use self::leaving::Leaving;
use self::slot::Slot;
use self::views::Views;
use super::gmcp::{Extras, Wish};
use super::outbox::{Outbox, Wire};
use super::render::{Dialect, Look};
use super::session::{Shared, Turn};
use super::telnet::PromptMark;
use crate::bus::EventBatch;
use crate::vocab::{Capability, Delivered, Farewell, PlayerId, Prose, SessionId};

/// How often stalled clients are looked for.
const LOOK_FOR_STALLED: Duration = Duration::from_secs(1);
/// The most batches of events that are delivered before anything is written.
const BATCHES_PER_FLUSH: usize = 256;

/// What a connection's task tells the broadcaster.
#[derive(Debug)]
pub enum Command {
    /// A connection is there.
    Open {
        /// What it is called.
        session: SessionId,
        /// Where its bytes go.
        wire: Wire,
        /// Its client's language.
        dialect: Dialect,
        /// What its task and the broadcaster share.
        shared: Arc<Shared>,
    },
    /// Bytes for its client as they are: negotiation, pongs.
    Raw(SessionId, Bytes),
    /// A text for its client, before anyone plays.
    Say(SessionId, Prose),
    /// A question for its client, before anyone plays; the answer comes on the same line.
    Ask(SessionId, Prose),
    /// What its client shows.
    Shows(SessionId, Capability, PromptMark),
    /// What its client is sent from here on shall be compressed, or no longer be.
    Compress(SessionId, bool),
    /// What its player answered to the question after a page.
    Page(SessionId, Turn),
    /// What its client wants to be told beside the text.
    Wish(SessionId, Wish),
    /// Its client has come to a mark: what was sent before has arrived.
    Marked(SessionId),
    /// Its socket takes more.
    Writable(SessionId),
    /// It is to be told when all that waits for it is written.
    Finish(SessionId),
    /// It is gone.
    Gone(SessionId),
    /// Everybody who plays here is told something.
    Announce(Prose),
    /// Some are sent away, to go on elsewhere.
    SendAway(Leaving),
}

/// The bounds the broadcaster goes by.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// What may wait for one client. Bytes.
    pub outbox_bytes_max: usize,
    /// How long a client may take nothing.
    pub outbox_stalled: Duration,
    /// Lines kept for a link-dead player.
    pub missed_lines_max: usize,
}

/// Owns every outbox.
pub struct Broadcaster<R> {
    slots: Vec<Option<Slot>>,
    free: Vec<usize>,
    by_session: FxHashMap<SessionId, usize>,
    by_player: FxHashMap<PlayerId, usize>,
    dirty: Vec<usize>,
    common: Common,
    views: Views,
    limits: Limits,
    counters: Arc<Counters>,
    /// Lines that went out since the last flush.
    lines: Vec<Line>,
    reports: R,
}

impl<R: FnMut(Delivered)> Broadcaster<R> {
    /// A broadcaster without connections; `reports` is told of every message that went out and must not block.
    pub fn new(limits: Limits, counters: Arc<Counters>, reports: R) -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            by_session: FxHashMap::default(),
            by_player: FxHashMap::default(),
            dirty: Vec::new(),
            common: Common::default(),
            views: Views::default(),
            limits,
            counters,
            lines: Vec::new(),
            reports,
        }
    }

    /// The same, with what the operator has for clients besides the game.
    #[must_use]
    pub fn offering(mut self, extras: Extras) -> Self {
        self.common.extras = Arc::new(extras);
        self
    }

    /// Runs until the world and all connections are gone.
    pub(super) async fn run(
        mut self,
        mut commands: mpsc::Receiver<Command>,
        mut events: mpsc::Receiver<EventBatch>,
    ) {
        let mut stalls = tokio::time::interval(LOOK_FOR_STALLED);
        loop {
            let batch = tokio::select! {
                biased;
                Some(command) = commands.recv() => {
                    self.obey(command);
                    None
                }
                batch = events.recv() => match batch {
                    Some(batch) => Some(batch),
                    None => return self.finish(commands).await,
                },
                _ = stalls.tick() => {
                    self.cut_stalled();
                    None
                }
            };
            // A connection opens before it asks for anything, so its command is here before the answer is.
            while let Ok(command) = commands.try_recv() {
                self.obey(command);
            }
            if let Some(batch) = batch {
                self.take(batch);
                // Whoever else is ready to speak does so first: then each client is written to once for all of it.
                tokio::task::yield_now().await;
                for _ in 1..BATCHES_PER_FLUSH {
                    let Ok(batch) = events.try_recv() else { break };
                    while let Ok(command) = commands.try_recv() {
                        self.obey(command);
                    }
                    self.take(batch);
                }
            }
            self.flush();
            self.counters.batches_waiting.store(events.len() as u64, Ordering::Relaxed);
        }
    }

    /// The world is gone and has seen out all who played. Whoever is only on the way in is told so, and what still waits
    /// is written as long as clients take it.
    async fn finish(mut self, mut commands: mpsc::Receiver<Command>) {
        let sessions: Vec<SessionId> = self.by_session.keys().copied().collect();
        for session in sessions {
            self.end(session, Farewell::Shutdown);
        }
        self.flush();
        while self.counters.connections() > 0 {
            let Some(command) = commands.recv().await else { return };
            self.obey(command);
            self.flush();
        }
    }

    /// Does what a connection's task asks for.
    pub fn obey(&mut self, command: Command) {
        match command {
            Command::Open { session, wire, dialect, shared } => {
                self.open(session, Slot::new(Outbox::new(wire), dialect, shared));
            }
            Command::Raw(session, bytes) => self.with(session, |slot| slot.push_raw(&bytes)),
            Command::Say(session, prose) => self.with(session, |slot| slot.say(&prose)),
            Command::Ask(session, prose) => self.with(session, |slot| slot.ask(&prose)),
            Command::Shows(session, capability, mark) => {
                self.with(session, |slot| slot.shows(capability, mark));
            }
            Command::Compress(session, wanted) => {
                self.with(session, |slot| slot.compress(wanted));
            }
            Command::Page(session, turn) => self.with(session, |slot| slot.turn_page(turn)),
            Command::Wish(session, wish) => {
                let common = self.common.clone();
                self.with(session, |slot| slot.wishes(wish, &common));
            }
            Command::Marked(session) => self.with(session, Slot::marked),
            Command::Writable(session) => self.with(session, |_| {}),
            Command::Finish(session) => self.with(session, |slot| slot.finish()),
            Command::Gone(session) => self.gone(session),
            Command::Announce(prose) => self.announce(prose),
            Command::SendAway(leaving) => self.send_away(leaving),
        }
    }

    fn open(&mut self, session: SessionId, slot: Slot) {
        let at = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.counters.opened(slot.door);
        self.slots[at] = Some(slot);
        self.by_session.insert(session, at);
    }

    /// Does something with a session's slot, and has it flushed.
    fn with(&mut self, session: SessionId, act: impl FnOnce(&mut Slot)) {
        let Some(at) = self.by_session.get(&session).copied() else { return };
        if let Some(slot) = self.slots[at].as_mut() {
            act(slot);
            slot.mark_dirty(at, &mut self.dirty);
        }
    }

    /// A connection is gone. The slot of one who plays stays and keeps what they miss, until the world lets them go.
    fn gone(&mut self, session: SessionId) {
        let Some(at) = self.by_session.get(&session).copied() else { return };
        let Some(slot) = self.slots[at].as_mut() else { return };
        // The last words to a client that is closed from here come in together with its end.
        slot.flush(Instant::now(), &self.limits, &self.counters);
        slot.give_up_unsure(&self.limits);
        if slot.lose_wire() {
            self.counters.closed(slot.door);
        }
        if !slot.is_playing() {
            self.forget(session);
        }
    }

    /// Forgets a session and everything that waits for it.
    fn forget(&mut self, session: SessionId) {
        let Some(at) = self.by_session.remove(&session) else { return };
        let Some(slot) = self.slots[at].take() else { return };
        if let Some(player) = slot.player() {
            if self.by_player.get(&player) == Some(&at) {
                self.by_player.remove(&player);
            }
            self.counters.playing.fetch_sub(1, Ordering::Relaxed);
        }
        if slot.has_wire() {
            self.counters.closed(slot.door);
        }
        self.free.push(at);
    }

    /// Writes to every client for whom something was appended.
    pub fn flush(&mut self) {
        let now = Instant::now();
        for at in std::mem::take(&mut self.dirty) {
            if let Some(slot) = self.slots[at].as_mut() {
                slot.flush(now, &self.limits, &self.counters);
            }
        }
        self.counters.count(&mut self.lines);
    }

    fn cut_stalled(&mut self) {
        let now = Instant::now();
        for (at, slot) in self.slots.iter_mut().enumerate() {
            let Some(slot) = slot else { continue };
            slot.cut_if_stalled(now, &self.limits, &self.counters);
            if slot.set_mark() {
                slot.mark_dirty(at, &mut self.dirty);
            }
        }
    }
}

/// How a connection looks before it has said anything.
fn first_look(dialect: Dialect) -> Look {
    Look { dialect, capability: Capability::default() }
}
