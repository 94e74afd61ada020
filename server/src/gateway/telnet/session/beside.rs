//! What a client wants and asks beside the text. Owns nothing: the connection does.

use std::time::Instant;

use super::super::{Asked, Credentials};
use super::{Connection, End, LINES_AHEAD_MAX};
use crate::gateway::broadcaster::Command;
use crate::gateway::gmcp::{self, Packages, Variables, Wish};
use crate::vocab::{Input, Question};

impl Connection {
    /// What it wants beside the text is noted; to be told much at once, it may ask as often as it may type.
    pub(super) async fn wish(&mut self, wish: Wish) {
        let may = self.throttle.take(Instant::now()).is_ok();
        let wish = match wish {
            Wish::Gmcp { wanted, .. } if !may => Wish::Gmcp { wanted, named: Packages::NONE },
            Wish::Msdp { wanted, .. } if !may => Wish::Msdp { wanted, named: Variables::NONE },
            wish => wish,
        };
        self.gateway.command(Command::Wish(self.session, wish)).await;
        let named = wish.named();
        if self.dialog.is_some() && named.has(Packages::LOGIN) {
            self.raw(gmcp::login_default().framed()).await;
        }
        if self.dialog.is_none() && named.has(Packages::PLAYERS) {
            // In a crowd the names take much memory: the world knows them, and no session keeps them.
            let (session, question) = (self.session, Question::Others);
            self.gateway.input(Input::Ask { session, question }).await;
        }
    }

    /// A login comes before play, all else in it. An order waits in line with what is typed.
    pub(super) async fn asked(&mut self, asked: Asked) -> Result<(), End> {
        match (asked, &mut self.dialog) {
            (Asked::LogIn(Credentials { name, password }), Some(dialog))
                if dialog.takes_lines() =>
            {
                let steps = dialog.credentials(&name, password);
                self.shared.note_credentials();
                return self.follow(steps).await;
            }
            (Asked::Join(channel), None) if self.lines.len() < LINES_AHEAD_MAX => {
                self.lines.push_back(format!("channels join {channel}"));
            }
            (Asked::Hearers, None) if self.throttle.take(Instant::now()).is_ok() => {
                self.gateway
                    .input(Input::Ask { session: self.session, question: Question::Hearers })
                    .await;
            }
            _ => {}
        }
        Ok(())
    }
}
