//! Coming into the world, by whatever the client is connected by.

use anyhow::Result;

use super::{Client, Wire};
use crate::websocket;

impl Client {
    /// Makes a new account and character and enters the world as it.
    ///
    /// # Errors
    /// When the server does not let them in.
    pub async fn create(&mut self, name: &str, password: &str) -> Result<()> {
        match self.wire {
            Wire::Telnet(_) => {
                self.answer("Name: ", name).await?;
                self.answer("(yes/no)", "yes").await?;
                self.answer("Choose a password: ", password).await?;
                self.answer("Once more: ", password).await?;
            }
            Wire::Websocket(_) => {
                self.send_frame(&websocket::login(name, password, true)).await?;
                self.expect_frame("welcome").await?;
            }
        }
        self.sync().await
    }

    /// Enters the world as a character that exists.
    ///
    /// # Errors
    /// When the server does not let them in.
    pub async fn log_in(&mut self, name: &str, password: &str) -> Result<()> {
        match self.wire {
            Wire::Telnet(_) => {
                self.answer("Name: ", name).await?;
                self.answer("Password: ", password).await?;
            }
            Wire::Websocket(_) => {
                self.send_frame(&websocket::login(name, password, false)).await?;
                self.expect_frame("welcome").await?;
            }
        }
        self.sync().await
    }

    /// Enters the world without an account.
    ///
    /// # Errors
    /// When the server does not let them in.
    pub async fn enter_as_guest(&mut self, name: &str) -> Result<()> {
        match self.wire {
            Wire::Telnet(_) => {
                self.answer("Name: ", "guest").await?;
                self.answer("A name for your visit: ", name).await?;
            }
            Wire::Websocket(_) => {
                self.send_frame(&websocket::guest(name)).await?;
                self.expect_frame("welcome").await?;
            }
        }
        self.sync().await
    }
}
