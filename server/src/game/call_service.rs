//! Lines of other systems: they go through the funnel like anybody's words, under the name that an operator gave the service.

use std::sync::Arc;

use super::Outcome;
use super::step::Game;
use crate::bus::{Announcement, Spoken};
use crate::channels::funnel::{Origin, Passed, Utterance};
use crate::channels::{Channel, Speaker};
use crate::commands::Clock;
use crate::config::ScopeName;
use crate::moderation::Rules;
use crate::vocab::{Blocked, Rank, SenderKind};
use crate::world::Npc;

impl Game {
    /// A service puts a line on a channel.
    pub(super) fn line_of_service(
        &mut self,
        line: Announcement,
        clock: Clock,
        out: &mut Outcome,
    ) -> Spoken {
        let Announcement { service, channel, content, at } = line;
        let Some(row) = self.table.get(&channel) else { return Spoken::NotHere };
        if !stands_nowhere(row) {
            let why =
                format!("{channel} is heard by those who are near; a service stands nowhere.");
            return Spoken::Refused { rule: Some("scope"), why };
        }
        let speaker = Speaker {
            id: Npc::id_of(&format!("service {service}")),
            name: service,
            rank: Rank::Admin,
            room: self.world.atlas.start.clone(),
            party: None,
        };
        let kind = SenderKind::External;
        let origin = Origin { kind, account: None, account_age: None, via: None };
        let said = Utterance::plain(content);
        let (passed, hits) =
            self.funnel(&speaker, &channel, origin, said.clone(), clock, Rules::judge);
        self.flag(&speaker, origin, &said, (&channel, &hits, &passed), clock, out);
        let blocked = match passed {
            Ok(Passed::Said(spoken)) => {
                let spoken = spoken.said_at(at.unwrap_or(clock.at));
                let message = Arc::clone(&spoken.message);
                self.tally.said(&channel, false);
                self.publish(spoken, out);
                return Spoken::Said(message);
            }
            Ok(Passed::Held(rule)) => Blocked::new(rule, "A line of a service cannot wait."),
            Err(blocked) => blocked,
        };
        let (rule, why) = (Some(blocked.rule), blocked.refusal.clone().prose().to_text());
        self.refuse(&speaker, &channel, origin, said, blocked, clock, out);
        Spoken::Refused { rule, why }
    }
}

/// Whether a channel is heard wherever one stands.
fn stands_nowhere(row: &Channel) -> bool {
    matches!(row.scope.name, ScopeName::Everyone | ScopeName::Staff | ScopeName::Members)
}
