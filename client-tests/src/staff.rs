//! The owner of a fresh server, who gives others their ranks; a moderator; and what is on record for them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::time::sleep;

use crate::cast::{PASSWORD, by_telnet};
use crate::client::{Client, PATIENCE};
use crate::files::log_lines;
use crate::rest::Caller;
use crate::server::{Home, Server};
use crate::telnet::Profile;

/// How often a log is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The one who claimed the server, in the world by telnet.
pub struct Owner(Client);

impl Owner {
    /// Makes a character and claims the server with the code that it printed on its first start.
    ///
    /// # Errors
    /// When it printed none, or does not take it.
    pub async fn claim(server: &Server) -> Result<Self> {
        let code = server.claim_code.as_deref().context("no claim code: not a first start")?;
        let mut client = Client::telnet("warden", server.telnet, Profile::Plain).await?;
        client.create("Warden", "the warden's own password").await?;
        client.send_line(&format!("claim {code}")).await?;
        client.expect("owner").await?;
        Ok(Self(client))
    }

    /// Gives an account a rank.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn appoint(&mut self, name: &str, rank: &str) -> Result<()> {
        self.0.send_line(&format!("rank {name} {rank}")).await?;
        self.0.expect(rank).await.map(|_| ())
    }

    /// Their client.
    pub fn client(&mut self) -> &mut Client {
        &mut self.0
    }

    /// Leaves the world.
    ///
    /// # Errors
    /// When the server does not let go.
    pub async fn leave(mut self) -> Result<()> {
        self.0.send_line("quit").await?;
        self.0.expect_closed().await
    }
}

/// A server whose owner has left, and its moderator Mara, by telnet.
///
/// # Errors
/// When it does not start, or does not let one of them in.
pub async fn with_moderator(home: &Home) -> Result<(Server, Client)> {
    let server = home.start().await?;
    let mut owner = Owner::claim(&server).await?;
    let mut mara = by_telnet(&server, "Mara").await?;
    owner.appoint("mara", "moderator").await?;
    mara.expect("You are moderator now.").await?;
    owner.leave().await?;
    Ok((server, mara))
}

/// The same, but Mara has left the world and calls by REST.
///
/// # Errors
/// When it does not start, or does not let one of them in.
pub async fn with_moderator_outside(home: &Home) -> Result<(Server, Caller)> {
    let (server, mut mara) = with_moderator(home).await?;
    mara.send_line("quit").await?;
    mara.expect_closed().await?;
    let by_mara = Caller::log_in(server.web, "mara", PASSWORD, None).await?;
    Ok((server, by_mara))
}

/// Waits until the moderation log has a line like this: what is done is on record a moment later.
///
/// # Errors
/// When it does not in time, or a line is no JSON.
pub async fn until_logged(home: &Home, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
    let started = Instant::now();
    loop {
        let lines = log_lines(&home.path("logs/moderation"))?;
        if let Some(line) = lines.iter().find(|line| wanted(line)) {
            return Ok(line.clone());
        }
        ensure!(started.elapsed() < PATIENCE, "not in {lines:?}");
        sleep(LOOK_EVERY).await;
    }
}
