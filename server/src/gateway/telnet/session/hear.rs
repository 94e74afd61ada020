//! What a connection does with what its client sent.

use bytes::Bytes;

use super::{Connection, Sent};
use crate::gateway::broadcaster::Command;
use crate::gateway::telnet::ending::{End, Ending};
use crate::gateway::telnet::timing_mark::MARK;
use crate::gateway::telnet::{Heard, mssp};
use crate::vocab::Prose;

impl Connection {
    pub(super) async fn hear(&mut self, heard: Heard) -> Result<(), End> {
        match heard {
            Heard::Line(line) => {
                self.shared.note_typed();
                self.lines.push_back(Sent::Line(line));
            }
            Heard::LineTooLong => {
                let most = self.gateway.limits.line_bytes_max;
                let text =
                    format!("That line was longer than {most} bytes; nothing was done with it.");
                self.say(Prose::text(text)).await;
            }
            Heard::Capability(_) => self.show_capability().await,
            Heard::Screen(screen) => {
                self.screen = screen;
                if self.dialog.is_none() {
                    self.tell_screen().await;
                }
            }
            Heard::Mark => self.marked().await,
            Heard::WantsListing => {
                self.raw(mssp::subnegotiation(&self.gateway.listing.variables())).await;
            }
            Heard::Compression(wanted) => {
                self.gateway.command(Command::Compress(self.session, wanted)).await;
            }
            Heard::Beside(wish) => self.wish(wish).await,
            Heard::Asked(asked) => self.asked(*asked).await,
            Heard::WrongDoor(door) => {
                tracing::info!(session = %self.session, peer = %self.peer, ?door, "came to the telnet port by mistake");
                let word = self.gateway.ports.direct(door).into();
                return Err(End::Closed(Ending::Hostile, word));
            }
            Heard::Hostile(why) => {
                tracing::info!(session = %self.session, peer = %self.peer, why, "hostile telnet peer");
                let word = "This is more than the server listens to. Goodbye.";
                return Err(End::Closed(Ending::Hostile, word.into()));
            }
        }
        Ok(())
    }

    /// The client has come to a mark. One that answers only the first time is not relied on.
    async fn marked(&mut self) {
        if self.dialog.is_some() {
            return;
        }
        self.marks = (self.marks + 1).min(2);
        if self.marks == 1 {
            self.raw(Bytes::from_static(&MARK)).await;
        } else {
            self.gateway.command(Command::Marked(self.session)).await;
        }
    }
}
