//! What a client wants and asks beside the text. Owns nothing: the connection does.

use std::time::Instant;

use super::super::{Asked, Credentials};
use super::{Connection, End, LINES_AHEAD_MAX, Sent};
use crate::gateway::broadcaster::Command;
use crate::gateway::gmcp::{self, Packages, Variables, Wish};
use crate::gateway::login::{NO_TOKEN, Step};
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

    /// A login comes before play, all else in it. Logins and orders wait in line with what is typed.
    pub(super) async fn asked(&mut self, asked: Asked) {
        let has_room = self.lines.len() < LINES_AHEAD_MAX;
        match asked {
            Asked::LogIn(credentials) if has_room && self.dialog.is_some() => {
                self.lines.push_back(Sent::LogIn(credentials));
            }
            Asked::Join(channel) if has_room && self.dialog.is_none() => {
                self.lines.push_back(Sent::Line(format!("channels join {channel}")));
            }
            Asked::Hearers
                if self.dialog.is_none() && self.throttle.take(Instant::now()).is_ok() =>
            {
                self.gateway
                    .input(Input::Ask { session: self.session, question: Question::Hearers })
                    .await;
            }
            Asked::Awake if self.dialog.is_none() && self.throttle.take(Instant::now()).is_ok() => {
                self.gateway.input(Input::Awake { session: self.session }).await;
            }
            _ => {}
        }
    }

    /// Shows what the client sent instead of lines; in play it means nothing.
    pub(super) async fn log_in(&mut self, credentials: Credentials) -> Result<(), End> {
        let Some(dialog) = &mut self.dialog else { return Ok(()) };
        let steps = match credentials {
            Credentials::Password { name, password } => dialog.credentials(&name, password),
            Credentials::Token { token, seen } => dialog.token(token, seen),
        };
        if steps.iter().any(|step| matches!(step, Step::Request(_))) {
            self.shared.note_credentials();
        } else {
            self.raw(gmcp::login_result(Some(NO_TOKEN)).framed()).await;
        }
        self.follow(steps).await
    }
}
