//! How long NATS takes to answer: asks for what nobody hears, one question at a time. Costs a publication each
//! `ping_interval`, and gives up for the life of a connection on which it may not ask.

use std::time::Duration;

use async_nats::{Client, RequestErrorKind};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep_until};

/// Asks one connection.
pub(super) struct Probe {
    client: Client,
    nobody: String,
    every: Duration,
    /// When to ask next; none when answers do not come.
    next: Option<Instant>,
    asked: Option<BoxFuture<'static, Option<Duration>>>,
}

impl Probe {
    pub(super) fn new(client: Client, nobody: String, every: Duration) -> Self {
        Self { client, nobody, every, next: Some(Instant::now()), asked: None }
    }

    /// Waits until there is an answer and says how long it took; for ever where none comes. Loses nothing when it is not
    /// awaited to its end.
    pub(super) async fn answer(&mut self) -> Duration {
        loop {
            let Some(next) = self.next else { return std::future::pending().await };
            if self.asked.is_none() {
                sleep_until(next).await;
            }
            let (client, nobody) = (&self.client, &self.nobody);
            let asked =
                self.asked.get_or_insert_with(|| ask(client.clone(), nobody.clone()).boxed());
            let took = asked.await;
            self.asked = None;
            self.next = took.map(|_| Instant::now() + self.every);
            if let Some(took) = took {
                return took;
            }
        }
    }
}

/// "Nobody is there" is the answer wanted; none comes where publishing is not allowed.
async fn ask(client: Client, nobody: String) -> Option<Duration> {
    let began = Instant::now();
    match client.request(nobody, "".into()).await {
        Ok(_) => Some(began.elapsed()),
        Err(error) if error.kind() == RequestErrorKind::NoResponders => Some(began.elapsed()),
        Err(_) => None,
    }
}
