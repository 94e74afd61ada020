//! The task that turns the game: takes what comes, one at a time, and hands on what it brings about.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;

use super::lag::{Lag, Meter};
use super::{Game, Outcome, Request, Turn};
use crate::bus::Publisher;
use crate::commands::Clock;
use crate::vocab::Input;

/// The most turns that are taken before what they brought about is handed on.
const TURNS_PER_BATCH: usize = 256;

/// Where turns come from and where their outcomes go.
pub struct Channels<R> {
    /// What gateways say.
    pub inputs: mpsc::Receiver<Input>,
    /// Everything else.
    pub turns: mpsc::Receiver<Turn>,
    /// Takes events.
    pub publisher: Publisher,
    /// Takes requests; must not block.
    pub requests: R,
    /// Is told once a second how long the loop lets wait what comes to it.
    pub lag: watch::Sender<Lag>,
}

/// The real clock.
#[derive(Debug, Clone, Copy)]
pub struct RealClock {
    started: Instant,
}

impl RealClock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// This moment.
    #[must_use]
    pub fn read(&self) -> Clock {
        let at: DateTime<Utc> = Utc::now();
        Clock { at, now: self.started.elapsed() }
    }

    /// Waits until a moment since the start; for ever when there is none.
    async fn wait_until(&self, moment: Option<Duration>) {
        match moment {
            Some(moment) => tokio::time::sleep_until((self.started + moment).into()).await,
            None => std::future::pending().await,
        }
    }
}

/// Turns the game until everyone who could tell it something is gone, or it was told to stop.
pub async fn run<R: FnMut(Request)>(mut game: Game, mut channels: Channels<R>, clock: RealClock) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut meter = Meter::new(channels.lag);
    loop {
        let turn = tokio::select! {
            biased;
            turn = channels.turns.recv() => turn,
            _ = seconds.tick() => Some(Turn::Tick),
            () = clock.wait_until(game.next_due()) => Some(Turn::Due),
            input = channels.inputs.recv() => input.map(Turn::Input),
        };
        let Some(turn) = turn else { return };
        let began = Instant::now();
        let (stops, is_tick) = (matches!(turn, Turn::Stop), matches!(turn, Turn::Tick));
        let word = turn.word();
        let mut out = Outcome::default();
        game.step(turn, clock.read(), &mut out);
        for _ in 1..TURNS_PER_BATCH {
            let Ok(input) = channels.inputs.try_recv() else { break };
            game.step(Turn::Input(input), clock.read(), &mut out);
        }
        channels.publisher.publish(out.events);
        out.requests.into_iter().for_each(&mut channels.requests);
        meter.pass(began, word);
        if is_tick {
            meter.tell();
        }
        if stops {
            return;
        }
    }
}
