//! How a connection by telnet ends: what was said to it is still written, and then the socket is closed in order.

use super::{Connection, End, LINGER};
use crate::gateway::broadcaster::Command;
use crate::vocab::{Input, Prose};

impl Connection {
    pub(super) async fn end(&self, end: End) {
        if let End::Closed(_, word) = &end {
            if !word.is_empty() {
                self.say(Prose::text(&**word)).await;
            }
            let finished = self.gateway.finish(self.session, &self.shared, &self.socket);
            let told = tokio::time::timeout(LINGER, finished).await.is_ok();
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
