//! A WebSocket that one task reads and writes: for those whose frames are not the broadcaster's.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::closing::Closing;
use super::inward::{Inward, LINGER, Received};
use crate::gateway::outbox::{Flushed, Outbox, Wire};

/// A WebSocket.
pub(super) struct Link {
    inward: Inward,
    outbox: Outbox,
}

impl Link {
    /// Writes to the client that is read.
    pub(super) fn new(inward: Inward) -> Self {
        let wire = Wire::Socket(Arc::clone(inward.socket()));
        Self { inward, outbox: Outbox::new(wire) }
    }

    /// Waits for a message, or for a frame that is to be sent. May be dropped while it waits.
    ///
    /// # Errors
    /// When the connection is to end, and how.
    pub(super) async fn receive(&mut self) -> Result<Received, Closing> {
        self.inward.receive().await
    }

    /// Adds a frame to those that the next flush writes.
    pub(super) fn feed(&mut self, frame: &Bytes) {
        self.outbox.push(frame);
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// When the client is gone.
    pub(super) async fn flush(&mut self) -> Result<(), Closing> {
        loop {
            match self.outbox.flush(Instant::now()) {
                Flushed::All => return Ok(()),
                Flushed::Gone => return Err(Closing::Gone),
                Flushed::Full => {
                    self.inward.socket().writable().await.map_err(|_| Closing::Gone)?;
                }
            }
        }
    }

    /// Tells the client why, and closes; however the client takes it, it does not take long.
    pub(super) async fn close(mut self, closing: Closing) {
        let Some(frame) = closing.frame() else { return };
        self.feed(&frame);
        if let Ok(Ok(())) = tokio::time::timeout(LINGER, self.flush()).await {
            self.inward.close(closing).await;
        }
    }
}
