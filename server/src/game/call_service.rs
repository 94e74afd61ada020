//! Lines from outside the world: of services, under the name that an operator gave them, and of staff for everybody. They go
//! through the funnel like anybody's words.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Outcome;
use super::actor::Actor;
use super::step::Game;
use crate::bus::{Announcement, Spoken};
use crate::channels::funnel::{Origin, Passed, Utterance};
use crate::channels::{Channel, Speaker};
use crate::commands::Clock;
use crate::config::ScopeName;
use crate::moderation::Rules;
use crate::vocab::{Blocked, ChannelName, Issuer, Rank, SenderKind};
use crate::world::Npc;

/// The channel on which staff speak to everybody.
const ADDRESSES: &str = "system";

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
        self.said_from_outside(&speaker, origin, &channel, (content, at), clock, out)
    }

    /// A member of staff, in the world or not, tells everybody something.
    pub(super) fn address(
        &mut self,
        actor: &Actor,
        content: String,
        clock: Clock,
        out: &mut Outcome,
    ) -> Spoken {
        let Ok(channel) = ADDRESSES.parse::<ChannelName>() else { return Spoken::NotHere };
        let Issuer { account, name, rank } = actor.issuer.clone();
        if self.table.get(&channel).is_none_or(|row| rank < row.speak) {
            return Spoken::NotHere;
        }
        let room = self.world.atlas.start.clone();
        let speaker = Speaker { id: actor.id, name, rank, room, party: None };
        let kind = SenderKind::Staff;
        let origin = Origin { kind, account, account_age: None, via: None };
        self.said_from_outside(&speaker, origin, &channel, (content, None), clock, out)
    }

    /// Something is said by somebody who is not in the world.
    fn said_from_outside(
        &mut self,
        speaker: &Speaker,
        origin: Origin,
        channel: &ChannelName,
        (content, at): (String, Option<DateTime<Utc>>),
        clock: Clock,
        out: &mut Outcome,
    ) -> Spoken {
        let said = Utterance::plain(content);
        let (passed, hits) =
            self.funnel(speaker, channel, origin, said.clone(), clock, Rules::judge);
        self.flag(speaker, origin, &said, (channel, &hits, &passed), clock, out);
        let blocked = match passed {
            Ok(Passed::Said(spoken)) => {
                let spoken = spoken.said_at(at.unwrap_or(clock.at));
                let message = Arc::clone(&spoken.message);
                self.tally.said(channel, false);
                self.publish(spoken, out);
                return Spoken::Said(message);
            }
            Ok(Passed::Held(rule)) => {
                Blocked::new(rule, "What is said from outside the world cannot wait.")
            }
            Err(blocked) => blocked,
        };
        let (rule, why) = (Some(blocked.rule), blocked.refusal.clone().prose().to_text());
        self.refuse(speaker, channel, origin, said, blocked, clock, out);
        Spoken::Refused { rule, why }
    }
}

/// Whether a channel is heard wherever one stands.
fn stands_nowhere(row: &Channel) -> bool {
    matches!(row.scope.name, ScopeName::Everyone | ScopeName::Staff | ScopeName::Members)
}
