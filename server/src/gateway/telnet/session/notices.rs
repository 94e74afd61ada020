//! What a connection does when the broadcaster tells it something.

use bytes::{Bytes, BytesMut};

use super::Connection;
use crate::gateway::drain;
use crate::gateway::session::Notice;
use crate::gateway::telnet::ending::{End, Ending};
use crate::gateway::telnet::timing_mark::MARK;
use crate::vocab::{Input, LoginReply};

impl Connection {
    pub(super) async fn noticed(&mut self, notice: Notice) -> Result<(), End> {
        match notice {
            Notice::Reply(reply) => {
                let steps = self.dialog.as_mut().map(|dialog| dialog.reply(&reply));
                let followed = self.follow(steps.unwrap_or_default()).await;
                match (followed, reply) {
                    (Err(End::Closed(_, word)), LoginReply::Barred(_)) => {
                        Err(End::Closed(Ending::Barred, word))
                    }
                    (followed, _) => followed,
                }
            }
            Notice::Entered => {
                self.hide(false).await;
                self.dialog = None;
                self.tell_screen().await;
                self.keep_reading_aloud().await;
                if self.telnet.has_spoken_telnet() {
                    self.raw(Bytes::from_static(&MARK)).await;
                }
                let mut out = BytesMut::new();
                self.telnet.offer_after_login(&mut out);
                if !out.is_empty() {
                    self.raw(out.freeze()).await;
                }
                Ok(())
            }
            Notice::Charset(charset) => {
                self.telnet.choose_charset(charset);
                self.show_capability().await;
                Ok(())
            }
            Notice::Mxp(wanted) => {
                let mut out = BytesMut::new();
                self.telnet.choose_mxp(wanted, &mut out);
                self.show_capability().await;
                if !out.is_empty() {
                    self.raw(out.freeze()).await;
                }
                Ok(())
            }
            Notice::Ended(farewell) => Err(End::Over(farewell)),
            Notice::Moved => Err(End::Closed(Ending::Moved, drain::MOVED.into())),
            Notice::WantsToWrite => {
                // Waited for beside everything else: a client that reads nothing can still be cut off.
                self.wants_to_write = true;
                Ok(())
            }
            Notice::Cut(why) => {
                tracing::info!(session = %self.session, why, "a telnet client was cut off");
                Err(End::Gone)
            }
        }
    }

    /// What was said at the door holds for the character from now on: it is as if it were said inside.
    async fn keep_reading_aloud(&self) {
        if self.reads_aloud {
            let text = "screenreader on".to_owned();
            self.gateway.input(Input::Line { session: self.session, text }).await;
        }
    }
}
