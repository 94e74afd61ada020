//! What only telnet clients that speak GMCP have: messages beside the text.

use anyhow::{Result, anyhow, ensure};
use serde_json::Value;
use tokio::time::timeout;

use super::{Client, PATIENCE};

impl Client {
    /// Sends a message by GMCP.
    ///
    /// # Errors
    /// When this is no telnet client or the connection is gone.
    pub async fn tell(&mut self, message: &str) -> Result<()> {
        self.telnet_connection()?.send_gmcp(message).await
    }

    /// Waits for the next message of a name, and passes over all before it.
    ///
    /// # Errors
    /// When this is no telnet client or none comes in time.
    pub async fn expect_told(&mut self, name: &str) -> Result<Value> {
        let mut passed = Vec::new();
        let waiting = async {
            loop {
                while let Some((told, data)) = self.telnet_connection()?.next_told() {
                    if told == name {
                        return Ok(data);
                    }
                    passed.push(told);
                }
                ensure!(self.receive().await?, "the server closed the connection");
            }
        };
        let found = timeout(PATIENCE, waiting).await;
        let found = found.unwrap_or_else(|_| Err(anyhow!("none within {PATIENCE:?}")));
        found.map_err(|why| self.failure(&format!("waiting for {name}: {why:#}; told {passed:?}")))
    }

    /// All that was told until now, after the world has done all that it was asked.
    ///
    /// # Errors
    /// When this is no telnet client or the world does not answer.
    pub async fn all_told(&mut self) -> Result<Vec<(String, Value)>> {
        self.sync().await?;
        let connection = self.telnet_connection()?;
        Ok(std::iter::from_fn(|| connection.next_told()).collect())
    }
}
