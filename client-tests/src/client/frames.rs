//! What only WebSocket clients have: frames, and a code at the end.

use anyhow::{Result, bail, ensure};
use serde_json::Value;
use tokio::time::timeout;

use super::{Client, PATIENCE, Wire};

impl Client {
    /// The code with which the server closed the WebSocket, if it did and gave one.
    #[must_use]
    pub fn close_code(&self) -> Option<u16> {
        match &self.wire {
            Wire::Websocket(connection) => connection.close_code(),
            Wire::Telnet(_) => None,
        }
    }

    /// Sends a WebSocket frame as it is.
    ///
    /// # Errors
    /// When this is no WebSocket client or the connection is gone.
    pub async fn send_frame(&mut self, frame: &Value) -> Result<()> {
        let Wire::Websocket(connection) = &mut self.wire else { bail!("telnet has no frames") };
        connection.send(frame).await
    }

    /// Waits for the next WebSocket frame of a type.
    ///
    /// # Errors
    /// When this is no WebSocket client or none comes in time.
    pub async fn expect_frame(&mut self, kind: &str) -> Result<Value> {
        self.expect_frame_of(&[kind]).await
    }

    /// Waits for the next WebSocket frame of one of several types.
    ///
    /// # Errors
    /// When this is no WebSocket client or none comes in time.
    pub async fn expect_frame_of(&mut self, kinds: &[&str]) -> Result<Value> {
        let waiting = async {
            loop {
                let Wire::Websocket(connection) = &mut self.wire else {
                    bail!("telnet has no frames")
                };
                if let Some(frame) = connection.next_frame(kinds) {
                    return Ok(frame);
                }
                ensure!(self.receive().await?, "the server closed the connection");
            }
        };
        match timeout(PATIENCE, waiting).await {
            Ok(Ok(frame)) => Ok(frame),
            Ok(Err(error)) => Err(self.failure(&format!("waiting for {kinds:?}: {error:#}"))),
            Err(_) => Err(self.failure(&format!("no frame of {kinds:?} within {PATIENCE:?}"))),
        }
    }

    /// All WebSocket frames up to the next one of a type, that one included.
    ///
    /// # Errors
    /// When this is no WebSocket client or no such frame comes in time.
    pub async fn frames_up_to(&mut self, kind: &str) -> Result<Vec<Value>> {
        let mut frames = Vec::new();
        let waiting = async {
            loop {
                let Wire::Websocket(connection) = &mut self.wire else {
                    bail!("telnet has no frames")
                };
                match connection.next_frame_of_any_type() {
                    Some(frame) => {
                        let last = frame["type"] == kind;
                        frames.push(frame);
                        if last {
                            return Ok(());
                        }
                    }
                    None => ensure!(self.receive().await?, "the server closed the connection"),
                }
            }
        };
        match timeout(PATIENCE, waiting).await {
            Ok(Ok(())) => Ok(frames),
            Ok(Err(error)) => Err(self.failure(&format!("waiting for {kind:?}: {error:#}"))),
            Err(_) => Err(self.failure(&format!("no frame {kind:?} within {PATIENCE:?}"))),
        }
    }
}
