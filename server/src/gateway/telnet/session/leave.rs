//! How a connection by telnet ends: what was said to it is still written, and then the socket is closed in order.

use super::{Connection, End, LINGER};
use crate::gateway::broadcaster::Command;
use crate::gateway::session::Notice;
use crate::vocab::{Input, Prose};

impl Connection {
    /// Waits until the client has taken all that was said to it.
    async fn finish(&self) {
        self.gateway.command(Command::Finish(self.session)).await;
        loop {
            match self.shared.notice().await {
                Notice::Ended(_) | Notice::Cut(_) => return,
                Notice::WantsToWrite => {
                    if self.socket.writable().await.is_err() {
                        return;
                    }
                    self.gateway.command(Command::Writable(self.session)).await;
                }
                Notice::Reply(_) | Notice::Entered | Notice::Charset(_) | Notice::Mxp(_) => {}
            }
        }
    }

    pub(super) async fn end(&self, end: End) {
        if let End::Closed(_, word) = &end {
            if !word.is_empty() {
                self.say(Prose::text(&**word)).await;
            }
            let told = tokio::time::timeout(LINGER, self.finish()).await.is_ok();
            tracing::trace!(session = %self.session, told, "last words");
        }
        // The world may be letting this connection in just now: it has to know that nobody is there.
        let let_in = self.dialog.as_ref().is_none_or(|dialog| !dialog.takes_lines());
        if let_in && !matches!(end, End::Over(_)) {
            self.gateway.input(Input::HungUp { session: self.session }).await;
        }
        self.gateway.command(Command::Gone(self.session)).await;
        // Dropping a socket with unread input resets the connection, and the client would lose the last words.
        let shut = self.socket.close();
        if shut.is_ok() && !matches!(end, End::Gone) {
            let drained = tokio::time::timeout(LINGER, self.socket.drain()).await;
            tracing::trace!(session = %self.session, clean = drained.is_ok(), "telnet connection closed");
        }
    }
}
