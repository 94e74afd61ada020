//! The people of the tests: how they come in, the same way everywhere.

use anyhow::Result;

use crate::client::Client;
use crate::server::Server;
use crate::telnet::Profile;

/// Everyone's password.
pub const PASSWORD: &str = "correct horse battery";

/// A new character, by telnet.
///
/// # Errors
/// When the server does not let them in.
pub async fn by_telnet(server: &Server, name: &str) -> Result<Client> {
    let mut client = telnet(server, name).await?;
    client.create(name, PASSWORD).await?;
    Ok(client)
}

/// A new character, by WebSocket.
///
/// # Errors
/// When the server does not let them in.
pub async fn by_websocket(server: &Server, name: &str) -> Result<Client> {
    let mut client = websocket(server, name).await?;
    client.create(name, PASSWORD).await?;
    Ok(client)
}

/// A character that was here before, by telnet.
///
/// # Errors
/// When the server does not let them in.
pub async fn back_by_telnet(server: &Server, name: &str) -> Result<Client> {
    let mut client = telnet(server, name).await?;
    client.log_in(name, PASSWORD).await?;
    Ok(client)
}

/// A character that was here before, by WebSocket.
///
/// # Errors
/// When the server does not let them in.
pub async fn back_by_websocket(server: &Server, name: &str) -> Result<Client> {
    let mut client = websocket(server, name).await?;
    client.log_in(name, PASSWORD).await?;
    Ok(client)
}

/// A telnet connection on which nobody has said who they are.
///
/// # Errors
/// When nobody listens.
pub async fn telnet(server: &Server, who: &str) -> Result<Client> {
    Client::telnet(&who.to_lowercase(), server.telnet, Profile::Plain).await
}

/// A WebSocket on which nobody has said who they are.
///
/// # Errors
/// When nobody listens.
pub async fn websocket(server: &Server, who: &str) -> Result<Client> {
    Client::websocket(&who.to_lowercase(), server.web).await
}
