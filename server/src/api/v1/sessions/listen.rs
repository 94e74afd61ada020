//! Who listens to a session: as long as their own grant counts, and no more of them than there are places.

use std::net::IpAddr;
use std::sync::Arc;

use axum::response::sse::Event;
use serde_json::json;

use super::live::{Places, Session};
use super::told::Next;
use crate::accounts::Bearers;
use crate::api::v1::listeners::Checked;
use crate::vocab::{GrantId, TokenScope};

/// Somebody who listens.
pub(super) struct Listening {
    session: Arc<Session>,
    /// The number of the last event that they were told.
    after: u64,
    grant: GrantId,
    address: IpAddr,
    bearers: Bearers,
    checked: Checked,
    /// Whether they were told the last there is.
    is_over: bool,
    /// Theirs until they are gone.
    _places: Places,
}

impl Listening {
    /// From after an event on.
    pub(super) fn begin(
        session: Arc<Session>,
        after: u64,
        (grant, address, bearers): (GrantId, IpAddr, Bearers),
        places: Places,
    ) -> Self {
        let checked = Checked::now();
        let is_over = false;
        Self { session, after, grant, address, bearers, checked, is_over, _places: places }
    }

    /// The next event; none when there is none any more, or their token counts no more.
    pub(super) async fn next(mut self) -> Option<(Event, Self)> {
        while !self.is_over {
            if self.checked.is_due() {
                self.check().await?;
            }
            // As long as somebody listens, the session is wanted.
            self.session.touch();
            let next = self.session.told.next(self.after);
            if let Some(next) = self.checked.before_due(next).await {
                return Some((self.told(next), self));
            }
        }
        None
    }

    fn told(&mut self, next: Next) -> Event {
        match next {
            Next::Message(number, text) => {
                self.after = number;
                Event::default().id(number.to_string()).data(text)
            }
            Next::Gap(number) => {
                self.after = number;
                Event::default().event("gap").data("{}")
            }
            Next::Over(why) => {
                self.is_over = true;
                Event::default().event("over").data(json!({ "why": why }).to_string())
            }
        }
    }

    /// Whether they may still; none when not.
    async fn check(&mut self) -> Option<()> {
        self.checked = Checked::now();
        let bearer = self.bearers.stands(self.grant, self.address).await.ok()?;
        bearer.grant.scopes.contains(TokenScope::Play).then_some(())
    }
}
