//! The owner of a fresh server, who gives others their ranks; and a moderator.

use anyhow::{Context, Result};

use crate::cast::by_telnet;
use crate::client::Client;
use crate::server::{Home, Server};
use crate::telnet::Profile;

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
