//! The task that alone touches the NATS client: connects, sends, hears, and does it again when NATS has been away.
//! Whatever NATS does, it goes on taking in what its side says.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_nats::{Event, Subscriber};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep, timeout};

use super::NatsOptions;
use super::backoff::wait_after;
use super::connect::{ConnectFault, Connection, Hails, connect};
use super::courier::{Courier, Progress};
use super::ear::Ear;
use super::merge::Merge;
use super::meter::{Meter, add};
use super::post::Post;
use super::probe::Probe;

/// How often the age of what waits and the connection's own opinion of itself are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Everything the task owns.
pub(super) struct Link {
    pub(super) options: Arc<NatsOptions>,
    pub(super) hails: Hails,
    pub(super) post: Post,
    pub(super) ear: Ear,
    pub(super) meter: Meter,
    pub(super) stop: watch::Receiver<bool>,
}

/// A connection being served.
struct Serving {
    courier: Courier,
    events: mpsc::Receiver<Event>,
    heard: Merge<Subscriber>,
    probe: Probe,
    look: Interval,
    /// Until when what still waits may be sent, once the link has been asked to stop.
    stop_by: Option<Instant>,
}

/// How serving a connection ended.
enum Ending {
    Stopped,
    Lost(String),
}

impl From<String> for Ending {
    fn from(why: String) -> Self {
        Self::Lost(why)
    }
}

impl Link {
    /// Runs until it is stopped or its attempts are used up.
    pub(super) async fn run(mut self) {
        let mut failures = 0;
        let mut was_connected = false;
        loop {
            let connecting = connect(Arc::clone(&self.options), self.hails.clone());
            match self.attend(connecting).await {
                None => break,
                Some(Ok(connection)) => {
                    add(&self.meter.counts.reconnects, u64::from(was_connected));
                    was_connected = true;
                    let began = Instant::now();
                    match self.serve(connection).await {
                        Ending::Stopped => break,
                        Ending::Lost(why) => self.meter.away(&why),
                    }
                    if began.elapsed() > self.options.reconnect_time_wait_max {
                        failures = 0;
                    }
                }
                Some(Err(ConnectFault::Absent(why))) => self.meter.away(&why),
                Some(Err(ConnectFault::Refused(why))) => self.meter.failed(&why),
            }
            failures += 1;
            if self.has_given_up(failures) || self.wait_after(failures).await.is_none() {
                break;
            }
        }
        self.meter.ended();
    }

    fn has_given_up(&self, failures: u32) -> bool {
        let max = self.options.max_reconnect_attempts;
        let given_up = max > 0 && failures >= max;
        if given_up {
            self.meter.failed(&format!("given up after {failures} attempts"));
        }
        given_up
    }

    async fn wait_after(&mut self, failures: u32) -> Option<()> {
        let (base, cap) = (self.options.reconnect_time_wait, self.options.reconnect_time_wait_max);
        self.attend(sleep(wait_after(failures, base, cap, rand::random()))).await
    }

    /// Does something that takes its time, and takes in what is said meanwhile. None if the link is to stop.
    async fn attend<T>(&mut self, doing: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(doing);
        let mut look = interval(LOOK_EVERY);
        loop {
            tokio::select! {
                biased;
                () = asked(&mut self.stop) => return None,
                done = &mut doing => return Some(done),
                () = self.post.take_in() => {}
                _ = look.tick() => self.post.expire(),
            }
        }
    }

    async fn serve(&mut self, connection: Connection) -> Ending {
        let mut serving = self.take_up(connection);
        loop {
            if let Err(ending) = self.turn(&mut serving).await {
                return ending;
            }
        }
    }

    /// Hands over what may go, then lets one thing happen.
    async fn turn(&mut self, serving: &mut Serving) -> Result<(), Ending> {
        let Serving { courier, events, heard, probe, look, stop_by } = serving;
        add(&self.meter.counts.published, courier.hand_over(&mut self.post.outbox)?);
        self.post.show_depth();
        if let Some(by) = *stop_by
            && self.is_done(courier, by)
        {
            // Written to the socket is all that can be known here; a stream has confirmed by now.
            let _ = timeout(self.options.connect_timeout, courier.client().flush()).await;
            return Err(Ending::Stopped);
        }
        let more = courier.is_free() && self.post.outbox.next().is_some();
        tokio::select! {
            biased;
            Some(event) = events.recv() => self.note(&event)?,
            () = asked(&mut self.stop), if stop_by.is_none() => {
                *stop_by = Some(Instant::now() + self.options.shutdown_wait);
            }
            progress = courier.progress() => self.record(progress)?,
            () = self.post.take_in() => {}
            goes_on = self.ear.hear(heard, &self.meter.counts) => if !goes_on {
                return Err(Ending::Lost("a subscription has ended".to_owned()));
            },
            took = probe.answer() => self.meter.counts.round_trips.add(took),
            _ = look.tick() => {
                self.post.expire();
                courier.check_alive()?;
            }
            () = tokio::task::yield_now(), if more => {}
        }
        Ok(())
    }

    /// Makes a new connection ready: what the stream has already is not sent again, all else that waits is.
    fn take_up(&mut self, connection: Connection) -> Serving {
        let Connection { client, events, heard, keeping } = connection;
        self.post.outbox.rewind();
        if let Some(last) = keeping.as_ref().and_then(|keeping| keeping.last_id.as_deref()) {
            add(&self.meter.counts.confirmed, self.post.outbox.stored_up_to(last));
        }
        self.meter.connected(self.options.stream.is_some() && keeping.is_none());
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let nobody = self.hails.nobody.clone();
        let probe = Probe::new(client.clone(), nobody, self.options.ping_interval);
        let courier = Courier::new(client, keeping);
        Serving { courier, events, heard, probe, look, stop_by: None }
    }

    fn is_done(&self, courier: &Courier, by: Instant) -> bool {
        (self.post.is_drained() && courier.is_free()) || Instant::now() >= by
    }

    fn record(&mut self, progress: Progress) -> Result<(), String> {
        match progress {
            Progress::Handed => Ok(()),
            Progress::Confirmed(order) => {
                let awaited = self.post.outbox.confirmed(order);
                add(&self.meter.counts.confirmed, u64::from(awaited));
                Ok(())
            }
            Progress::Broken(why) => Err(why),
        }
    }

    /// Takes note of what the client reports. An error says why the connection is over.
    fn note(&self, event: &Event) -> Result<(), String> {
        match event {
            Event::Disconnected | Event::Closed => {
                return Err("the connection was lost".to_owned());
            }
            Event::SlowConsumer(_) => add(&self.meter.counts.slow_consumer, 1),
            Event::ServerError(error) => self.meter.trouble(&error.to_string()),
            Event::ClientError(error) => self.meter.trouble(&error.to_string()),
            _ => {}
        }
        Ok(())
    }
}

/// Returns when the link is to stop, or has been dropped.
async fn asked(stop: &mut watch::Receiver<bool>) {
    // An error says that whoever could ask is gone, and that is asking too.
    let _ = stop.wait_for(|asked| *asked).await;
}
