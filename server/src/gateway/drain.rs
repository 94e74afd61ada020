//! Taking a gateway out of service without cutting anybody off: nobody new is let in, those who play are told and counted
//! down to, and at the end each connection is closed with the word to come back.
//!
//! Clients that come back by themselves are sent away a few each second over the whole time, so that they do not all arrive
//! elsewhere at once. Nobody's session ends here: it is the world that waits for them to return.

use std::net::IpAddr;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use chrono::Utc;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::access::Place;
use super::broadcaster::{Command, Leaving};
use super::listener::Gateway;
use crate::vocab::{DrainOrder, Draining, Input, NodeReport, Prose, Role, SessionId, countdown};

/// What those are told who come while nobody is let in.
const TURNED_AWAY: &str = "This server takes no new connections just now, as it is being taken out of service. \
     Please try again in a moment.";
/// What those are told who are sent away at the end.
pub(super) const MOVED: &str =
    "This server is out of service now. Connect again and go on elsewhere.";
/// When those who come while nobody is let in may try again. Seconds.
pub(super) const RETRY_SECONDS: u32 = 10;
/// How often those are looked for who have to go.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Whether a gateway takes nobody any more.
#[derive(Debug)]
pub(super) struct Drain(watch::Sender<Option<Draining>>);

impl Drain {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    fn is_on(&self) -> bool {
        self.0.borrow().is_some()
    }
}

impl Gateway {
    /// A place for a connection from an address.
    ///
    /// # Errors
    /// When it is not let in, in a sentence for whoever came.
    pub(super) fn let_in(&self, address: IpAddr) -> Result<Place, &'static str> {
        if self.drain.is_on() {
            Err(TURNED_AWAY)
        } else {
            self.access.take(address, Instant::now())
        }
    }

    /// Takes nobody any more, and sees out those who are here. Ordered again, the new order counts.
    pub fn drain(&self, order: DrainOrder) {
        tracing::info!(seconds = order.seconds, by = %order.by, reason = order.reason, "out of service");
        self.drain.0.send_replace(Some(order.begins(Utc::now())));
    }

    /// Lets connections in again; those who were sent away are not called back. False when they were let in all along.
    pub fn undrain(&self) -> bool {
        let was = self.drain.0.send_replace(None).is_some();
        tracing::info!(was, "in service");
        was
    }

    /// Whether it takes nobody any more, and since when.
    #[must_use]
    pub fn draining(&self) -> Option<Draining> {
        self.drain.0.borrow().clone()
    }

    /// Tells a world in another process how this one is. Dropped when the world is busy: the next comes soon.
    pub fn report(&self, node: NodeReport) {
        let session = SessionId::of_none(self.number());
        // What waits behind much else would be old when it comes.
        let sent = self.offer(Input::Reports { session, node: Box::new(node) });
        tracing::trace!(sent, "told how this gateway is");
    }

    /// Does what was ordered, until the gateway is gone. Weak: whoever sees others out keeps nothing from ending.
    pub(super) fn see_out(self: &Arc<Self>) {
        let (orders, gateway) = (self.drain.0.subscribe(), Arc::downgrade(self));
        tokio::spawn(see_out(gateway, orders));
    }
}

async fn see_out(gateway: Weak<Gateway>, mut orders: watch::Receiver<Option<Draining>>) {
    let mut was_on = false;
    while orders.changed().await.is_ok() {
        let Some(now) = orders.borrow_and_update().clone() else {
            if was_on && let Some(gateway) = gateway.upgrade() {
                gateway.warn("This server stays in service after all.").await;
            }
            was_on = false;
            continue;
        };
        was_on = true;
        tokio::select! {
            () = count_down(&gateway, &now) => return,
            // Left to be seen by the head of the loop.
            Ok(()) = changed(&orders) => {}
        }
    }
}

/// Waits for another order without taking it.
async fn changed(
    orders: &watch::Receiver<Option<Draining>>,
) -> Result<(), watch::error::RecvError> {
    orders.clone().changed().await
}

/// Tells those who play, again and again, and sends them away. Goes on as long as the gateway is there: somebody may have
/// been on the way in.
async fn count_down(gateway: &Weak<Gateway>, draining: &Draining) {
    let mut every = interval(LOOK_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = None;
    loop {
        every.tick().await;
        let Some(gateway) = gateway.upgrade() else { return };
        let left = seconds_left(draining);
        if told.is_none() || (told != Some(left) && is_told(left)) {
            gateway.warn(&goes_in(left, &draining.reason)).await;
        }
        told = Some(left);
        gateway.command(Command::SendAway(Leaving::Strangers)).await;
        let leaving = if left == 0 { Leaving::All } else { gateway.share(left) };
        gateway.command(Command::SendAway(leaving)).await;
    }
}

/// Rounded up, so that nothing ends before it was said to.
fn seconds_left(draining: &Draining) -> u64 {
    draining.left(Utc::now()).as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX)
}

/// Whether those who play are told when so many seconds are left.
fn is_told(left: u64) -> bool {
    matches!(left, 1..=5 | 10 | 30 | 60 | 300 | 600)
}

fn goes_in(left: u64, reason: &str) -> String {
    let span = countdown(Duration::from_secs(left));
    match left {
        0 => format!(
            "This server goes out of service now ({reason}). Connect again: you go on elsewhere."
        ),
        _ => format!(
            "This server goes out of service in {span} ({reason}). Your connection is closed then: connect again, and you \
             go on where you were."
        ),
    }
}

impl Gateway {
    /// How many of the clients that come back by themselves go now, so that the last goes when the time is over.
    fn share(&self, seconds_left: u64) -> Leaving {
        let clients = self.listing.counters.self_returning();
        Leaving::Returning(usize::try_from(clients.div_ceil(seconds_left)).unwrap_or(usize::MAX))
    }

    async fn warn(&self, text: &str) {
        self.command(Command::Announce(Prose::new().span(Role::Warning, text))).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_says_how_long_and_why() {
        let text = goes_in(90, "new kernel");
        assert!(text.contains("in 1 min 30 s (new kernel)"), "{text}");
        assert!(goes_in(0, "new kernel").contains("now (new kernel)"));
        assert!(is_told(60) && is_told(1) && !is_told(0) && !is_told(59));
    }
}
