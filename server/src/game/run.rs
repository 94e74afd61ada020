//! The task that turns the game: takes what comes, one at a time, and hands on what it brings about.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;

use super::lag::{Lag, Meter, Waiting};
use super::{Game, Outcome, Request, Turn};
use crate::bus::Publisher;
use crate::commands::Clock;
use crate::vocab::Input;

/// The most turns that are taken before what they brought about is handed on.
const TURNS_PER_BATCH: usize = 256;
/// The longest that turns are taken before what they brought about is handed on, but for the last of them.
const BATCH_MAX: Duration = Duration::from_millis(1);

/// How many batches of events this process's gateway may be behind before players' lines wait where their sessions feel it: what
/// waits behind the loop delays everybody alike, however little they say.
const AHEAD_BATCHES_MAX: usize = 16;
/// How long it then gets to catch up. It has more than that to do.
const CATCHING_UP: Duration = Duration::from_millis(1);

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
    let mut meter = Meter::new(channels.lag.clone());
    loop {
        let is_ahead = channels.publisher.ahead() >= AHEAD_BATCHES_MAX;
        let turn = tokio::select! {
            biased;
            // What time brings comes first: it cannot come so often that anything else starves.
            _ = seconds.tick() => Some(Turn::Tick),
            () = clock.wait_until(game.next_due()) => Some(Turn::Due),
            turn = channels.turns.recv() => turn,
            input = channels.inputs.recv(), if !is_ahead => input.map(Turn::Input),
            () = tokio::time::sleep(CATCHING_UP), if is_ahead => continue,
        };
        let Some(turn) = turn else { return };
        if matches!(turn, Turn::Input(_)) && channels.inputs.is_empty() {
            // Whoever else is ready to say something does so first: then one pass takes it all.
            tokio::task::yield_now().await;
        }
        let (began, word, is_tick) = (Instant::now(), turn.word(), matches!(turn, Turn::Tick));
        let stops = channels.pass(&mut game, turn, clock);
        meter.pass(began, word);
        if is_tick {
            meter.tell(channels.lengths());
        }
        if stops {
            return;
        }
    }
}

impl<R: FnMut(Request)> Channels<R> {
    fn lengths(&self) -> Waiting {
        let (inputs, turns) = (self.inputs.len(), self.turns.len());
        Waiting { inputs, turns, events: self.publisher.ahead() }
    }

    /// Takes a turn, and what waits behind it as long as that is neither much nor long; hands on what comes of it. True when
    /// the game stops.
    fn pass(&mut self, game: &mut Game, first: Turn, clock: RealClock) -> bool {
        let mut out = Outcome::default();
        let began = clock.started.elapsed();
        let mut next = Some(first);
        let mut stops = false;
        for count in 1..=TURNS_PER_BATCH {
            let Some(turn) = next.take() else { break };
            stops = matches!(turn, Turn::Stop);
            let now = clock.read();
            game.step(turn, now, &mut out);
            let goes_on = count < TURNS_PER_BATCH && now.now.saturating_sub(began) < BATCH_MAX;
            if goes_on && !stops {
                next = self.waiting(count % 2 == 0);
            }
        }
        // What is to be kept is with the store before anybody hears of it: who listens from now on and asks for what was
        // said until now misses nothing between.
        out.requests.into_iter().for_each(&mut self.requests);
        self.publisher.publish(out.events);
        stops
    }

    /// Something that waits. Both queues are looked into in turn, so that neither starves while the other is full.
    fn waiting(&mut self, turns_first: bool) -> Option<Turn> {
        let (turns, inputs) = (&mut self.turns, &mut self.inputs);
        let mut input = || inputs.try_recv().ok().map(Turn::Input);
        if turns_first {
            turns.try_recv().ok().or_else(input)
        } else {
            input().or_else(|| turns.try_recv().ok())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::{Capacity, local};
    use crate::game::{Answer, Lag};
    use crate::rehearsal::Rehearsal;
    use crate::vocab::{Audience, Fact, PlayerId, Prose, SessionId};

    /// More than a pass takes.
    const COUNT: u64 = 3 * TURNS_PER_BATCH as u64;

    #[tokio::test]
    async fn what_waits_in_either_queue_is_taken_once_and_in_order() {
        let (world, mut gateway, _) = local::pair(Capacity { inputs_max: 4096, batches_max: 4096 });
        let (turns, taken) = mpsc::channel(4096);
        for number in 1..=COUNT {
            let told = Answer::Tell(PlayerId(number), Prose::text("told"));
            turns.send(Turn::Answered(told)).await.unwrap();
            gateway.inputs.send(Input::Awake { session: SessionId(number) }).await.unwrap();
        }
        turns.send(Turn::Stop).await.unwrap();
        let publisher = world.publisher();
        let lag = watch::channel(Lag::default()).0;
        let channels =
            Channels { inputs: world.inputs, turns: taken, publisher, requests: drop, lag };
        run(Rehearsal::new().game, channels, RealClock::start()).await;
        let mut told = Vec::new();
        while let Ok(batch) = gateway.events.try_recv() {
            told.extend(batch.iter().filter_map(|event| match (&event.to, &event.fact) {
                (Audience::Witnesses(to), Fact::Told(_)) => to.first().copied(),
                _ => None,
            }));
        }
        assert_eq!(told, (1..=COUNT).map(PlayerId).collect::<Vec<_>>());
    }
}
