//! Two who talk, to see whether they can while somebody else misbehaves.

use std::time::Duration;

use anyhow::Result;

use crate::cast::PASSWORD;
use crate::client::Client;
use crate::server::Server;
use crate::telnet::Profile;

/// How long a line may take from one to the other while somebody misbehaves.
const UNDISTURBED: Duration = Duration::from_secs(3);

/// Ada by telnet, and Bob in a browser.
pub struct Neighbours {
    /// Comes by telnet.
    pub ada: Client,
    /// Comes by WebSocket.
    pub bob: Client,
    lines: u32,
}

impl Neighbours {
    /// Lets both in.
    ///
    /// # Errors
    /// When one of them cannot come in.
    pub async fn enter(server: &Server) -> Result<Self> {
        let mut ada = Client::telnet("ada", server.telnet, Profile::Mudlet).await?;
        ada.create("Ada", PASSWORD).await?;
        let mut bob = Client::websocket("bob", server.web).await?;
        bob.create("Bob", PASSWORD).await?;
        Ok(Self { ada, bob, lines: 0 })
    }

    /// A line of the one reaches the other soon. They take turns, so that neither talks faster than anyone may.
    ///
    /// # Errors
    /// When it does not.
    pub async fn talk_undisturbed(&mut self) -> Result<()> {
        let (name, speaker, listener) = match self.lines % 2 {
            0 => ("Ada", &mut self.ada, &mut self.bob),
            _ => ("Bob", &mut self.bob, &mut self.ada),
        };
        self.lines += 1;
        let words = format!("quiet evening {}", self.lines);
        speaker.send_line(&format!("say {words}")).await?;
        listener.expect_within(&format!("{name} says, \"{words}\""), UNDISTURBED).await?;
        Ok(())
    }
}
