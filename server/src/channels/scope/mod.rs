//! Who hears: one file per scope, each with one decision. Every channel names one of these.

mod everyone;
mod members;
mod party;
mod plane;
mod player;
mod room;
mod staff;
mod subzone;
mod zone;

use smol_str::SmolStr;

use crate::config::ScopeName;
use crate::vocab::{Audience, ChannelName, PartyId, PlayerId, Rank, Refusal, RoomId};
use crate::world::World;

/// Who speaks and from where: a player, an NPC or the server.
#[derive(Debug, Clone)]
pub struct Speaker {
    /// The speaker.
    pub id: PlayerId,
    /// Their name.
    pub name: SmolStr,
    /// Their rank.
    pub rank: Rank,
    /// Where they stand.
    pub room: RoomId,
    /// Their party.
    pub party: Option<PartyId>,
}

/// What a scope is asked: who hears this speaker on this channel.
pub struct Question<'a> {
    /// The world at the moment of speaking.
    pub world: &'a World,
    /// Who speaks.
    pub speaker: &'a Speaker,
    /// The channel.
    pub channel: &'a ChannelName,
    /// The lowest rank that hears it.
    pub hear: Rank,
    /// The one it is said to.
    pub target: Option<PlayerId>,
}

/// One answer to who hears.
#[derive(Debug)]
pub struct Scope {
    /// Its name in configuration.
    pub name: ScopeName,
    /// Who hears, in words: for help and lists.
    pub heard_by: &'static str,
    /// Who hears, or why nobody does.
    pub hearers: fn(&Question) -> Result<Audience, Refusal>,
}

/// Every scope.
pub const ALL: &[&Scope] = &[
    &room::SCOPE,
    &subzone::SCOPE,
    &zone::SCOPE,
    &plane::SCOPE,
    &party::SCOPE,
    &player::SCOPE,
    &everyone::SCOPE,
    &staff::SCOPE,
    &members::SCOPE,
];

/// The scope of this name.
#[must_use]
pub(super) fn named(name: ScopeName) -> &'static Scope {
    ALL.iter().find(|scope| scope.name == name).expect("every scope name has a scope, by a test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_name_has_exactly_one_scope() {
        use ScopeName as S;
        for name in [
            S::Room,
            S::Subzone,
            S::Zone,
            S::Plane,
            S::Party,
            S::Player,
            S::Everyone,
            S::Staff,
            S::Members,
        ] {
            assert_eq!(ALL.iter().filter(|scope| scope.name == name).count(), 1, "{name:?}");
        }
    }
}
