//! The relay's hop through NATS: each line is published once, and comes back to whoever is in its room.

use std::rc::Rc;

use anyhow::{Context, Result};
use async_nats::{Client, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt;

use crate::relay::Relay;

const SUBJECT: &str = "relay";

/// Where lines are published.
pub(crate) struct Hop(Client);

/// Connects, and hears what is published.
pub(crate) async fn connect(url: &str) -> Result<(Hop, Subscriber)> {
    let client = async_nats::connect(url).await.with_context(|| format!("connecting to {url}"))?;
    let heard = client.subscribe(format!("{SUBJECT}.*")).await?;
    // Answered by "nobody there", but only after the subscription has been seen.
    let _ = client.request("nobody", Bytes::new()).await;
    Ok((Hop(client), heard))
}

impl Hop {
    /// Publishes each line by itself, as a server does.
    pub(crate) async fn publish(&self, room: u32, lines: &[u8]) -> Result<()> {
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let line = Bytes::copy_from_slice(line);
            self.0.publish(format!("{SUBJECT}.{room}"), line).await?;
        }
        Ok(())
    }
}

/// Gives what comes back to its room, until NATS is gone.
pub(crate) async fn hand_round(mut heard: Subscriber, relay: Rc<Relay>) {
    while let Some(message) = heard.next().await {
        let room = message.subject.rsplit('.').next().and_then(|room| room.parse().ok());
        relay.give(room.unwrap_or_default(), &message.payload);
    }
}
